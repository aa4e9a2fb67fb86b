"""A figure of a page: one block as a headline, a chart, a table, a CSV file and its sources.

Belongs here: what a reader gets of one visualisation. Does not belong here: sentences (`headlines`), drawing (`charts`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.site import charts, headlines, wording
from orchestration.site.charts import Break
from orchestration.site.headlines import Saying
from orchestration.site.warehouse import Point
from orchestration.yaml_reader import read_yaml

SAYINGS = Path(__file__).parent / "sayings.yml"
SHOWN_SOURCES = 8
_SIZE = re.compile(r'<svg[^>]* width="(\d+)" height="(\d+)"')
OVER_TIME = ("line-timeseries", "bar-timeseries")
CSV_COLUMNS = (
    "series",
    "category",
    "period_end",
    "period",
    "value",
    "value_text",
    "status",
    "source",
    "classification",
)
COLUMN_NAMES = {
    "series": "Series",
    "category": "Category",
    "period": "Period",
    "value_text": "Figure",
    "status_text": "Status",
}


@dataclass(frozen=True)
class Visual:
    """A visualisation as `sections.yml` declares it: its kind, its block, and the columns of its table."""

    id: str
    kind: str
    display: str
    block: str
    unit: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    latest_only: bool = False
    stacked: bool = False
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table as text: column names, rows, and which columns hold numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True)
class Figure:
    """What a page shows of one visualisation. `svg` and `alt` are empty where there is a table only."""

    id: str
    title: str
    headline: str
    table: Table
    csv: str
    svg: str = ""
    alt: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    more_sources: int = 0
    kinds: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[str, str]:
        """Width and height of the chart, so that a browser keeps its place while it loads."""
        found = _SIZE.search(self.svg)
        return (found[1], found[2]) if found else ("", "")


def make_figure(visual: Visual, points: Sequence[Point]) -> Figure:
    """The figure of a visualisation from all points of its block, in their order. A block without points has a table
    without rows and says so in its headline.
    """
    shown = [point for point in points if point.is_latest or not visual.latest_only]
    kinds = tuple(sorted({kind for point in shown if (kind := point.classification) in wording.KINDS}))
    sources = list(dict.fromkeys(point.source for point in shown if point.source))
    svg, alt, notes = _chart(visual, shown, ", ".join(wording.KINDS[kind][0] for kind in kinds))
    return Figure(
        id=visual.id,
        title=visual.display,
        headline=_headline(visual, shown),
        table=_table(visual, shown),
        csv=csv_of(shown),
        svg=svg,
        alt=alt,
        notes=(*notes, *_shorthand(shown)),
        sources=tuple(sources[:SHOWN_SOURCES]),
        more_sources=max(0, len(sources) - SHOWN_SOURCES),
        kinds=kinds,
    )


def saying_of(visual: Visual) -> Saying:
    """How a block is said, as `sayings.yml` declares it; one that is not declared has no wording but its unit."""
    declared = sayings()["blocks"].get(visual.block, {})
    return Saying(unit=visual.unit, **declared)


@cache
def sayings() -> dict[str, Any]:
    """What `sayings.yml` declares."""
    declared: dict[str, Any] = read_yaml(SAYINGS)
    return declared


def csv_of(points: Sequence[Point]) -> str:
    """Points as CSV: every column of the block, days as ISO 8601, an empty value where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for point in points:
        value = "" if point.value is None else f"{point.value:.15g}"
        writer.writerow(
            (point.series, point.category, point.ts.isoformat(), point.period, value)
            + (point.value_text, point.status_text, point.source, point.classification)
        )
    return out.getvalue()


def _headline(visual: Visual, points: Sequence[Point]) -> str:
    """The sentence over a figure, from its points."""
    if not points:
        return f"{visual.display}: no figure is held"
    saying = saying_of(visual)
    last = max(point.ts for point in points)
    if visual.kind == "scorecard":
        return headlines.single(points[-1], visual.display)
    if visual.kind in OVER_TIME:
        said = headlines.over_time(points, saying)
    else:
        said = headlines.across_categories(
            [point for point in points if point.ts == last or visual.latest_only], saying
        )
    return said or f"{visual.display}: no figure can be shown"


