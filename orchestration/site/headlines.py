"""Sentences computed from points: the headline of a chart or table, and the text alternative of a chart.

Belongs here: pure functions from points to text. Does not belong here: how a number is written (`wording`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.site import wording
from orchestration.site.warehouse import Point

LISTED = 15
"""Categories that a text alternative lists; the table beneath has all."""
TOTAL = "Total"
"""The category of a row that is a total of the others."""
EACH = 6
"""Categories that a headline names one by one."""
UNSAID_UNITS = ("", "percent", "mixed")


@dataclass(frozen=True)
class Saying:
    """How a block is said: `says` is the predicate of its numbers (`people were in prison`), `form` which sentence it
    gets (`sayings.yml` lists them), `series` the one that a headline is about, `unit` what its numbers count.
    """

    says: str = ""
    form: str = ""
    series: str = ""
    unit: str = ""

    @property
    def predicate(self) -> str:
        """What follows a number: the predicate, else the unit unless the number's own text has it."""
        return self.says or ("" if self.unit in UNSAID_UNITS else self.unit)


def over_time(points: Sequence[Point], saying: Saying) -> str:
    """The headline of points over time: the latest value, and its change since a year before or since the period
    before. One clause for each of the first four series, or the total of the parts and then the parts.

    Returns an empty text if no point has a value.
    """
    held = [point for point in points if point.value is not None]
    if not held:
        return ""
    last = max(held, key=lambda point: point.ts)
    series = series_names(points)
    if saying.form == "parts" and len(series) > 1 and (totals := _totals(held, len(series))):
        return _total_sentence(held, totals, saying)
    latest = [point for point in held if point.ts == last.ts]
    clauses = [
        _series_clause(point, held, saying, named=len(series) > 1, first=not place)
        for place, point in enumerate(latest[:4])
    ]
    return wording.as_sentence(". ".join(clauses))


def across_categories(points: Sequence[Point], saying: Saying) -> str:
    """The headline of categories in one period, in the form that the block declares.

    Returns an empty text if no point has a value.
    """
    of_series = [point for point in points if saying.series in ("", point.series)]
    held = [point for point in of_series if point.value is not None]
    if saying.form == "met":
        met = sum(point.status_text == "met" for point in of_series)
        return wording.as_sentence(f"{met} of {len(of_series)} targets {'is' if met == 1 else 'are'} met")
    if not held:
        return ""
    if saying.form == "each":
        return _each_sentence(held, saying)
    parts = [point for point in held if point.category != TOTAL]
    total = next((point.value_text for point in held if point.category == TOTAL), "")
    total = total or wording.number_text(sum(point.value or 0 for point in parts), saying.unit)
    when = wording.at_period(held[-1].period)
    said = f"{total} {saying.predicate} {when}"
    if saying.form == "parts":
        return wording.as_sentence(f"{said}: {wording.listed([_part(point) for point in parts])}")
    top = max(parts, key=lambda point: (point.value or 0, point.category))
    highest = f"{label_of(top, len(series_names(parts)) > 1)} has the highest figure, {top.value_text}"
    return wording.as_sentence(f"{said}; {highest}" if saying.form == "highest" else f"{highest}, {when}")


def single(point: Point, display: str) -> str:
    """The headline of one number: what it is, the number and the period."""
    return wording.as_sentence(f"{display}: {point.value_text} {wording.at_period(point.period)}")


def describe_over_time(display: str, points: Sequence[Point]) -> str:
    """The text alternative of a chart over time: what it shows, and where each series begins, ends and turns."""
    clauses = [_course(name, [point for point in points if point.series == name]) for name in series_names(points)]
    return f"Chart: {display}. {' '.join(filter(None, clauses))}"


def describe_categories(display: str, points: Sequence[Point]) -> str:
    """The text alternative of a bar chart: each bar and its figure, at most 15."""
    many = len(series_names(points)) > 1
    bars = "; ".join(f"{label_of(point, many)} {point.value_text}" for point in points[:LISTED])
    more = len(points) - LISTED
    rest = f"; and {wording.plural(more, 'more figure')} in the table" if more > 0 else ""
    periods = list(dict.fromkeys(point.period for point in points))
    when = f", {periods[0]}" if len(periods) == 1 else ""
    return f"Bar chart: {display}{when}. {bars}{rest}."


