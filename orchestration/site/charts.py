"""Charts as SVG text, drawn by Altair and vl-convert without a browser or a network.

The same points give the same bytes. Charts follow the Analysis Function's guidance: the sentence above a chart is its
title, labels are horizontal, bars start at zero, lines are labelled at their end, and a chart has at most four lines.

Belongs here: how points are drawn. Does not belong here: which points (`figures`), sentences about them (`headlines`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt
import vl_convert

from orchestration.site.headlines import series_names
from orchestration.site.warehouse import Point

COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
"""The Analysis Function's palette. Orange and turquoise are too pale for text, so all labels are dark."""
TEXT = "#0b0c0c"
MUTED = "#505a5f"
FONT = "Arial, Helvetica, sans-serif"
FONT_SIZE = 13
WIDTH = 400
"""Width of a chart with its labels, about. On a telephone it is drawn at about 0.8 of that: text stays readable."""
HEIGHT = 210
CHARACTER = 7.2
"""Width of a character of a label, about: how much room the labels take from the width."""
AXIS = 48
"""Room for the numbers of an axis."""
LINES = 4
BARS = 15
MARKED = 16
"""Points of a line that are marked one by one, at most."""
FEW_COLUMNS = 12
"""Columns that each have their period under them, at most."""
LINE_OF_TEXT = 14
GAP = 5
"""Room between the names of two lines."""
ROWS = alt.NamedData("rows")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Break:
    """A day on which a series changed its basis: figures before and after it are not comparable."""

    day: date
    text: str


def draw_lines(points: Sequence[Point], breaks: Sequence[Break] = (), note: str = "") -> str:
    """Lines over time, one for each of the first four series, as SVG. A point without a value leaves a gap; `[c]` marks
    a suppressed one; a provisional one is hollow. A break is a dashed rule. Raises ValueError without any value.
    """
    names = drawn_series(points)
    rows = _marked([_timed(point) for point in points if point.series in names])
    top = _top(rows)
    x = alt.X("ts:T", axis=_time_axis(rows), title=None)
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, top], nice=False), title=None)
    colour = alt.Color("series:N", scale=_colours(names), legend=None)
    base = alt.Chart(ROWS)
    layers = [base.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour)]
    if any(row["marked"] for row in rows):
        marks = base.transform_filter("datum.marked").mark_point(size=24, filled=True, opacity=1)
        layers.append(marks.encode(x=x, y=y, color=colour))
    if any(row["provisional"] for row in rows):
        hollow = base.transform_filter("datum.marked && datum.provisional")
        layers.append(hollow.mark_point(size=8, filled=True, opacity=1, color="white").encode(x=x, y=y))
    ends = _end_labels(rows, names, top)
    room = max((len(line) for row in ends for line in row["text"].split("|")), default=0) * CHARACTER + 12
    return _svg(
        [*layers, *_suppressed(rows, x), *_breaks(breaks, rows), *([_names_layer()] if ends else [])],
        {"rows": rows, "ends": ends, "breaks": _break_rows(breaks, rows)},
        note,
        WIDTH - AXIS - room,
    )


def draw_columns(points: Sequence[Point], breaks: Sequence[Break] = (), note: str = "") -> str:
    """Columns over time as SVG, stacked where there are several series. A break is a dashed rule."""
    names = series_names(points)
    rows = [{**_timed(point), "series_order": names.index(point.series)} for point in points]
    days = sorted({row["ts"] for row in rows})
    base = alt.Chart(ROWS)
    if len(days) <= FEW_COLUMNS and not breaks:
        order = [next(row["period"] for row in rows if row["ts"] == day) for day in days]
        axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=6)
        x: Any = alt.X("period:O", sort=order, title=None, axis=axis)
        bars = base.mark_bar()
    else:
        _put_in_the_middle(rows, days)
        x = alt.X("middle:T", axis=_time_axis(rows), title=None)
        bars = base.mark_bar(size=max(1.5, min(28.0, 0.7 * (WIDTH - AXIS) / len(days))))
    columns = bars.encode(
        x=x,
        y=alt.Y("value:Q", title=None, stack="zero"),
        color=alt.Color("series:N", scale=_colours(names), legend=_legend(names)),
        order=alt.Order("series_order:Q"),
    )
    data = {"rows": rows, "breaks": _break_rows(breaks, rows)}
    return _svg([columns, *_suppressed(rows, x), *_breaks(breaks, rows)], data, note, WIDTH - AXIS - 12)


