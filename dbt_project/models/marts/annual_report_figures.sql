with points as (
    select
        section,
        series,
        measure,
        breakdown,
        period_type,
        period_start,
        period_end
    from {{ ref('annual_report_points') }}
),

figures as (
    select
        figures.measure,
        figures.breakdown,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        {{ figure_columns('figures') }}
    from {{ ref('published_figures') }} as figures
    where figures.is_latest
),

citations as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        publication,
        release_id,
        source_file,
        source_sheet,
        source_cell,
        citation
    from {{ ref('citations') }}
),

cited as (
    select
        figures.measure,
        figures.breakdown,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        {{ figure_columns('figures') }},
        citations.citation
    from figures
    inner join citations
        on
            figures.measure = citations.measure
            and figures.breakdown = citations.breakdown
            and figures.period_type = citations.period_type
            and figures.period_start = citations.period_start
            and figures.period_end = citations.period_end
            and figures.publication = citations.publication
            and figures.release_id = citations.release_id
            and figures.source_file = citations.source_file
            and figures.source_sheet = citations.source_sheet
            and figures.source_cell = citations.source_cell
),

derived as (
    select
        derived.measure,
        derived.breakdown,
        derived.period_type,
        derived.period_start,
        derived.period_end,
        {{ figure_columns('derived') }},
        derived.citation
    from {{ ref('int_derived_totals') }} as derived
),

-- A derived total takes the place of a figure without a value.
shown as (
    select
        cited.measure,
        cited.breakdown,
        cited.period_type,
        cited.period_start,
        cited.period_end,
        {{ figure_columns('cited') }},
        cited.citation
    from cited
    left join derived
        on
            cited.measure = derived.measure
            and cited.breakdown = derived.breakdown
            and cited.period_type = derived.period_type
            and cited.period_start = derived.period_start
            and cited.period_end = derived.period_end
    where derived.measure is null
    union all
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        {{ figure_columns('derived') }},
        citation
    from derived
)

select
    points.section,
    points.series,
    points.period_type,
    points.period_start,
    points.period_end,
    {{ figure_columns('shown') }},
    shown.citation
from points
inner join shown
    on
        points.measure = shown.measure
        and points.breakdown = shown.breakdown
        and points.period_type = shown.period_type
        and points.period_start = shown.period_start
        and points.period_end = shown.period_end