def series_names(points: Sequence[Point]) -> list[str]:
    """The series of points, in the order in which they come first."""
    return list(dict.fromkeys(point.series for point in points))


def label_of(point: Point, with_series: bool = False) -> str:
    """What a point is of: its category, and its series too where there are several."""
    if not point.category:
        return point.series
    return f"{point.category}, {wording.lower_first(point.series)}" if with_series and point.series else point.category


def _total_sentence(held: Sequence[Point], totals: dict[date, float], saying: Saying) -> str:
    """`2,544 people were in prison on 31 March 2025, 158 fewer than a year before: 1,012 unreleased and …`."""
    last = max(totals)
    parts = [point for point in held if point.ts == last]
    now = f"{wording.number_text(totals[last], saying.unit)} {saying.predicate} {wording.at_period(parts[0].period)}"
    change = _change(totals, last, {point.ts: point.period for point in held}, saying.unit)
    split = wording.listed([f"{point.value_text} {wording.lower_first(point.series)}" for point in parts])
    return wording.as_sentence(f"{now}{change}: {split}")


def _series_clause(point: Point, held: Sequence[Point], saying: Saying, *, named: bool, first: bool) -> str:
    """One series in words; the period and what its change is against are said once, in the first clause."""
    values = {other.ts: other.value or 0 for other in held if other.series == point.series}
    change = _change(values, point.ts, {other.ts: other.period for other in held}, saying.unit, against=first)
    name = f"{point.series}: " if named and point.series else ""
    if not first:
        return f"{name}{point.value_text}{change}"
    said = " ".join(filter(None, (point.value_text, saying.predicate, wording.at_period(point.period))))
    return f"{name}{said}{change}"


def _change(values: dict[date, float], last: date, periods: dict[date, str], unit: str, *, against: bool = True) -> str:
    """`, 118 fewer than a year before`, or than the period before if nothing is held for a year before."""
    before = wording.year_before(last)
    if before not in values:
        earlier = [day for day in values if day < last]
        if not earlier:
            return ""
        before = max(earlier)
    change = wording.change_text(values[last], values[before], unit)
    if not against:
        return f", {change}"
    a_year = before == wording.year_before(last)
    than = "from" if change == "unchanged" else "than"
    return f", {change} {than} {'a year before' if a_year else wording.at_period(periods[before])}"


def _totals(held: Sequence[Point], parts: int) -> dict[date, float]:
    """The sum of the series on each day that has a value of every series."""
    by_day: dict[date, list[float]] = {}
    for point in held:
        by_day.setdefault(point.ts, []).append(point.value or 0)
    return {day: sum(values) for day, values in by_day.items() if len(values) == parts}


def _course(name: str, points: Sequence[Point]) -> str:
    """Where one series begins and ends, with its highest and lowest value; gaps are counted."""
    held = [point for point in points if point.value is not None]
    if not held:
        return f"{name or 'The series'} has no figure."
    first, last = held[0], held[-1]
    high = max(held, key=lambda point: point.value or 0)
    low = min(held, key=lambda point: point.value or 0)
    gaps = len(points) - len(held)
    missing = f" {wording.plural(gaps, 'period')} without a figure." if gaps else ""
    subject = f"{name}: " if name else ""
    if len(held) == 1:
        return f"{subject}{first.value_text}, {first.period}.{missing}"
    return (
        f"{subject}{first.value_text}, {first.period}, to {last.value_text}, {last.period}; highest "
        f"{high.value_text}, {high.period}; lowest {low.value_text}, {low.period}.{missing}"
    )


def _each_sentence(held: Sequence[Point], saying: Saying) -> str:
    """Every category with its figure: `In 2024, the median was …`."""
    many = len(series_names(held)) > 1
    parts = [f"{wording.lower_first(label_of(point, many))} {point.value_text}" for point in held[:EACH]]
    unit = f" ({saying.predicate})" if saying.predicate else ""
    name = f"{saying.series}{unit} " if saying.series else ""
    more = f" and {wording.plural(len(held) - EACH, 'more figure')} in the table" if len(held) > EACH else ""
    return wording.as_sentence(f"{name}{wording.at_period(held[-1].period)}: {'; '.join(parts)}{more}")


def _part(point: Point) -> str:
    """A part of a total: `1,012 unreleased`."""
    return f"{point.value_text} {wording.lower_first(label_of(point) if point.category else point.series)}"
