with counts as (
    select
        'Can be suspended' as series,
        'People on licence' as category,
        {{ counted_figure('suspension_of_supervision', 'people_eligible', 'people') }}
    from {{ ref('suspension_of_supervision') }} as suspension_of_supervision
    where
        suspension_of_supervision.is_total
        and suspension_of_supervision.period_type = 'as_at'
        and {{ in_last_years('suspension_of_supervision', 10) }}
    union all
    select
        'Suspended' as series,
        'People on licence' as category,
        {{ counted_figure('suspension_of_supervision', 'people_suspended', 'people') }}
    from {{ ref('suspension_of_supervision') }} as suspension_of_supervision
    where
        suspension_of_supervision.is_total
        and suspension_of_supervision.period_type = 'as_at'
        and {{ in_last_years('suspension_of_supervision', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('suspension_of_supervision', series_in_order=['Can be suspended', 'Suspended']) }}
