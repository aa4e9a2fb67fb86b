"""The page of the annual report: its eleven data sections, as far as published figures are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestration.site import wording
from orchestration.site.charts import Break
from orchestration.site.figures import Figure, Visual, make_figure
from orchestration.site.pages import Page
from orchestration.site.warehouse import Point, Row, fetch

if TYPE_CHECKING:
    import duckdb

SECTIONS = """
select
    sections.*,
    coverage.points_expected,
    coverage.points_held,
    coverage.further_points_held
from meta.annual_report_sections as sections
inner join (
    select
        section,
        cast(sum(points_expected) as integer) as points_expected,
        cast(sum(points_held) as integer) as points_held,
        cast(sum(further_points_held) as integer) as further_points_held
    from meta.annual_report_coverage
    group by section
) as coverage using (section)
order by section_order
"""
POINTS = """
select
    points.section,
    series.series_order,
    series.series_title,
    points.period_type,
    points.period_start,
    points.period_end,
    figures.value,
    coalesce(figures.unit, series.unit) as unit,
    coalesce(figures.value_status, 'unavailable') as value_status,
    coalesce(figures.qualifier, '') as qualifier,
    coalesce(figures.source_kind, '') as source_kind,
    coalesce(figures.citation, 'No figure is held') as citation
from meta.annual_report_points as points
inner join meta.annual_report_series as series
    on points.section = series.section and points.series = series.series
left join marts.annual_report_figures as figures
    on
        points.section = figures.section
        and points.series = figures.series
        and points.period_type = figures.period_type
        and points.period_start = figures.period_start
        and points.period_end = figures.period_end
order by points.section, series.series_order, points.period_start, points.period_end
"""
SYMBOLS = {"suppressed": "[c]", "not_applicable": "[z]", "unavailable": "[x]"}
CLASSES = {"official": "official", "synthetic": "synthetic", "synthetic_scaled": "synthetic"}
BREAKS = {
    "prison_and_community_caseload": (Break(date(2024, 11, 1), "Licences of 1,742 people ended by law on that day"),)
}
DESCRIPTION = (
    "The data sections of the HMPPS annual report on the IPP sentence 2024/25. The report has charts without their "
    "values, so a section shows the published figures that we hold for its points."
)


@dataclass(frozen=True)
class Section:
    """A section of the report: how much of it is held, its figures, and the report's notes."""

    id: str
    title: str
    held: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]


def make_annual_report_page(connection: duckdb.DuckDBPyConnection) -> Page:
    """The page of the annual report."""
    rows = fetch(connection, POINTS)
    sections = [
        _section(one, [row for row in rows if row["section"] == one["section"]]) for one in fetch(connection, SECTIONS)
    ]
    return Page(
        file="annual-report.html",
        title="Annual report: data sections",
        short="Annual report",
        group="Reports",
        template="annual_report.html",
        context={"description": DESCRIPTION, "sections": sections},
        figures=tuple(figure for section in sections for figure in section.figures),
    )


def _section(section: Row, rows: Sequence[Row]) -> Section:
    """One section: a figure for each unit and kind of period, since those cannot be in one chart."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["unit"], row["period_type"]), []).append(row)
    figures = tuple(
        _figure(section, group, place, named=len(groups) > 1) for place, group in enumerate(groups.values(), 1)
    )
    footnotes = (section["footnotes"] or "").split(" | ")
    caveats = (section["caveat"], f"Axis of the report's chart: {section['axis']}. {section['axis_basis']}")
    notes = tuple(wording.as_sentence(note) for note in (*footnotes, *caveats) if note)
    return Section(
        id=f"section-{wording.slug(section['section'])}",
        title=section["title"],
        held=_held(section),
        figures=figures,
        notes=(*notes, f"Source of the report's chart: {wording.as_sentence(section['published_source'])}"),
    )


def _figure(section: Row, rows: Sequence[Row], place: int, *, named: bool) -> Figure:
    """One figure of a section: a chart if at least three of its points have a value. `named` puts its lines into its
    title.
    """
    kind = "list"
    if sum(row["value"] is not None for row in rows) >= 3:
        kind = "line-timeseries" if rows[0]["period_type"] == "as_at" else "bar-timeseries"
    unit = "percent" if rows[0]["unit"] == "percent" else rows[0]["unit"]
    columns = (("series", "Series"), ("period", "Period"), ("value_text", "Figure"), ("source", "Source"))
    lines = wording.listed(list(dict.fromkeys(row["series_title"] for row in rows)))
    title = f"{section['title']}: {wording.lower_first(lines)}" if named else section["title"]
    visual = Visual(
        id=f"report-{wording.slug(section['section'])}-{place}",
        kind=kind,
        display=f"{title} ({wording.plural_unit(rows[0]['unit'])})",
        block=section["section"],
        unit=unit,
        is_series=True,
        columns=columns if kind == "list" else (),
        breaks=BREAKS.get(section["section"], ()),
    )
    return make_figure(visual, [_point(row) for row in rows])


def _point(row: Row) -> Point:
    """A point of the report, held or not."""
    value = row["value"]
    text = SYMBOLS.get(row["value_status"], "[x]") if value is None else wording.number_text(value, row["unit"])
    qualifier = f"{row['qualifier']} " if row["qualifier"] and value is not None else ""
    return Point(
        series=row["series_title"],
        category="",
        ts=row["period_end"],
        period=_period(row),
        value=value,
        value_text=f"{qualifier}{text}",
        status_text="not available" if value is None else row["value_status"],
        source=row["citation"],
        classification=CLASSES.get(row["source_kind"], "rebuilt") if row["source_kind"] else "",
        is_latest=False,
    )


def _period(row: Row) -> str:
    """The period of a point as people read it."""
    start, end = row["period_start"], row["period_end"]
    texts = {
        "as_at": wording.day_text(end),
        "calendar_year": str(end.year),
        "financial_year": f"{start.year}/{end:%y}",
        "quarter": f"{start:%b} to {end:%b} {end.year}",
    }
    return texts.get(row["period_type"], f"{wording.day_text(start)} to {wording.day_text(end)}")


def _held(section: Row) -> str:
    """How many points of the section are held, in a sentence."""
    expected, held, further = (section[name] or 0 for name in ("points_expected", "points_held", "further_points_held"))
    known = f"We hold {held} of {wording.plural(expected, 'point')} of the report's chart" if expected else ""
    beyond = f"{wording.plural(further, 'figure')} of lines whose axis is not published" if further else ""
    if known and beyond:
        return f"{known}, and {beyond}."
    return f"{known}." if known else f"We hold {beyond}." if beyond else "We hold no figure of this section."
