with counts as (
    select
        caseload_by_location.location as series,
        'Women with a sentence in force' as category,
        {{ counted_figure('caseload_by_location', 'people', 'people') }}
    from {{ ref('caseload_by_location') }} as caseload_by_location
    where
        caseload_by_location.breakdown = 'sex'
        and caseload_by_location.category = 'female'
        and {{ in_last_years('caseload_by_location', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('women_by_location', series_of='location') }}
