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

figures as (
    select
        {{ place_in_words('people') }} as series,
        'People with a sentence in force' as category,
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
)

{{ dashboard_block('caseload_over_time', series_in_order=places_in_order()) }}
