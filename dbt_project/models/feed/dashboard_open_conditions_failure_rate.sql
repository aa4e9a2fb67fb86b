with figures as (
    select
        'Returns for cause' as series,
        {{ period_text('open_conditions') }} as category,
        {{ counted_figure('open_conditions', 'returns_to_closed', 'returns') }}
    from {{ ref('open_conditions') }} as open_conditions
    where
        open_conditions.is_total
        and open_conditions.period_type = 'financial_year'
        and {{ in_last_years('open_conditions', 10) }}
    union all
    select
        'People in open conditions' as series,
        {{ period_text('open_conditions') }} as category,
        {{ counted_figure('open_conditions', 'people_in_open_conditions', 'people') }}
    from {{ ref('open_conditions') }} as open_conditions
    where
        open_conditions.is_total
        and open_conditions.period_type = 'financial_year'
        and {{ in_last_years('open_conditions', 10) }}
    union all
    select
        'Returns per 100 people' as series,
        {{ period_text('open_conditions') }} as category,
        {{ counted_figure('open_conditions', 'return_rate_per_100_people', 'returns per 100 people', base='people_in_open_conditions') }}
    from {{ ref('open_conditions') }} as open_conditions
    where
        open_conditions.is_total
        and open_conditions.period_type = 'financial_year'
        and {{ in_last_years('open_conditions', 10) }}
)

{{ dashboard_block(
    'open_conditions_failure_rate',
    series_in_order=['Returns for cause', 'People in open conditions', 'Returns per 100 people']
) }}
