with figures as (
    select
        'Counted from records' as series,
        'First releases' as category,
        {{ counted_figure('first_releases', 'releases', 'releases') }}
    from {{ ref('first_releases') }} as first_releases
    where
        first_releases.is_total
        and first_releases.period_type = 'calendar_year'
        and {{ is_published('first_releases') }}
    union all
    select
        'Published' as series,
        'First releases' as category,
        {{ published_figure('first_releases', 'releases') }}
    from {{ ref('first_releases') }} as first_releases
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('first_releases') }}
    where
        first_releases.is_total
        and first_releases.period_type = 'calendar_year'
        and {{ is_published('first_releases') }}
)

{{ dashboard_block('first_releases_compared') }}
