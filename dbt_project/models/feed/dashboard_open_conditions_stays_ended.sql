with figures as (
    select
        'Stays ended' as series,
        open_conditions.category,
        {{ counted_figure('open_conditions', 'stays_ended', 'stays') }}
    from {{ ref('open_conditions') }} as open_conditions
    where
        open_conditions.breakdown in ('end_reason', 'total')
        and open_conditions.period_type = 'financial_year'
        and open_conditions.stays_ended is not null
        and {{ in_last_years('open_conditions', 2) }}
)

{{ dashboard_block('open_conditions_stays_ended', category_of='reason') }}
