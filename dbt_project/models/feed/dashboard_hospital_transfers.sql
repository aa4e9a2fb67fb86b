with counts as (
    select
        'To hospital' as series,
        'Moves' as category,
        {{ counted_figure('secure_hospital', 'transfers', 'moves') }}
    from {{ ref('secure_hospital') }} as secure_hospital
    where
        secure_hospital.is_total
        and secure_hospital.period_type = 'calendar_year'
        and {{ in_last_years('secure_hospital', 10) }}
    union all
    select
        'Back to prison' as series,
        'Moves' as category,
        {{ counted_figure('secure_hospital', 'remissions', 'moves') }}
    from {{ ref('secure_hospital') }} as secure_hospital
    where
        secure_hospital.is_total
        and secure_hospital.period_type = 'calendar_year'
        and {{ in_last_years('secure_hospital', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('hospital_transfers', series_in_order=['To hospital', 'Back to prison']) }}
