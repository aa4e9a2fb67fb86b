with people as (
    select
        caseload_by_location.location,
        caseload_by_location.category as custody_status,
        {{ counted_figure('caseload_by_location', 'people', 'people') }}
    from {{ ref('caseload_by_location') }} as caseload_by_location
    where
        caseload_by_location.breakdown = 'custody_status'
        and {{ in_last_years('caseload_by_location', 10) }}
),

counts as (
    select
        {{ place_in_words('people') }} as series,
        'People with a sentence in force' as category,
        people.period_type,
        people.period_start,
        people.period_end,
        people.value,
        people.unit,
        people.value_status,
        people.source_kind,
        people.source,
        people.is_counted
    from people
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('caseload_over_time', series_in_order=places_in_order()) }}
