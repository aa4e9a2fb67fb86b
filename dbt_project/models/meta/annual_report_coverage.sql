with sections as (
    select
        section,
        section_order,
        title
    from {{ ref('annual_report_sections') }}
),

series as (
    select
        section,
        series_order,
        series,
        axis
    from {{ ref('annual_report_series') }}
),

counts as (
    select
        section,
        series,
        count(*) filter (where basis <> 'held') as points_expected,
        count(*) filter (where basis <> 'held' and is_held) as points_held,
        count(*) filter (where basis <> 'held' and is_derived) as points_derived,
        count(*) filter (where basis = 'held') as further_points_held
    from {{ ref('annual_report_points') }}
    group by
        section,
        series
)

select
    sections.section_order,
    sections.section,
    sections.title,
    series.series_order,
    series.series,
    series.axis,
    cast(coalesce(counts.points_expected, 0) as integer) as points_expected,
    cast(coalesce(counts.points_held, 0) as integer) as points_held,
    cast(coalesce(counts.points_derived, 0) as integer) as points_derived,
    cast(coalesce(counts.further_points_held, 0) as integer) as further_points_held
from sections
inner join series on sections.section = series.section
left join counts on series.section = counts.section and series.series = counts.series
