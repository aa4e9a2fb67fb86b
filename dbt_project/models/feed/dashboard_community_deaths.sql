with figures as (
    select
        'All causes' as series,
        'Deaths under supervision' as category,
        {{ counted_figure('community_deaths', 'deaths', 'deaths') }}
    from {{ ref('community_deaths') }} as community_deaths
    where
        community_deaths.is_total
        and community_deaths.period_type = 'financial_year'
        and {{ in_last_years('community_deaths', 10) }}
)

{{ dashboard_block('community_deaths') }}
