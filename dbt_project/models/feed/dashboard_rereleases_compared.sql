with figures as (
    select
        'Counted from records' as series,
        'Re-releases' as category,
        {{ counted_figure('rereleases', 'releases', 'releases') }}
    from {{ ref('rereleases') }} as rereleases
    where
        rereleases.is_total
        and rereleases.period_type = 'calendar_year'
        and {{ is_published('rereleases') }}
    union all
    select
        'Published' as series,
        'Re-releases' as category,
        {{ published_figure('rereleases', 'releases') }}
    from {{ ref('rereleases') }} as rereleases
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('rereleases') }}
    where
        rereleases.is_total
        and rereleases.period_type = 'calendar_year'
        and {{ is_published('rereleases') }}
)

{{ dashboard_block('rereleases_compared') }}