def _chart(visual: Visual, points: Sequence[Point], note: str) -> tuple[str, str, tuple[str, ...]]:
    """The chart of a figure, its text alternative and what a reader must know of it; empty if it has no chart."""
    if visual.kind in ("list", "scorecard") or all(point.value is None for point in points):
        return "", "", ()
    if visual.kind == "bar":
        drawn = [point for point in points if point.category != headlines.TOTAL]
        categories = len({point.category or point.series for point in drawn})
        more = categories > charts.BARS
        notes = (f"The chart shows the first {charts.BARS} of {categories} categories.",) if more else ()
        svg = charts.draw_bars(drawn, note, stacked=visual.stacked)
        return svg, headlines.describe_categories(visual.display, drawn), notes
    return _time_chart(visual, points, note)


def _time_chart(visual: Visual, points: Sequence[Point], note: str) -> tuple[str, str, tuple[str, ...]]:
    """A chart over time with the breaks of its series."""
    is_line = visual.kind == "line-timeseries"
    first, last = min(point.ts for point in points), max(point.ts for point in points)
    breaks = [
        f"The dashed line marks a break in the series on {wording.day_text(one.day)}. {wording.as_sentence(one.text)}"
        for one in visual.breaks
        if first <= one.day <= last
    ]
    few = is_line and len(headlines.series_names(points)) > charts.LINES
    notes = (*breaks, *([f"The chart shows the {charts.LINES} highest series. The table has all."] if few else ()))
    draw = charts.draw_lines if is_line else charts.draw_columns
    described = " ".join((headlines.describe_over_time(visual.display, points), *breaks))
    return draw(points, visual.breaks, note), described, notes


def _table(visual: Visual, points: Sequence[Point]) -> Table:
    """The table of a figure: a row for each period and a column for each series over time, else a row for each point."""
    if visual.kind in OVER_TIME:
        return _over_time(visual.display, points)
    columns = visual.columns or _columns_used(points)
    rows = tuple(tuple(_cell(point, name) for name, _ in columns) for point in points)
    numeric = tuple(name in ("value", "value_text") for name, _ in columns)
    return Table(visual.display, tuple(said for _, said in columns), rows, numeric)


def _over_time(caption: str, points: Sequence[Point]) -> Table:
    """Periods down, newest first, and series across."""
    names = headlines.series_names(points)
    periods = sorted({(point.ts, point.period) for point in points}, reverse=True)
    cells: dict[tuple[date, str, str], str] = {}
    for point in points:
        cells.setdefault((point.ts, point.period, point.series), _cell(point, "value_text"))
    rows = tuple((period, *(cells.get((day, period, name), "") for name in names)) for day, period in periods)
    return Table(caption, ("Period", *(name or "Figure" for name in names)), rows, (False, *(True for _ in names)))


def _columns_used(points: Sequence[Point]) -> tuple[tuple[str, str], ...]:
    """The columns in which points differ, and always the period and the figure."""
    always = ("period", "value_text")
    return tuple(
        (name, said)
        for name, said in COLUMN_NAMES.items()
        if name in always or len({getattr(point, name) for point in points}) > 1
    )


def _cell(point: Point, name: str) -> str:
    """A cell of a table. A figure that is provisional or revised has its mark beside it."""
    if name == "ts":
        return wording.day_text(point.ts)
    text = str(getattr(point, "value_text" if name == "value" else name) or "")
    mark = wording.MARKS.get(point.status_text, ("",))[0] if name in ("value", "value_text") else ""
    return f"{text} {mark}".strip()


def _shorthand(points: Sequence[Point]) -> tuple[str, ...]:
    """What the symbols and marks among the points mean."""
    texts = {point.value_text for point in points}
    statuses = {point.status_text for point in points}
    return (
        *(f"{symbol} means {said}." for symbol, said in wording.NOT_PUBLISHABLE.items() if symbol in texts),
        *(f"{mark} means {said}." for status, (mark, said) in wording.MARKS.items() if status in statuses),
    )
