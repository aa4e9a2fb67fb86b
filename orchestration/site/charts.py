"""Charts as SVG text, drawn by Altair and vl-convert without a browser or a network.

The same points give the same bytes. Charts follow the Analysis Function's guidance: the sentence above a chart is its
title, labels are horizontal, bars start at zero, lines are labelled at their end, and a chart has at most four lines.

Belongs here: how points are drawn. Does not belong here: which points (`figures`), sentences about them (`headlines`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
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
WIDTH = 400
"""Width of a chart in its own units. On a telephone it is drawn at about 0.8 of that, so text stays readable."""
HEIGHT = 260
PLOT = 205
"""Height of what is inside the axes of a chart over time, about: names of lines are kept apart by it."""
LINES = 4
BARS = 15
MARKED = 16
"""Points of a line that are marked one by one, at most."""
LINE_OF_TEXT = 14
GAP = 5
"""Room between the names of two lines."""
FEW_COLUMNS = 12
"""Columns that each have their period under them, at most."""
FONT = "Arial, Helvetica, sans-serif"


@dataclass(frozen=True)
class Break:
    """A day on which a series changed its basis: figures before and after it are not comparable."""

    day: date
    text: str


def draw_lines(points: Sequence[Point], breaks: Sequence[Break] = (), note: str = "") -> str:
    """Lines over time, one for each of the first four series, as SVG. A point without a value leaves a gap; `[c]` marks
    a suppressed one. A break is a dashed rule. Raises ValueError if no point has a value.
    """
    names = drawn_series(points)
    rows = _marked([_timed(point) for point in points if point.series in names])
    top = _top(rows)
    base = alt.Chart(alt.Data(values=rows))
    x = alt.X("ts:T", axis=_time_axis(rows), title=None)
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, top]), title=None)
    colour = alt.Color("series:N", scale=_colours(names), legend=None)
    lines = base.mark_line(strokeWidth=2.5, interpolate="linear").encode(x=x, y=y, color=colour)
    marks = base.transform_filter("datum.marked").mark_point(size=24, filled=True, opacity=1)
    hollow = base.transform_filter("datum.marked && datum.provisional").mark_point(size=8, filled=True, opacity=1, color="white")
    layers = [lines, marks.encode(x=x, y=y, color=colour), hollow.encode(x=x, y=y)]
    return _svg([*layers, *_suppressed(base, x), *_breaks(breaks, rows), *_end_labels(rows, names, top)], note)


def draw_columns(points: Sequence[Point], breaks: Sequence[Break] = (), note: str = "") -> str:
    """Columns over time as SVG, stacked where there are several series. A break is a dashed rule."""
    names = series_names(points)
    rows = [_timed(point) for point in points]
    days = sorted({row["ts"] for row in rows})
    base = alt.Chart(alt.Data(values=rows))
    if len(days) <= FEW_COLUMNS and not breaks:
        order = [next(row["period"] for row in rows if row["ts"] == day) for day in days]
        x: Any = alt.X("period:O", sort=order, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=6))
        bars = base.mark_bar()
    else:
        # A column is in the middle of its period, as the axis marks where years and months begin.
        half = timedelta(days=(date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days / max(1, len(days) - 1) / 2)
        for row in rows:
            row["middle"] = (date.fromisoformat(row["ts"]) - half).isoformat()
        x = alt.X("middle:T", axis=_time_axis(rows), title=None)
        bars = base.mark_bar(size=max(1.5, min(28.0, 0.7 * (WIDTH - 50) / len(days))))
    columns = bars.encode(
        x=x,
        y=alt.Y("value:Q", title=None, stack="zero"),
        color=alt.Color("series:N", scale=_colours(names), legend=_legend(names)),
        order=alt.Order("series_order:Q"),
    )
    return _svg([columns, *_suppressed(base, x), *_breaks(breaks, rows)], note)


def draw_bars(points: Sequence[Point], note: str = "", *, stacked: bool = False) -> str:
    """A horizontal bar for each category, or for each category and series, as SVG; at most 15 categories. The figure is
    written at the end of its bar; a suppressed one has its symbol and no bar.
    """
    names = series_names(points)
    categories = list(dict.fromkeys(point.category or point.series for point in points))[:BARS]
    rows = [row for point in points if (row := _barred(point, names))["category"] in map(_wrapped, categories)]
    order = list(map(_wrapped, categories))
    by_series = len(names) > 1 and any(point.category for point in points)
    encoding: dict[str, Any] = {
        "y": alt.Y(
            "category:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelExpr="split(datum.label, '|')", labelLimit=170, ticks=False, domain=False),
        ),
        "x": alt.X(
            "value:Q", title=None, axis=None, stack="zero" if stacked else None, scale=_bar_scale(rows, stacked)
        ),
    }
    if by_series and not stacked:
        encoding["yOffset"] = alt.YOffset("series:N", sort=names)
    base = alt.Chart(alt.Data(values=rows)).encode(**encoding)
    colour = alt.Color("series:N", scale=_colours(names), legend=_legend(names)) if by_series else alt.value(COLOURS[0])
    bars = base.mark_bar().encode(color=colour, order=alt.Order("series_order:Q"))
    labels = [] if by_series and stacked else [_bar_labels(rows, encoding)]
    step = 30 if any("|" in text for text in order) else 20
    height = 40 + step * len(order) * (len(names) if by_series and not stacked else 1) + 20 * (len(names) if by_series else 0)
    return _svg([bars, *labels], note, height=height)


def drawn_series(points: Sequence[Point]) -> list[str]:
    """The series that a line chart draws: those of the points, the four with the highest last values if more."""
    names = series_names(points)
    if len(names) <= LINES:
        return names
    last = {point.series: point.value or 0 for point in points if point.value is not None}
    highest = sorted(last, key=lambda name: -last[name])[:LINES]
    return [name for name in names if name in highest]


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


def _marked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that say whether they get a mark: those of a short series, provisional ones, and those beside a gap, which
    no line would show.
    """
    series: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        series.setdefault(row["series"], []).append(row)
    for of_series in series.values():
        for place, row in enumerate(of_series):
            beside = of_series[max(0, place - 1) : place + 2]
            wanted = len(of_series) <= MARKED or row["provisional"] or any(one["value"] is None for one in beside)
            row["marked"] = wanted and row["value"] is not None
    return rows


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
    return "|".join(textwrap.wrap(text.replace("|", "/"), width)[:3])


