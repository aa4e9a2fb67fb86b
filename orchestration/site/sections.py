"""The section pages: a page for each section of `feed/sections.yml`, with a figure for each visualisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.problems import CheckFailed
from orchestration.site.charts import Break
from orchestration.site.figures import Table, Visual, make_figure, sayings
from orchestration.site.pages import Page, table_of
from orchestration.site.warehouse import Point, Row, fetch, point_of
from orchestration.yaml_reader import read_yaml

if TYPE_CHECKING:
    import duckdb

SECTIONS = Path(__file__).resolve().parent.parent / "feed" / "sections.yml"
POINTS = "select * from feed.dashboard_rows order by block, ts, row_order"
RECALL_RATE = """
select
    'recall_rate' as block,
    'false' as is_latest,
    'Rate' as series,
    '' as category,
    period_end as ts,
    strftime(period_start, '%b') || ' to ' || strftime(period_end, '%b %Y') as period,
    round(rate_per_100, 1) as value,
    coalesce(format('{:.1f}', rate_per_100), '[z]') as value_text,
    source_kind as status_text,
    'marts.recall_rates: recalls of the quarter by the people on licence, extract of ' || strftime(extract_as_at, '%-d %B %Y')
        as source,
    if(source_kind like 'synthetic%', 'synthetic', 'internal') as classification
from marts.recall_rates
where is_total and period_type = 'quarter'
order by period_end
"""
COMPARED = """
with compared as (
    select
        measures.topic,
        measures.id,
        measures.measure as measure_label,
        reconciled.*,
        row_number() over (
            partition by reconciled.measure, reconciled.statistic, reconciled.breakdown order by reconciled.period_end desc
        ) as place
    from marts.internal_reconciliation as reconciled
    inner join meta.measures as measures on reconciled.measure = measures.key
    where reconciled.value is not null and reconciled.published_value is not null
)

select
    topic,
    measure_label,
    if(breakdown = '', 'All', replace(replace(breakdown, '=', ': '), '_', ' ')) as breakdown,
    period_end,
    value,
    published_value,
    difference,
    replace(agreement, '_', ' ') as agreement,
    publication || ' ' || release_id || ', ' || source_sheet || ' ' || source_cell as source
from compared
where place = 1
order by id, statistic, breakdown
"""
COMPARED_COLUMNS = {
    "measure_label": "Measure",
    "breakdown": "Of",
    "period_end": "Period to",
    "value": "Counted",
    "published_value": "Published",
    "difference": "Difference",
    "agreement": "Agreement",
    "source": "Published in",
}


@dataclass(frozen=True)
class Section:
    """A section of the dashboard as it is declared."""

    id: str
    display: str
    description: str
    visuals: tuple[Visual, ...]


def read_sections(path: Path = SECTIONS) -> list[Section]:
    """The declared sections, in their order. Raises CheckFailed if the file is missing."""
    if not path.exists():
        raise CheckFailed([f"the site needs the list of sections {path}, and the file does not exist"])
    declared: Any = read_yaml(path)
    breaks = {one["id"]: Break(_day(one), one["display"]) for one in declared.get("breaks", ())}
    return [
        Section(
            one["id"],
            one["display"],
            one["description"],
            tuple(_visual(each, breaks) for each in one["visualisations"]),
        )
        for one in declared["sections"]
    ]


def read_points(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Point]]:
    """The points of each block, in the order in which they are shown. The recall rate is added to those of the feed."""
    blocks: dict[str, list[Point]] = {}
    for row in (*fetch(connection, POINTS), *fetch(connection, RECALL_RATE)):
        blocks.setdefault(row["block"], []).append(point_of(row))
    return blocks


def make_section_pages(
    connection: duckdb.DuckDBPyConnection, sections: Sequence[Section], points: Mapping[str, Sequence[Point]]
) -> list[Page]:
    """A page for each section, in their order."""
    compared = fetch(connection, COMPARED)
    return [_page(section, points, _comparison(section, compared)) for section in sections]


def visuals_by_id(sections: Sequence[Section]) -> dict[str, Visual]:
    """Every visualisation of some sections by its id."""
    return {visual.id: visual for section in sections for visual in section.visuals}


def _day(declared: Mapping[Any, Any]) -> date:
    """The day of a declared break: its one date. YAML reads the key `on` as true, so it is not asked for by name."""
    (day,) = (value for value in declared.values() if isinstance(value, date))
    return day


def _visual(declared: Mapping[str, Any], breaks: Mapping[str, Break]) -> Visual:
    """A declared visualisation."""
    return Visual(
        id=declared["id"],
        kind=declared["type"],
        display=declared["display"],
        block=declared["block"],
        unit=declared["unit"],
        columns=tuple(declared["columns"].items()),
        latest_only=declared["is_latest"],
        stacked="stacked" in declared.get("options", ()),
        breaks=tuple(breaks[name] for name in declared.get("breaks", ())),
    )


def _page(section: Section, points: Mapping[str, Sequence[Point]], comparison: Table) -> Page:
    """One section as a page."""
    return Page(
        file=f"{section.id.replace('_', '-')}.html",
        title=section.display,
        short=section.display,
        group="Sections",
        template="section.html",
        context={"description": section.description, "comparison": comparison},
        figures=tuple(make_figure(visual, points.get(visual.block, ())) for visual in _with_rates(section)),
    )


def _with_rates(section: Section) -> tuple[Visual, ...]:
    """The visualisations of a section, with the recall rate beside the count of recalls: the caseload under it moved."""
    counts = next((visual for visual in section.visuals if visual.block == "recalls_by_quarter"), None)
    if not counts:
        return section.visuals
    rate = Visual(
        id="recall-rate",
        kind="line-timeseries",
        display="Recalls per 100 people on licence, each quarter",
        block="recall_rate",
        unit="rate",
        breaks=counts.breaks,
    )
    place = section.visuals.index(counts) + 1
    return (*section.visuals[:place], rate, *section.visuals[place:])


def _comparison(section: Section, compared: Sequence[Row]) -> Table:
    """Counted beside published, for the measures of the section's topics."""
    topics = sayings()["topics"].get(section.id, ())
    rows = [row for row in compared if row["topic"] in topics]
    return table_of("Counted and published figures", rows, COMPARED_COLUMNS)
