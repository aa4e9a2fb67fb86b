"""A figure of a page: one block as a headline, a chart, a table, a CSV file and its sources.

Belongs here: what a reader gets of one visualisation. Not here: sentences (`headlines`), drawing (`charts`).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
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
LONG = 15
"""Rows of a table that is shown at once, at most."""
_NUMBERED = re.compile(r"(Target|Action) \d")
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
    is_series: bool = False

    @property
    def is_over_time(self) -> bool:
        """Whether its headline compares periods: a chart over time, or a table of a series too short for a chart."""
        return self.is_series or self.kind in OVER_TIME


@dataclass(frozen=True)
class Table:
    """A table as text: column names, rows, which columns hold numbers, and what is the same in all rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    same: tuple[str, ...] = ()


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
    def is_folded(self) -> bool:
        """Whether the table waits behind a line to open: it is beneath a chart, or long."""
        return bool(self.svg) or len(self.table.rows) > LONG

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
    svg, alt, notes = _chart(visual, shown, "; ".join(wording.KINDS[kind][0] for kind in kinds))
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
        what = (point.series, point.category, point.ts.isoformat(), point.period, value)
        writer.writerow((*what, point.value_text, point.status_text, point.source, point.classification))
    return out.getvalue()


def _headline(visual: Visual, points: Sequence[Point]) -> str:
    """The sentence over a figure, from its points."""
    if not points:
        return f"{visual.display}: no figure is held"
    saying = saying_of(visual)
    held = [point for point in points if point.value is not None] or points
    if visual.kind == "scorecard":
        said = headlines.single(held[-1], visual.display)
    elif visual.is_over_time:
        said = headlines.over_time(points, saying)
    else:
        last = max(point.ts for point in held)
        said = headlines.across_categories([one for one in points if one.ts == last or visual.latest_only], saying)
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
        svg = draw_chart(visual.kind, tuple(drawn), (), note, visual.stacked)
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
    described = " ".join((headlines.describe_over_time(visual.display, points), *breaks))
    return draw_chart(visual.kind, tuple(points), visual.breaks, note, False), described, notes


@cache
def draw_chart(kind: str, points: tuple[Point, ...], breaks: tuple[Break, ...], note: str, stacked: bool) -> str:
    """A chart as SVG, drawn once though two pages show it."""
    if kind == "bar":
        return charts.draw_bars(points, note, stacked=stacked)
    return (charts.draw_lines if kind == "line-timeseries" else charts.draw_columns)(points, breaks, note)


def _table(visual: Visual, points: Sequence[Point]) -> Table:
    """The table of a figure: over time a row for each period, else a row for each point."""
    if visual.kind in OVER_TIME:
        return _over_time(visual.display, points)
    if visual.kind == "scorecard":
        return Table(
            visual.display,
            ("Period", "Figure"),
            tuple((one.period, _cell(one, "value")) for one in points),
            (False, True),
        )
    if paired := _side_by_side(visual, points):
        return paired
    columns = sorted(visual.columns or _columns_used(points), key=lambda column: column[0] != "category")
    varying = [(name, said) for name, said in columns if _varies(name, points)]
    rows = tuple(tuple(_cell(point, name) for name, _ in varying) for point in _by_category(points))
    numeric = tuple(name in ("value", "value_text") for name, _ in varying)
    same = tuple(f"{said}: {_cell(points[0], name)}" for name, said in columns if points and not _varies(name, points))
    return Table(visual.display, tuple(said for _, said in varying), rows, numeric, same)


def _side_by_side(visual: Visual, points: Sequence[Point]) -> Table | None:
    """Counted beside published, newest first; None unless every published figure has a counted one of its day."""
    by_place: dict[tuple[date, str, str], dict[str, Point]] = {}
    for point in points:
        by_place.setdefault((point.ts, point.period, point.category), {})[point.series] = point
    names = {name for pair in by_place.values() for name in pair}
    if names != headlines.COUNTED_AND_PUBLISHED or not all(headlines.COUNTED in pair for pair in by_place.values()):
        return None
    said = dict(visual.columns)
    columns = [name for name in ("category", "period") if name in said]
    places = sorted(by_place, key=lambda place: place[0], reverse=True)
    pairs = [by_place[place] for place in places if headlines.PUBLISHED in by_place[place]]
    rows = tuple(
        (
            *(_cell(pair[headlines.COUNTED], name) for name in columns),
            *(_cell(pair[name], "value_text") for name in (headlines.COUNTED, headlines.PUBLISHED)),
            pair[headlines.PUBLISHED].source,
        )
        for pair in pairs
    )
    names_shown = (*(said[name] for name in columns), headlines.COUNTED, headlines.PUBLISHED, "Published in")
    return Table(visual.display, names_shown, rows, (*(False for _ in columns), True, True, False))


def _varies(name: str, points: Sequence[Point]) -> bool:
    """Whether a column is worth its width: it holds the figures, names the rows, or differs between them."""
    return name in ("value", "value_text", "category") or len({getattr(point, name) for point in points}) > 1


def _by_category(points: Sequence[Point]) -> list[Point]:
    """Points with those of a category together, in the order of the day that has most of them."""
    days = Counter(point.ts for point in points)
    full = [point.category for point in points if point.ts == max(days, key=lambda day: (days[day], day))]
    names = list(dict.fromkeys((*full, *(point.category for point in points))))
    # Targets and actions have numbers, and each may have its own day.
    order = {name: place for place, name in enumerate(sorted(names) if all(map(_NUMBERED.match, names)) else names)}
    return sorted(points, key=lambda point: (order[point.category], point.series != points[0].series))


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