def _top(rows: Sequence[dict[str, Any]]) -> float:
    """The upper end of the axis: a tenth above the highest value, so a label has room."""
    values = [row["value"] for row in rows if row["value"] is not None]
    if not values:
        raise ValueError("a chart needs at least one value")
    return float(max(values)) * 1.12 or 1.0


def _time_axis(rows: Sequence[dict[str, Any]]) -> alt.Axis:
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
    return alt.Legend(orient="top", direction="horizontal", columns=columns, title=None, labelLimit=380, symbolType="square")


def _bar_scale(rows: Sequence[dict[str, Any]], stacked: bool) -> alt.Scale:
    """A scale from zero with room for the figure at the end of the longest bar."""
    totals: dict[str, float] = {}
    for row in rows:
        totals[row["category"]] = (
            row["at"] + totals.get(row["category"], 0) if stacked else max(row["at"], totals.get(row["category"], 0))
        )
    return alt.Scale(domain=[0, max(totals.values(), default=0) * (1.02 if stacked else 1.25) or 1])


def _bar_labels(rows: Sequence[dict[str, Any]], encoding: dict[str, Any]) -> alt.Chart:
    """The figure at the end of each bar; at zero if there is none to draw."""
    at = {**encoding, "x": alt.X("at:Q", title=None, axis=None, stack=None)}
    data = alt.Chart(alt.Data(values=list(rows)))
    return data.mark_text(align="left", dx=4, fontSize=13, color=TEXT).encode(**at, text="text:N")


def _suppressed(base: alt.Chart, x: Any) -> list[alt.Chart]:
    """The symbol of each suppressed point, on the axis."""
    marks = base.transform_filter("datum.text === '[c]'").mark_text(fontSize=12, color=TEXT, dy=-8)
    return [marks.encode(x=x, y=alt.datum(0), text="text:N")]


