with series as (
    select
        section,
        series_order,
        series,
        measure,
        coalesce(breakdown, '') as breakdown,
        period_type,
        axis,
        last_period_end
    from {{ ref('annual_report_series') }}
),

listed as (
    select
        section,
        series,
        period_start,
        period_end,
        basis
    from {{ ref('annual_report_listed_points') }}
),

figures as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        is_silence
    from {{ ref('int_figures_with_latest') }}
    where is_latest
),

listed_points as (
    select
        series.section,
        series.series_order,
        series.series,
        series.measure,
        series.breakdown,
        series.period_type,
        listed.period_start,
        listed.period_end,
        listed.basis
    from series
    inner join listed on series.section = listed.section and series.series = listed.series
),

-- Where the axis is not published, every held figure of the series is a point.
further_points as (
    select
        series.section,
        series.series_order,
        series.series,
        series.measure,
        series.breakdown,
        series.period_type,
        figures.period_start,
        figures.period_end,
        'held' as basis
    from series
    inner join figures
        on
            series.measure = figures.measure
            and series.breakdown = figures.breakdown
            and series.period_type = figures.period_type
            and series.last_period_end >= figures.period_end
    left join listed
        on
            series.section = listed.section
            and series.series = listed.series
            and figures.period_start = listed.period_start
            and figures.period_end = listed.period_end
    where
        series.axis = 'open'
        and not figures.is_silence
        and listed.section is null
),

derived as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end
    from {{ ref('int_derived_totals') }}
),

points as (
    select
        section,
        series_order,
        series,
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        basis
    from listed_points
    union all
    select
        section,
        series_order,
        series,
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        basis
    from further_points
)

select
    points.section,
    points.series_order,
    points.series,
    points.measure,
    points.breakdown,
    points.period_type,
    points.period_start,
    points.period_end,
    points.basis,
    coalesce(not figures.is_silence, false) as is_held,
    derived.measure is not null as is_derived
from points
left join figures
    on
        points.measure = figures.measure
        and points.breakdown = figures.breakdown
        and points.period_type = figures.period_type
        and points.period_start = figures.period_start
        and points.period_end = figures.period_end
left join derived
    on
        points.measure = derived.measure
        and points.breakdown = derived.breakdown
        and points.period_type = derived.period_type
        and points.period_start = derived.period_start
        and points.period_end = derived.period_end
