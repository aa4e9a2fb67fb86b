with counts as (
    select
        open_conditions.category as series,
        'Recommendations decided' as category,
        {{ counted_figure('open_conditions', 'decided', 'recommendations') }}
    from {{ ref('open_conditions') }} as open_conditions
    where
        open_conditions.breakdown = 'decision'
        and open_conditions.period_type = 'quarter'
        and open_conditions.category in ('accepted', 'rejected')
        and {{ in_last_years('open_conditions', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('open_conditions_decisions', series_of='decision') }}
