with people as (
    select
        caseload_by_location.location,
        caseload_by_location.category as custody_status,
        {{ counted_figure('caseload_by_location', 'people', 'people') }}
    from {{ ref('caseload_by_location') }} as caseload_by_location
    where
        caseload_by_location.breakdown = 'custody_status'
        and {{ in_last_years('caseload_by_location', 1) }}
),

published as (
    select
        caseload_by_location.location,
        'as_at' as period_type,
        caseload_by_location.part_as_at as period_start,
        caseload_by_location.part_as_at as period_end,
        caseload_by_location.value,
        caseload_by_location.unit,
        caseload_by_location.value_status,
        caseload_by_location.source_kind,
        {{ release_source('releases.title', 'caseload_by_location.table_number', 'caseload_by_location.source_kind') }} as source,
        false as is_counted
    from {{ ref('published_caseload_by_location') }} as caseload_by_location
    left join {{ source('meta', 'releases') }} as releases
        on
            caseload_by_location.publication = releases.publication
            and caseload_by_location.release_id = releases.release_id
    where
        caseload_by_location.is_latest_position
        and caseload_by_location.location <> 'all'
        and caseload_by_location.part_as_at is not null
),

figures as (
    select
        'Counted from records' as series,
        {{ place_in_words('people') }} as category,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        source_kind,
        source,
        is_counted
    from people
    union all
    select
        'Counted from records' as series,
        'Total' as category,
        period_type,
        period_start,
        period_end,
        sum(value) as value,
        unit,
        value_status,
        source_kind,
        source,
        is_counted
    from people
    group by
        period_type,
        period_start,
        period_end,
        unit,
        value_status,
        source_kind,
        source,
        is_counted
    union all
    select
        'Published' as series,
        locations.label as category,
        published.period_type,
        published.period_start,
        published.period_end,
        published.value,
        published.unit,
        published.value_status,
        published.source_kind,
        published.source,
        published.is_counted
    from published
    inner join {{ ref('caseload_locations') }} as locations on published.location = locations.location
)

{{ dashboard_block(
    'caseload_by_location',
    category_in_order=places_in_order(),
    series_in_order=['Counted from records', 'Published'],
    latest_within=['series', 'category']
) }}
