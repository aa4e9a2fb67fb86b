with figures as (
    select
        'Under supervision' as series,
        'People on licence' as category,
        {{ counted_figure('community_caseload', 'people', 'people') }}
    from {{ ref('community_caseload') }} as community_caseload
    where
        community_caseload.is_total
        and {{ in_last_years('community_caseload', 10) }}
)

{{ dashboard_block('community_over_time') }}
