with figures as (
    select
        'People on licence' as series,
        community_caseload.category,
        {{ counted_figure('community_caseload', 'people', 'people') }}
    from {{ ref('community_caseload') }} as community_caseload
    where
        community_caseload.breakdown = 'probation_region'
        and {{ in_last_years('community_caseload', 1) }}
)

{{ dashboard_block('community_by_region', category_of='probation_region') }}
