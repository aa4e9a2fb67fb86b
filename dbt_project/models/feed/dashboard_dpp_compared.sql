with figures as (
    select
        'Counted from records' as series,
        dpp_people.category,
        {{ counted_figure('dpp_people', 'people', 'people') }}
    from {{ ref('dpp_people') }} as dpp_people
    where
        dpp_people.breakdown = 'location'
        and {{ is_published('dpp_people') }}
    union all
    select
        'Published' as series,
        dpp_people.category,
        {{ published_figure('dpp_people', 'people') }}
    from {{ ref('dpp_people') }} as dpp_people
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('dpp_people') }}
    where
        dpp_people.breakdown = 'location'
        and {{ is_published('dpp_people') }}
)

{{ dashboard_block('dpp_compared', category_of='location') }}