def draw_bars(points: Sequence[Point], note: str = "", *, stacked: bool = False) -> str:
    """A horizontal bar for each category, or for each category and series, as SVG; at most 15 categories. The figure is
    written at the end of its bar; a suppressed one has its symbol and no bar.
    """
    names = series_names(points)
    order = [_wrapped(name) for name in dict.fromkeys(point.category or point.series for point in points)][:BARS]
    rows = [row for point in points if (row := _barred(point, names))["category"] in order]
    by_series = len(names) > 1 and any(point.category for point in points)
    axis = alt.Axis(labelExpr="split(datum.label, '|')", labelLimit=200, ticks=False, domain=False)
    scale = _bar_scale(rows, stacked)
    encoding: dict[str, Any] = {"y": alt.Y("category:N", sort=order, title=None, axis=axis)}
    if by_series and not stacked:
        encoding["yOffset"] = alt.YOffset("series:N", sort=names)
    colour = alt.Color("series:N", scale=_colours(names), legend=_legend(names)) if by_series else alt.value(COLOURS[0])
    base = alt.Chart(ROWS)
    x = alt.X("value:Q", title=None, axis=None, stack="zero" if stacked else None, scale=scale)
    layers = [base.mark_bar().encode(**encoding, x=x, color=colour, order=alt.Order("series_order:Q"))]
    if not (by_series and stacked):
        ends = alt.X("at:Q", title=None, axis=None, stack=None, scale=scale)
        labels = base.mark_text(align="left", dx=4, fontSize=FONT_SIZE, color=TEXT)
        layers.append(labels.encode(**encoding, x=ends, text="text:N"))
    step = 32 if any("|" in text for text in order) else 22
    bars_each = len(names) if by_series and not stacked else 1
    room = max(len(line) for text in order for line in text.split("|")) * CHARACTER + 10
    return _svg(layers, {"rows": rows}, note, WIDTH - room - 10, max(step, 16 * bars_each + 6) * len(order))


def drawn_series(points: Sequence[Point]) -> list[str]:
    """The series that a line chart draws: those of the points, the four with the highest last values if more."""
    names = series_names(points)
    if len(names) <= LINES:
        return names
    last = {point.series: point.value or 0 for point in points if point.value is not None}
    highest = sorted(last, key=lambda name: -last[name])[:LINES]
    return [name for name in names if name in highest]


def spread_labels(middles: Sequence[float], lines: Sequence[int], height: float) -> list[float]:
    """Where the tops of labels of so many lines go: beside their middles, or as far above as the labels below need, all
    above `height`. Heights count downwards, as on a screen.
    """
    tops = [0.0 for _ in middles]
    limit = height
    for place in sorted(range(len(middles)), key=lambda one: -middles[one]):
        size = lines[place] * LINE_OF_TEXT
        tops[place] = min(middles[place] - size / 2, limit - size)
        limit = tops[place] - GAP
    return tops


def _timed(point: Point) -> dict[str, Any]:
    """A point of a chart over time as a row of its data."""
    return {
        "ts": point.ts.isoformat(),
        "period": point.period,
        "series": point.series,
        "value": point.value,
        "text": point.value_text,
        "provisional": point.status_text == "provisional",
    }


def _marked(rows: Rows) -> Rows:
    """Rows that say whether they get a mark: those of a short series, provisional ones, and those beside a gap, which
    no line would show.
    """
    series: dict[str, Rows] = {}
    for row in rows:
        series.setdefault(row["series"], []).append(row)
    for of_series in series.values():
        for place, row in enumerate(of_series):
            beside = of_series[max(0, place - 1) : place + 2]
            wanted = len(of_series) <= MARKED or row["provisional"] or any(one["value"] is None for one in beside)
            row["marked"] = wanted and row["value"] is not None
    return rows


def _put_in_the_middle(rows: Rows, days: Sequence[str]) -> None:
    """Add to each row the middle of its period, where its column goes: the axis marks where years and months begin."""
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    half = timedelta(days=(last - first).days / max(1, len(days) - 1) / 2)
    for row in rows:
        row["middle"] = (date.fromisoformat(row["ts"]) - half).isoformat()


def _barred(point: Point, names: Sequence[str]) -> dict[str, Any]:
    """A point of a bar chart as a row of its data."""
    return {
        "category": _wrapped(point.category or point.series),
        "series": point.series,
        "series_order": names.index(point.series),
        "value": point.value,
        "at": point.value or 0,
        "text": point.value_text,
    }


def _wrapped(text: str, width: int = 22) -> str:
    """A label in at most three lines of so many characters, with a bar between the lines."""
    return "|".join(textwrap.wrap(text.replace("|", "/"), width, max_lines=3, placeholder=" …"))


def _top(rows: Rows) -> float:
    """The upper end of the axis: a tenth above the highest value."""
    values = [row["value"] for row in rows if row["value"] is not None]
    if not values:
        raise ValueError("a chart needs at least one value")
    return float(max(values)) * 1.1 or 1.0


def _time_axis(rows: Rows) -> alt.Axis:
    """An axis of years, or of months if the points cover less than three years; few labels, all horizontal."""
    days = sorted({row["ts"] for row in rows})
    years = int(days[-1][:4]) - int(days[0][:4])
    return alt.Axis(
        format="%Y" if years >= 3 else "%b %Y",
        tickCount="year" if 3 <= years <= 8 else 4,
        labelAngle=0,
        labelOverlap="greedy",
        labelSeparation=12,
        labelFlush=True,
        grid=False,
    )


def _colours(names: Sequence[str]) -> alt.Scale:
    """A colour for each series, in their order."""
    return alt.Scale(domain=list(names), range=[COLOURS[place % len(COLOURS)] for place in range(len(names))])


