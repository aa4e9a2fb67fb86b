with figures as (
    select
        'Counted from records' as series,
        'Women on licence' as category,
        {{ counted_figure('community_caseload', 'people', 'people') }}
    from {{ ref('community_caseload') }} as community_caseload
    where
        community_caseload.breakdown = 'sex'
        and community_caseload.category = 'female'
        and {{ is_published('community_caseload') }}
    union all
    select
        'Published' as series,
        'Women on licence' as category,
        {{ published_figure('community_caseload', 'people') }}
    from {{ ref('community_caseload') }} as community_caseload
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('community_caseload') }}
    where
        community_caseload.breakdown = 'sex'
        and community_caseload.category = 'female'
        and {{ is_published('community_caseload') }}
)

{{ dashboard_block('women_in_community_compared') }}
