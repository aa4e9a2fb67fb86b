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
)

select
    points.section,
    points.series,
    points.period_type,
    points.period_start,
    points.period_end,
    {{ figure_columns('figures') }},
    citations.citation
from points
inner join figures
    on
        points.measure = figures.measure
        and points.breakdown = figures.breakdown
        and points.period_type = figures.period_type
        and points.period_start = figures.period_start
        and points.period_end = figures.period_end
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