def _legend(names: Sequence[str]) -> alt.Legend | None:
    """A legend above the chart, where several series cannot be labelled directly."""
    if len(names) < 2:
        return None
    columns = 1 if max(map(len, names)) > 24 else 2
    return alt.Legend(orient="top", direction="horizontal", columns=columns, title=None, labelLimit=380)


def _bar_scale(rows: Rows, stacked: bool) -> alt.Scale:
    """A scale from zero with room for the figure at the end of the longest bar."""
    lengths: dict[str, list[float]] = {}
    for row in rows:
        lengths.setdefault(row["category"], []).append(row["at"])
    longest = max(map(sum if stacked else max, lengths.values()), default=0)
    return alt.Scale(domain=[0, longest * (1.02 if stacked else 1.25) or 1], nice=False)


def _suppressed(rows: Rows, x: Any) -> list[alt.Chart]:
    """The symbol of each suppressed point, on the axis."""
    if not any(row["text"] == "[c]" for row in rows):
        return []
    marks = alt.Chart(ROWS).transform_filter("datum.text === '[c]'").mark_text(fontSize=12, color=TEXT, dy=-8)
    return [marks.encode(x=x, y=alt.datum(0), text="text:N")]


def _break_rows(breaks: Sequence[Break], rows: Rows) -> Rows:
    """The breaks between the first and the last day, with what their rules say."""
    first, last = min(row["ts"] for row in rows), max(row["ts"] for row in rows)
    within = [one for one in breaks if first <= one.day.isoformat() <= last]
    return [{"ts": one.day.isoformat(), "text": f"Break: {one.day.day} {one.day:%b %Y}"} for one in within]


def _breaks(breaks: Sequence[Break], rows: Rows) -> list[alt.Chart]:
    """Dashed rules with their texts above the chart, on the side of each rule that has more room."""
    if not (within := _break_rows(breaks, rows)):
        return []
    first, last = (date.fromisoformat(end(row["ts"] for row in rows)) for end in (min, max))
    is_late = date.fromisoformat(within[-1]["ts"]) - first > (last - first) / 2
    base = alt.Chart(alt.NamedData("breaks"))
    rule = base.mark_rule(strokeDash=[5, 4], color=TEXT, strokeWidth=1.5).encode(x="ts:T")
    side: dict[str, Any] = {"align": "right", "dx": 4} if is_late else {"align": "left", "dx": -4}
    label = base.mark_text(**side, baseline="bottom", fontSize=12, color=TEXT, dy=-2)
    return [rule, label.encode(x="ts:T", y=alt.value(0), text="text:N")]


def _end_labels(rows: Rows, names: Sequence[str], top: float) -> Rows:
    """The name of each line to the right of its end, moved apart where two would touch; none for a single line."""
    if len(names) < 2:
        return []
    ends = [row for name in names if (row := _last(rows, name))]
    texts = [_wrapped(row["series"], 20) for row in ends]
    middles = [(1 - row["value"] / top) * HEIGHT for row in ends]
    tops = spread_labels(middles, [text.count("|") + 1 for text in texts], HEIGHT + LINE_OF_TEXT)
    return [{"y": place, "text": text} for place, text in zip(tops, texts, strict=True)]


def _names_layer() -> alt.Chart:
    """The names of lines at the right edge."""
    style: dict[str, Any] = {"align": "left", "baseline": "top", "dx": 8, "fontSize": FONT_SIZE, "fontWeight": "bold"}
    labels = alt.Chart(alt.NamedData("ends")).mark_text(**style, color=TEXT, lineBreak="|", lineHeight=LINE_OF_TEXT)
    y = alt.Y("y:Q", scale=None, axis=None, title=None)
    layer: alt.Chart = labels.encode(x=alt.value("width"), y=y, text="text:N")
    return layer


def _last(rows: Rows, name: str) -> dict[str, Any] | None:
    """The last point of a series that has a value."""
    held = [row for row in rows if row["series"] == name and row["value"] is not None]
    return max(held, key=lambda row: row["ts"]) if held else None


def _svg(layers: Sequence[alt.Chart], data: Mapping[str, Rows], note: str, width: float, height: int = HEIGHT) -> str:
    """Layers as SVG text. The note says, inside the picture, what kind of figures it shows.

    Altair copies data with every layer, so it gets names, and the rows go into the finished specification.
    """
    chart = (
        alt.layer(*layers)
        .properties(width=round(width), height=height, padding=4)
        .configure(font=FONT, aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=FONT_SIZE, labelColor=TEXT, gridColor="#e3e6e8", domainColor=MUTED, tickColor=MUTED
        )
        .configure_legend(labelFontSize=FONT_SIZE, labelColor=TEXT, symbolType="square")
    )
    if note:
        title = alt.TitleParams(
            note, anchor="start", frame="group", fontSize=12, fontWeight="normal", color=MUTED, offset=14
        )
        chart = chart.properties(title=title)
    specification = {**chart.to_dict(validate=False), "datasets": data}
    svg: str = vl_convert.vegalite_to_svg(specification)
    return svg
