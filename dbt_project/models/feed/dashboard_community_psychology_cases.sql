with counts as (
    select
        community_psychology.category as series,
        'Cases open' as category,
        {{ counted_figure('community_psychology', 'cases_open', 'cases') }}
    from {{ ref('community_psychology') }} as community_psychology
    where
        community_psychology.breakdown = 'service'
        and community_psychology.period_type = 'as_at'
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('community_psychology_cases', series_of='service') }}
