with figures as (
    select
        'First releases' as series,
        'Prison releases' as category,
        {{ counted_figure('first_releases', 'releases', 'releases') }}
    from {{ ref('first_releases') }} as first_releases
    where
        first_releases.is_total
        and first_releases.period_type = 'quarter'
        and {{ in_last_years('first_releases', 10) }}
)

{{ dashboard_block('first_releases_by_quarter') }}