def _breaks(breaks: Sequence[Break], rows: Sequence[dict[str, Any]]) -> list[alt.Chart]:
    """A dashed rule with its text for each break between the first and the last day."""
    first, last = min(row["ts"] for row in rows), max(row["ts"] for row in rows)
    layers = []
    for one in breaks:
        if not first <= one.day.isoformat() <= last:
            continue
        span = date.fromisoformat(last) - date.fromisoformat(first)
        is_late = one.day - date.fromisoformat(first) > span / 2
        data = alt.Chart(
            alt.Data(values=[{"ts": one.day.isoformat(), "text": f"Break: {one.day.day} {one.day:%b %Y}"}])
        )
        rule = data.mark_rule(strokeDash=[5, 4], color=TEXT, strokeWidth=1.5).encode(x="ts:T")
        label = data.mark_text(
            align="right" if is_late else "left", dx=-5 if is_late else 5, baseline="top", fontSize=12, color=TEXT
        ).encode(x="ts:T", y=alt.value(-14), text="text:N")
        layers += [rule, label]
    return layers


def _end_labels(rows: Sequence[dict[str, Any]], names: Sequence[str], top: float) -> list[alt.Chart]:
    """The name of each line to the right of its end, moved apart where two would touch; none for a single line."""
    if len(names) < 2:
        return []
    ends = [row for name in names if (row := _last(rows, name))]
    texts = [_wrapped(row["series"], 20) for row in ends]
    places = _spread([(1 - row["value"] / top) * PLOT for row in ends], [text.count("|") + 1 for text in texts])
    last = max(row["ts"] for row in ends)
    values = [
        {"ts": last, "value": top * (1 - place / PLOT), "text": text} for place, text in zip(places, texts, strict=True)
    ]
    labels = alt.Chart(alt.Data(values=values)).mark_text(
        align="left", baseline="top", dx=8, fontSize=13, fontWeight="bold", color=TEXT, lineBreak="|", lineHeight=LINE_OF_TEXT
    )
    return [labels.encode(x="ts:T", y=alt.Y("value:Q", title=None), text="text:N")]


def _last(rows: Sequence[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The last point of a series that has a value."""
    held = [row for row in rows if row["series"] == name and row["value"] is not None]
    return max(held, key=lambda row: row["ts"]) if held else None


def _spread(places: Sequence[float], lines: Sequence[int]) -> list[float]:
    """The tops of labels of so many lines, each beside its height or as far from it as the labels above need; moved up
    together if the last would leave the chart.
    """
    result = [0.0 for _ in places]
    free = float("-inf")
    order = sorted(range(len(places)), key=lambda one: places[one])
    for place in order:
        height = lines[place] * LINE_OF_TEXT
        result[place] = max(places[place] - height / 2, free)
        free = result[place] + height + GAP
    over = max(0.0, free - GAP - PLOT)
    ceiling = float("inf")
    for place in reversed(order):
        result[place] = min(result[place], ceiling) if ceiling < float("inf") else result[place] - over
        above = order[order.index(place) - 1] if order.index(place) else place
        ceiling = result[place] - lines[above] * LINE_OF_TEXT - GAP
    return result


def _svg(layers: Sequence[alt.Chart], note: str, height: int = HEIGHT) -> str:
    """Layers as SVG text of a fixed width. The note says, inside the picture, what kind of figures it shows."""
    chart = (
        alt.layer(*layers)
        .properties(
            width=WIDTH,
            height=height,
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
            padding={"left": 4, "right": 12, "top": 4, "bottom": 4},
        )
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=13, labelColor=TEXT, gridColor="#e3e6e8", domainColor=MUTED, tickColor=MUTED)
        .configure_legend(labelFontSize=13, labelColor=TEXT)
    )
    if note:
        chart = chart.properties(
            title=alt.TitleParams(note, anchor="start", fontSize=12, fontWeight="normal", color=MUTED)
        )
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict(validate=False))
    return svg
