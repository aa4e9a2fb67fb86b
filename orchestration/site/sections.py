"""The section pages: a page for each section of `feed/sections.yml`, with a figure for each visualisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.problems import CheckFailed
from orchestration.site.charts import Break
from orchestration.site.figures import Visual, make_figure
from orchestration.site.pages import Page
from orchestration.site.warehouse import Point, fetch, point_of
from orchestration.yaml_reader import read_yaml

if TYPE_CHECKING:
    import duckdb

SECTIONS = Path(__file__).resolve().parent.parent / "feed" / "sections.yml"
POINTS = "select * from feed.dashboard_rows where block <> 'edge' order by block, ts, row_order"


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
    """The points of each block, in the order in which they are shown."""
    blocks: dict[str, list[Point]] = {}
    for row in fetch(connection, POINTS):
        blocks.setdefault(row["block"], []).append(point_of(row))
    return blocks


def make_section_pages(sections: Sequence[Section], points: Mapping[str, Sequence[Point]]) -> list[Page]:
    """A page for each section, in their order."""
    return [_page(section, points) for section in sections]


def visuals_by_block(sections: Sequence[Section]) -> dict[str, Visual]:
    """A visualisation of each block, the last one declared."""
    return {visual.block: visual for section in sections for visual in section.visuals}


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


def _page(section: Section, points: Mapping[str, Sequence[Point]]) -> Page:
    """One section as a page."""
    return Page(
        file=f"{section.id.replace('_', '-')}.html",
        title=section.display,
        short=section.display,
        group="Sections",
        template="section.html",
        context={"description": section.description},
        figures=tuple(make_figure(visual, points.get(visual.block, ())) for visual in section.visuals),
    )
