"""Reconcile what several publications say: compare two numbers at each place, and show both with their sources.

A figure without a value never counts as zero. A known difference is kept and shown, and must stay just that. A residual
is shown as it is.

A comparison that does not come out as declared is one of three things:
* `disagrees`: the figures are of tables, or of one release, and no revision explains it. Most likely we misread one of
  them, so it stops the refresh.
* `revised_since`: it came out as declared with the vintages in force when the older side was stated, or a figure of it
  is marked as revised. Limits on revisions are those of `continuity.yml`.
* `stated_otherwise`: a sentence of a text says another number than a table or another text. We cannot settle that.
The last two are reported and do not stop a refresh. A range for a residual is our own, so it is never a statement.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from orchestration.quality import vintages
from orchestration.quality.comparisons import (
    Agreement,
    Balance,
    Equation,
    Equations,
    KnownDifference,
    Period,
    Quantity,
    Reconciliation,
    Relation,
    Residual,
    Selection,
    YearOfQuarters,
    names_in,
    value_of,
)
from orchestration.quality.rules import Finding, Outcome, Rule, number
from orchestration.quality.vintages import Figures, Side

Status = Literal[
    "agrees",
    "within_tolerance",
    "known_disagreement",
    "residual",
    "not_evaluable",
    "revised_since",
    "stated_otherwise",
    "disagrees",
]
OUTCOMES: Mapping[Status, Outcome] = {
    "agrees": "holds",
    "within_tolerance": "holds",
    "known_disagreement": "holds",
    "residual": "holds",
    "not_evaluable": "not_evaluable",
    "revised_since": "reported",
    "stated_otherwise": "reported",
    "disagrees": "fails",
}
ROUNDING = 1e-9
"""Sums of binary fractions are off by less than anything that is published."""
MONTHS = {"quarter": 3, "calendar_year": 12, "financial_year": 12}
LAST_MONTHS = {"quarter": (3, 6, 9, 12), "calendar_year": (12,), "financial_year": (3,)}


@dataclass(frozen=True)
class Comparison:
    """Two sides at one place, and what is known of their difference. `again` makes it from other figures."""

    rule: Rule
    kind: str
    left: Side
    right: Side
    start: dt.date | None = None
    end: dt.date | None = None
    relation: Relation = "="
    tolerance: float = 0
    known: KnownDifference | None = None
    residual: Residual | None = None
    again: Callable[[Figures], Comparison] | None = None

    @property
    def figures(self) -> tuple[vintages.Figure, ...]:
        """The landed figures of both sides."""
        return (*self.left.figures, *self.right.figures)

    @property
    def rests_on_prose(self) -> bool:
        """Whether a number of it is in a sentence, and not all of them in one document."""
        is_quoted = self.left.is_quoted or self.right.is_quoted
        releases = {(one.publication, one.release) for one in self.figures}
        return is_quoted or (len(releases) > 1 and any(one.is_prose for one in self.figures))


@dataclass(frozen=True)
class Reconciled:
    """A comparison and how it came out: a row of `meta.reconciliation`. `difference` is left less right."""

    name: str
    kind: str
    period_start: dt.date | None
    period_end: dt.date | None
    left_value: float | None
    left_source: str
    relation: str
    right_value: float | None
    right_source: str
    difference: float | None
    tolerance: float
    status: Status
    reason: str
    source: str


def measures_of(*files: Equations) -> list[str]:
    """Every measure that the rules of some files are about."""
    return sorted({one.measure for file in files for _, selections in file.rules() for one in selections})


def reconcile(figures: Figures, rules: Reconciliation, published: Equations) -> list[Reconciled]:
    """Every comparison of both files, in their order."""
    comparisons: list[Comparison] = [
        *(one for rule in rules.agreements for one in agreement_comparisons(figures, rule)),
        *(one for rule in rules.balances for one in balance_comparisons(figures, rule)),
        *(one for rule in rules.years_of_quarters for one in year_comparisons(figures, rule)),
        *(equation_comparison(figures, rules, rule, "equation") for rule in rules.equations),
        *(equation_comparison(figures, published, rule, "published_identity") for rule in published.equations),
    ]
    return [_explained(reconciled(one), one, figures) for one in comparisons]


def reported(rows: Iterable[Reconciled]) -> list[str]:
    """The disagreements that do not stop a refresh, a line each."""
    return [f"{row.name}, {row.status.replace('_', ' ')}: {finding(row).says}" for row in rows if _is_reported(row)]


def _is_reported(row: Reconciled) -> bool:
    """Whether a comparison is a disagreement that does not stop a refresh."""
    return OUTCOMES[row.status] == "reported"


def _explained(row: Reconciled, comparison: Comparison, figures: Figures) -> Reconciled:
    """A comparison, and for one that disagrees whether a revision or a sentence explains it."""
    if row.status != "disagrees" or not comparison.figures:
        return row
    day = min(one.published_on for one in comparison.figures)
    then = reconciled(comparison.again(vintages.as_of(figures, day))) if comparison.again else row
    if OUTCOMES[then.status] == "holds":
        said = f"{number(then.left_value)} and {number(then.right_value)} by what was published on {day}; revised since"
        return replace(row, status="revised_since", reason=f"{said}; {row.reason}")
    if any(one.value_status == "revised" for one in comparison.figures):
        return replace(row, status="revised_since", reason=f"a figure is marked as revised; {row.reason}")
    if comparison.rests_on_prose and not comparison.residual:
        return replace(row, status="stated_otherwise", reason=f"a statement in a text differs; {row.reason}")
    return row


def finding(row: Reconciled) -> Finding:
    """A comparison as a finding of its rule; the suite of rules decides which outcomes are failures."""
    period = " to ".join(dict.fromkeys(str(day) for day in (row.period_start, row.period_end) if day))
    says = (
        f"{period or 'no period'}: expected {row.relation} {number(row.right_value)} ({row.right_source}), "
        f"found {number(row.left_value)} ({row.left_source}); {row.reason}"
    )
    return Finding(row.name, OUTCOMES[row.status], says)


def reconciled(comparison: Comparison) -> Reconciled:
    """The result of a comparison."""
    left, right = comparison.left, comparison.right
    difference = None if left.value is None or right.value is None else round(left.value - right.value, 9)
    status, reason = _judged(comparison, difference)
    return Reconciled(
        name=comparison.rule.name,
        kind=comparison.kind,
        period_start=comparison.start,
        period_end=comparison.end,
        left_value=left.value,
        left_source=left.source,
        relation=comparison.relation,
        right_value=right.value,
        right_source=right.source,
        difference=difference,
        tolerance=comparison.tolerance,
        status=status,
        reason=reason,
        source=comparison.rule.source,
    )


def agreement_comparisons(figures: Figures, rule: Agreement) -> Iterator[Comparison]:
    """One comparison for each period in which both sides have a row; where there is none, one that says so."""
    periods = [
        period for period in vintages.periods(figures, rule.left) if vintages.latest(figures, rule.right, period)
    ]
    if not periods:
        nothing = Side(None, "", "no period is held on both sides")
        yield Comparison(rule, "agreement", nothing, nothing, relation=rule.relation, tolerance=rule.tolerance)
    yield from (_agreement(figures, rule, period) for period in periods)


def _agreement(figures: Figures, rule: Agreement, period: Period) -> Comparison:
    """The two sides of an agreement in one period."""
    return Comparison(
        rule,
        "agreement",
        vintages.side(figures, rule.left, period),
        vintages.side(figures, rule.right, period),
        period[1],
        period[2],
        rule.relation,
        rule.tolerance,
        next((one for one in rule.known if one.period_end == period[2]), None),
        again=partial(_agreement, rule=rule, period=period),
    )


def balance_comparisons(figures: Figures, rule: Balance) -> Iterator[Comparison]:
    """One comparison for each period with a stock at its end and on the day before it; where none has, one that says
    so.
    """
    stocks = {
        period[2] for period in vintages.periods(figures, rule.stock) if vintages.value(figures, rule.stock, period)
    }
    spans = [span for end in sorted(stocks) if (span := _span(rule.over, end)) and _day_before(span) in stocks]
    if not spans:
        nothing = Side(None, "", "no period has a stock at both ends")
        yield Comparison(rule, "balance", nothing, nothing, residual=rule.residual)
    yield from (_balance(figures, rule, span) for span in spans)


def _balance(figures: Figures, rule: Balance, span: Period) -> Comparison:
    """The stock at the end of a period, and the stock before it with the flows."""
    before = vintages.side(figures, rule.stock, _day(_day_before(span)))
    flows = [(flow.sign, vintages.side(figures, flow, span)) for flow in rule.flows]
    return Comparison(
        rule,
        "balance",
        vintages.side(figures, rule.stock, _day(span[2])),
        _sum([(1, before), *flows]),
        span[1],
        span[2],
        residual=rule.residual,
        again=partial(_balance, rule=rule, span=span),
    )


def year_comparisons(figures: Figures, rule: YearOfQuarters) -> Iterator[Comparison]:
    """One comparison for each year that has a value, and a row for some quarter of it; where none has, one that says
    so.
    """
    years = [
        (selection, period)
        for selection in rule.selections
        for period in vintages.periods(figures, selection)
        if period[0] == "calendar_year" and vintages.value(figures, selection, period) is not None
        if any(vintages.latest(figures, selection, quarter) for quarter in _quarters(period))
    ]
    if not years:
        nothing = Side(None, "", "no year is held together with a quarter of it")
        yield Comparison(rule, "year_of_quarters", nothing, nothing, tolerance=rule.tolerance)
    yield from (_year(figures, rule, selection, year) for selection, year in years)


def _year(figures: Figures, rule: YearOfQuarters, selection: Selection, year: Period) -> Comparison:
    """A year and the sum of its quarters."""
    return Comparison(
        rule,
        "year_of_quarters",
        vintages.side(figures, selection, year),
        _sum((1, vintages.side(figures, selection, quarter)) for quarter in _quarters(year)),
        year[1],
        year[2],
        tolerance=rule.tolerance,
        again=partial(_year, rule=rule, selection=selection, year=year),
    )


def equation_comparison(figures: Figures, rules: Equations, rule: Equation, kind: str) -> Comparison:
    """An equation as a comparison, over the time from its first figure to its last."""
    quantities = {name: rules.quantities[name] for side in (rule.left, rule.right) for name in names_in(side)}
    sides = {name: _quantity(figures, quantity) for name, quantity in quantities.items()}
    periods = [quantity.when for quantity in quantities.values() if quantity.when]
    return Comparison(
        rule,
        kind,
        _expression(rule.left, sides, quantities),
        _expression(rule.right, sides, quantities),
        min((start for _, start, _ in periods), default=None),
        max((end for _, _, end in periods), default=None),
        rule.relation,
        rule.tolerance,
        rule.known,
        rule.residual,
        again=partial(equation_comparison, rules=rules, rule=rule, kind=kind),
    )


def _judged(comparison: Comparison, difference: float | None) -> tuple[Status, str]:
    """The status of two sides that differ by so much, and the reason for it."""
    reason = comparison.rule.reason
    if difference is None:
        return "not_evaluable", _missing(comparison.left, comparison.right)
    if known := comparison.known:
        if abs(difference - known.difference) <= ROUNDING:
            return "known_disagreement", known.reason
        declared = f"a difference of {number(known.difference)} is declared ({known.reason})"
        return "disagrees", f"{declared}, {number(difference)} is found; {reason}"
    if residual := comparison.residual:
        within = residual.lowest - ROUNDING <= difference <= residual.highest + ROUNDING
        return ("residual" if within else "disagrees"), f"{number(difference)} is left: {residual.reason}"
    if _holds(comparison.relation, difference, 0):
        return "agrees", reason
    within = _holds(comparison.relation, difference, comparison.tolerance)
    return ("within_tolerance" if within else "disagrees"), reason


def _holds(relation: Relation, difference: float, tolerance: float) -> bool:
    """Whether left, which exceeds right by `difference`, is in a relation to it, a tolerance being given to it."""
    match relation:
        case "=":
            return abs(difference) <= tolerance + ROUNDING
        case "<=":
            return difference <= tolerance + ROUNDING
        case "<":
            return difference < tolerance - ROUNDING
        case ">":
            return difference > ROUNDING - tolerance


def _missing(*sides: Side) -> str:
    """Why a comparison cannot be evaluated."""
    return "; ".join(dict.fromkeys(side.missing for side in sides if side.missing))


def _quantity(figures: Figures, quantity: Quantity) -> Side:
    """One number of an equation as a side."""
    selection, period = quantity.selection, quantity.when
    if selection and period:
        return vintages.side(figures, selection, period)
    if quantity.given is None:
        return Side(None, "", quantity.because)
    return Side(quantity.given, f"given: {quantity.because}", is_quoted=True)


def _sum(terms: Iterable[tuple[int, Side]]) -> Side:
    """The sum of sides, each with its sign; without a value when one of them has none."""
    listed = list(terms)
    values = [sign * side.value for sign, side in listed if side.value is not None]
    said = [f"{'-' if sign < 0 else '+'} {number(side.value)} ({side.source})" for sign, side in listed if side.source]
    return Side(
        sum(values) if len(values) == len(listed) else None,
        " ".join(said).removeprefix("+ "),
        _missing(*(side for _, side in listed)),
        tuple(figure for _, side in listed for figure in side.figures),
        any(side.is_quoted for _, side in listed),
    )


def _expression(expression: str, sides: Mapping[str, Side], quantities: Mapping[str, Quantity]) -> Side:
    """An expression as a side, each name in it with its meaning; without a value when one of its names has none, or
    when it divides by zero.
    """
    names = list(dict.fromkeys(names_in(expression)))
    values = {name: value for name in names if (value := sides[name].value) is not None}
    said = [
        f"{name}{quantities[name].meaning} {number(sides[name].value)} ({sides[name].source})"
        for name in names
        if sides[name].source
    ]
    source = "; ".join(said) if expression in names else ": ".join(filter(None, (expression, "; ".join(said))))
    if missing := "; ".join(
        f"{name}{quantities[name].meaning}: {sides[name].missing}" for name in names if sides[name].missing
    ):
        return Side(None, source, missing)
    figures = tuple(figure for name in names for figure in sides[name].figures)
    try:
        return Side(value_of(expression, values), source, "", figures, any(sides[name].is_quoted for name in names))
    except ZeroDivisionError:
        return Side(None, source, f"{expression} divides by zero")


def _day(day: dt.date) -> Period:
    """A day as a period."""
    return ("as_at", day, day)


def _day_before(period: Period) -> dt.date:
    """The day before a period begins."""
    return period[1] - dt.timedelta(days=1)


def _span(over: Literal["quarter", "calendar_year", "financial_year"], end: dt.date) -> Period | None:
    """The period of a kind that ends on a day; None when none does."""
    if end.month not in LAST_MONTHS[over] or end.day != calendar.monthrange(end.year, end.month)[1]:
        return None
    months = end.year * 12 + end.month - MONTHS[over]
    return (over, dt.date(months // 12, months % 12 + 1, 1), end)


def _quarters(year: Period) -> list[Period]:
    """The quarters of a calendar year."""
    ends = [dt.date(year[2].year, month, calendar.monthrange(year[2].year, month)[1]) for month in (3, 6, 9, 12)]
    return [span for end in ends if (span := _span("quarter", end))]
