"""Sentences computed from points: the headline of a chart or table, and the text alternative of a chart.

Belongs here: pure functions from points to text. Does not belong here: how a number is written (`wording`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from orchestration.site import wording
from orchestration.site.warehouse import Point

LISTED = 15
"""Categories that a text alternative lists; the table beneath has all."""
COUNTED, PUBLISHED = "Counted from records", "Published"
COUNTED_AND_PUBLISHED = {COUNTED, PUBLISHED}
"""Series of a block that compares."""
TOTAL = "Total"
"""The category of a row that is a total of the others."""
CLAUSES = 4
"""Series that a headline has a clause for, at most."""
EACH = 6
PARTS = 3
"""Categories of a table, and parts of a total over time, that a headline names one by one at most."""
UNSAID_UNITS = ("", "percent", "mixed")


@dataclass(frozen=True)
class Saying:
    """How a block is said: `says` is the predicate of its numbers (`people were in prison`), `form` which sentence it
    gets (`sayings.yml` lists them), `series` and `category` those that a headline is about, `unit` what is counted.
    """

    says: str = ""
    form: str = ""
    series: str = ""
    category: str = ""
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
    series = series_names(points)
    if saying.form == "sum":
        return _sum_sentence(held, saying)
    if saying.form == "parts" and len(series) > 1 and (totals := _totals(held, len(series))):
        return _total_sentence(held, totals, saying)
    clauses: list[str] = []
    when = than = ""
    for name in series[:CLAUSES]:
        of_series = [point for point in held if point.series == name]
        if not of_series:
            continue
        point = max(of_series, key=lambda one: one.ts)
        change, since = _change(of_series, point.ts, saying.unit)
        # The period and what the change is against are said again only where they differ from the clause before.
        now = "" if wording.at_period(point.period) == when else f" {wording.at_period(point.period)}"
        what = f" {saying.predicate}" if saying.predicate and not clauses else ""
        subject = f"{name}: " if len(series) > 1 and name else ""
        clauses.append(f"{subject}{point.value_text}{what}{now}{change}{'' if since == than and not now else since}")
        when, than = wording.at_period(point.period), since
    return wording.as_sentence(". ".join(clauses))


def across_categories(points: Sequence[Point], saying: Saying) -> str:
    """The headline of categories in one period, in the form that the block declares. Without a form: counted beside
    published, or the highest category of each series, or every series, whichever the points allow.
    """
    asked = [one for one in points if saying.series in ("", one.series) and saying.category in ("", one.category)]
    held = [point for point in asked if point.value is not None]
    if saying.form == "met":
        met = sum(point.status_text.startswith("met") for point in asked)
        return wording.as_sentence(f"{met} of {len(asked)} targets {'is' if met == 1 else 'are'} met")
    if not held:
        return _statuses(asked)
    if saying.form in ("parts", "highest"):
        return _with_total(held, saying)
    if not saying.form and set(series_names(held)) == COUNTED_AND_PUBLISHED:
        return compared(held)
    return _each_sentence(held, saying) if saying.form == "each" else _highest_sentence(held, saying)


def compared(points: Sequence[Point]) -> str:
    """The headline of counted beside published figures: each pair of the latest day that has one; empty without."""
    by_place: dict[tuple[date, str], dict[str, Point]] = {}
    for point in points:
        by_place.setdefault((point.ts, point.category), {})[point.series] = point
    pairs = [pair for pair in by_place.values() if len(pair) == len(COUNTED_AND_PUBLISHED)]
    if not pairs:
        return ""
    last = max(point.ts for pair in pairs for point in pair.values())
    latest = [pair for pair in pairs if next(iter(pair.values())).ts == last]
    when = wording.at_period(latest[0][PUBLISHED].period)
    many = len({pair[PUBLISHED].category for pair in latest}) > 1
    clauses = [
        f"{wording.lower_first(pair[PUBLISHED].category) + ' ' if many else ''}{pair[COUNTED].value_text} counted and "
        f"{pair[PUBLISHED].value_text} published"
        for pair in latest
    ]
    return wording.as_sentence(f"{when}: {'; '.join(clauses)}")


def single(point: Point, display: str) -> str:
    """The headline of one number: what it is, the number and the period."""
    return wording.as_sentence(f"{display}: {point.value_text} {wording.at_period(point.period)}")


def describe_over_time(display: str, points: Sequence[Point]) -> str:
    """The text alternative of a chart over time: what it shows, and where each series begins, ends and turns."""
    clauses = [_course(name, [point for point in points if point.series == name]) for name in series_names(points)]
    return f"Chart: {display}. {' '.join(filter(None, clauses))}"


def describe_categories(display: str, points: Sequence[Point]) -> str:
    """The text alternative of a bar chart: each bar and its figure, at most 15."""
    labels = labels_of(points)
    bars = "; ".join(f"{label} {point.value_text}" for label, point in list(zip(labels, points, strict=True))[:LISTED])
    more = len(points) - LISTED
    rest = f"; and {wording.plural(more, 'more figure')} in the table" if more > 0 else ""
    periods = list(dict.fromkeys(point.period for point in points))
    when = f", {periods[0]}" if len(periods) == 1 else ""
    return f"Bar chart: {display}{when}. {bars}{rest}."


def series_names(points: Sequence[Point]) -> list[str]:
    """The series of points, in the order in which they come first."""
    return list(dict.fromkeys(point.series for point in points))


def labels_of(points: Sequence[Point]) -> list[str]:
    """What each of some points is of: its category, its series, or both, whichever tells them apart."""
    by_category = len({point.category for point in points}) > 1
    by_series = len({point.series for point in points}) > 1
    if len({point.category for point in points}) == len(points) > 1:
        return [point.category for point in points]
    if by_category and by_series:
        return [f"{point.category}, {wording.lower_first(point.series)}" for point in points]
    return [point.series if by_series or not point.category else point.category for point in points]


def _total_sentence(held: Sequence[Point], totals: dict[date, float], saying: Saying) -> str:
    """`2,544 people were in prison on 31 March 2025, 158 fewer than a year before: 1,012 unreleased and …`."""
    last = max(totals)
    parts = [point for point in held if point.ts == last]
    now = f"{wording.number_text(totals[last], saying.unit)} {saying.predicate} {wording.at_period(parts[0].period)}"
    sums = [replace(point, value=totals[point.ts]) for point in held if point.ts in totals]
    split = f": {_split(parts, labels_of(parts))}" if len(parts) <= PARTS else ""
    return wording.as_sentence(f"{now}{''.join(_change(sums, last, saying.unit))}{split}")


def _sum_sentence(held: Sequence[Point], saying: Saying) -> str:
    """The sum of each series over the first twelve periods: `From April 2025 to March 2026: 24 people …`."""
    days = sorted({point.ts for point in held})[:12]
    within = [point for point in held if point.ts in days]
    sums = {name: sum(point.value or 0 for point in within if point.series == name) for name in series_names(within)}
    parts = [f"{wording.lower_first(name)} {wording.number_text(total, saying.unit)}" for name, total in sums.items()]
    periods = {point.ts: point.period for point in within}
    unit = f" ({saying.predicate})" if saying.predicate else ""
    return wording.as_sentence(f"From {periods[days[0]]} to {periods[days[-1]]}{unit}: {wording.listed(parts)}")


def _change(held: Sequence[Point], last: date, unit: str) -> tuple[str, str]:
    """How one series changed, and since when: `, 118 fewer` and ` than a year before`, or than the period before if
    nothing is held for a year before. Two empty texts if there is nothing to compare with.
    """
    values = {point.ts: point.value or 0 for point in held}
    before = wording.year_before(last)
    if before not in values:
        earlier = [day for day in values if day < last]
        if not earlier:
            return "", ""
        before = max(earlier)
    change = wording.change_text(values[last], values[before], unit)
    period = next(point.period for point in held if point.ts == before)
    when = "a year before" if before == wording.year_before(last) else wording.at_period(period)
    return f", {change}", f" {'from' if change == 'unchanged' else 'than'} {when}"


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
    named = zip(labels_of(held), held, strict=True)
    parts = [f"{wording.lower_first(_short(label))} {point.value_text}" for label, point in list(named)[:EACH]]
    unit = f" ({saying.predicate})" if saying.predicate else ""
    said = saying.series or saying.category
    name = f"{said}{unit} " if said else ""
    more = f" and {wording.plural(len(held) - EACH, 'more figure')} in the table" if len(held) > EACH else ""
    return wording.as_sentence(f"{name}{wording.at_period(held[-1].period)}: {'; '.join(parts)}{more}")


def _with_total(held: Sequence[Point], saying: Saying) -> str:
    """The total of a period, then its parts or the highest of them."""
    parts = [point for point in held if point.category != TOTAL] or list(held)
    total = next((point.value_text for point in held if point.category == TOTAL), "")
    total = total or wording.number_text(sum(point.value or 0 for point in parts), saying.unit)
    said = " ".join(filter(None, (total, saying.predicate, wording.at_period(held[-1].period))))
    labels = labels_of(parts)
    if saying.form == "parts":
        return wording.as_sentence(f"{said}: {_split(parts, labels)}")
    top, name = max(zip(parts, labels, strict=True), key=lambda pair: pair[0].value or 0)
    return wording.as_sentence(f"{said}; {name} has the highest figure, {top.value_text}")


def _highest_sentence(held: Sequence[Point], saying: Saying) -> str:
    """The highest category, of each of the first series if there are several; every series of a single category."""
    parts = [point for point in held if point.category != TOTAL] or list(held)
    when = wording.at_period(parts[-1].period)
    if len(series_names(parts)) == 1:
        top = max(parts, key=lambda point: point.value or 0)
        return wording.as_sentence(
            f"{labels_of(parts)[parts.index(top)]} has the highest figure, {top.value_text}, {when}"
        )
    if len({point.category for point in parts}) == 1:
        return _each_sentence(parts, saying)
    tops = [
        max((one for one in parts if one.series == name), key=lambda one: one.value or 0)
        for name in series_names(parts)
    ]
    clauses = [f"{top.series}: highest {top.value_text} ({_short(top.category)})" for top in tops[:CLAUSES]]
    return wording.as_sentence(f"{when}: {'. '.join(clauses)}")


def _statuses(points: Sequence[Point]) -> str:
    """How many points are in which position in words; for points that have no number."""
    counts = Counter(
        point.value_text if point.value_text not in wording.NOT_PUBLISHABLE else point.status_text for point in points
    )
    return wording.as_sentence(
        wording.listed([f"{number} {wording.lower_first(text)}" for text, number in counts.items()])
    )


def _short(label: str) -> str:
    """A long label up to its colon."""
    return label.partition(":")[0] if len(label) > 40 else label


def _split(parts: Sequence[Point], labels: Sequence[str]) -> str:
    """The parts of a total: `1,012 unreleased and 1,532 recalled`. Commas within a name call for semicolons between."""
    named = [f"{point.value_text} {wording.lower_first(name)}" for point, name in zip(parts, labels, strict=True)]
    return "; ".join(named) if any("," in name for name in labels) else wording.listed(named)
