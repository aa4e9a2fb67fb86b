with counts as (
    select
        rereleases.category as series,
        'Re-releases' as category,
        {{ counted_figure('rereleases', 'releases', 'releases') }}
    from {{ ref('rereleases') }} as rereleases
    where
        rereleases.breakdown = 'route'
        and rereleases.period_type = 'quarter'
        and {{ in_last_years('rereleases', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('rereleases_by_route', series_of='route') }}
