"""The shape of `expectations/reconciliation.yml` and `expectations/published_identities.yml`: one number said twice.

An equation is written in names, numbers, `+ - * /` and brackets; each name means one figure of the warehouse.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from operator import add, mul, sub, truediv
from typing import Literal, Self

from pydantic import Field, model_validator

from orchestration.quality.rules import Rule, Strict, repeated_names
from orchestration.sources.spec import PeriodType

Relation = Literal["=", "<=", "<", ">"]
Period = tuple[PeriodType, dt.date, dt.date]
"""Kind, first and last day; for `as_at` the two are one day."""
OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
}


class Selection(Strict):
    """The figures of a measure and breakdown; of one landing table, publication or release only, where it names it."""

    measure: str
    breakdown: str = ""
    table: str = ""
    publication: str = ""
    release: str = ""


class KnownDifference(Strict):
    """Left less right where two published figures are known to differ: both are kept, and the difference must be just
    this.
    """

    period_end: dt.date | None = None
    difference: float
    reason: str


class Residual(Strict):
    """What is left when everything known is taken off: shown as it is, and held within what was seen."""

    lowest: float
    highest: float
    reason: str

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        """The lowest is not above the highest."""
        if self.lowest > self.highest:
            raise ValueError(f"lowest {self.lowest} is above highest {self.highest}")
        return self


class Agreement(Rule):
    """In every period for which both sides have a figure they agree; or the left does not exceed the right."""

    left: Selection
    right: Selection
    relation: Literal["=", "<="] = "="
    tolerance: float = Field(ge=0, default=0)
    known: tuple[KnownDifference, ...] = ()

    @model_validator(mode="after")
    def _has_two_sides(self) -> Self:
        """A figure always agrees with itself, and a difference is known on some day."""
        if self.left == self.right:
            raise ValueError(f"{self.name}: left and right are the same figures")
        if any(one.period_end is None for one in self.known):
            raise ValueError(f"{self.name}: each known difference needs a period_end")
        return self

    @property
    def selections(self) -> tuple[Selection, ...]:
        """The figures it is about."""
        return self.left, self.right


class Flow(Selection):
    """Events of a period that add to a stock, or take from it."""

    sign: Literal[1, -1]


class Balance(Rule):
    """A stock at the end of a period is the stock before it and the flows of the period, but for a residual."""

    stock: Selection
    over: Literal["quarter", "calendar_year", "financial_year"]
    flows: tuple[Flow, ...] = Field(min_length=1)
    residual: Residual

    @property
    def selections(self) -> tuple[Selection, ...]:
        """The figures it is about."""
        return self.stock, *self.flows


class YearOfQuarters(Rule):
    """The figure of a calendar year is the sum of its quarters, for each measure and breakdown, where both are held."""

    measures: tuple[str, ...] = Field(min_length=1)
    breakdowns: tuple[str, ...] = ("",)
    tolerance: float = Field(ge=0)

    @property
    def selections(self) -> tuple[Selection, ...]:
        """The figures it is about."""
        return tuple(
            Selection(measure=one, breakdown=breakdown) for one in self.measures for breakdown in self.breakdowns
        )


class Quantity(Strict):
    """One number of an equation: a figure on a day or in a period, or a number given here, or one that is not landed.

    `because` says where a given number comes from, or why a figure is not landed.
    """

    measure: str = ""
    breakdown: str = ""
    publication: str = ""
    release: str = ""
    as_at: dt.date | None = None
    period: Period | None = None
    given: float | None = None
    because: str = ""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        """A figure with its day or period, or a reason with or without a number."""
        is_figure = bool(self.measure) and (self.as_at is None) != (self.period is None) and not self.because
        is_other = bool(self.because) and not self.measure and self.as_at is None and self.period is None
        if (not is_figure and not is_other) or (is_figure and self.given is not None):
            raise ValueError("give measure and either as_at or period; or because, with given where there is a number")
        return self

    @property
    def when(self) -> Period | None:
        """The period of the figure; None for a number that is no figure here."""
        return ("as_at", self.as_at, self.as_at) if self.as_at else self.period

    @property
    def meaning(self) -> str:
        """The measure and breakdown in brackets, to follow the name of the quantity; '' for what is no figure here."""
        return f" ({' '.join(filter(None, (self.measure, self.breakdown)))})" if self.measure else ""

    @property
    def selection(self) -> Selection | None:
        """Which figure it is; None for a number that is no figure here."""
        if not self.measure:
            return None
        return Selection(
            measure=self.measure, breakdown=self.breakdown, publication=self.publication, release=self.release
        )


class Equation(Rule):
    """Two expressions that agree, or of which one is greater; `tolerance` is given to the relation."""

    left: str
    relation: Relation
    right: str
    tolerance: float = Field(ge=0, default=0)
    known: KnownDifference | None = None
    residual: Residual | None = None

    @model_validator(mode="after")
    def _can_be_worked_out(self) -> Self:
        """Both sides are expressions, and only a sum that is to come out even can be off by something known."""
        for side in (self.left, self.right):
            names_in(side)
        if (self.known and self.residual) or (self.residual and self.relation != "="):
            raise ValueError(f"{self.name}: give at most one of known, residual, and residual with = only")
        return self


class Equations(Strict):
    """Equations and the quantities they are about."""

    quantities: Mapping[str, Quantity]
    equations: tuple[Equation, ...]

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        """Every name in an equation is a quantity, and every quantity is in an equation."""
        used = {name for rule in self.equations for side in (rule.left, rule.right) for name in names_in(side)}
        if strange := sorted(used ^ set(self.quantities)):
            raise ValueError(f"named in an equation or among the quantities only: {', '.join(strange)}")
        _refuse_repeated(self.equations)
        return self

    def rules(self) -> list[tuple[Rule, tuple[Selection, ...]]]:
        """Every rule of the file, with the figures it is about."""
        return [(rule, self._figures_in(rule.left, rule.right)) for rule in self.equations]

    def _figures_in(self, *expressions: str) -> tuple[Selection, ...]:
        """The figures that expressions name."""
        named = [self.quantities[name].selection for expression in expressions for name in names_in(expression)]
        return tuple(selection for selection in named if selection)


class Reconciliation(Equations):
    """`reconciliation.yml` as a whole."""

    agreements: tuple[Agreement, ...]
    balances: tuple[Balance, ...]
    years_of_quarters: tuple[YearOfQuarters, ...]

    @model_validator(mode="after")
    def _has_unique_names(self) -> Self:
        """Every rule has a unique name."""
        _refuse_repeated([rule for rule, _ in self.rules()])
        return self

    def rules(self) -> list[tuple[Rule, tuple[Selection, ...]]]:
        """Every rule of the file, with the figures it is about."""
        others: list[Agreement | Balance | YearOfQuarters] = [
            *self.agreements,
            *self.balances,
            *self.years_of_quarters,
        ]
        return [*((rule, rule.selections) for rule in others), *super().rules()]


def names_in(expression: str) -> list[str]:
    """The names in an expression, in order. Raises ValueError when it is not one."""
    nodes = list(ast.walk(_parsed(expression)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    return [node.id for node in sorted(names, key=lambda node: (node.lineno, node.col_offset))]


def value_of(expression: str, values: Mapping[str, float]) -> float:
    """What an expression comes to. Raises ValueError when it is not one, KeyError for a name without a value, and
    ZeroDivisionError.
    """
    return _value(_parsed(expression), values)


def _parsed(expression: str) -> ast.expr:
    """An expression as a tree of nothing but numbers, names and the four operators."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"{expression!r} is no expression: {error.msg}") from error
    _refuse_anything_else(tree)
    return tree


def _refuse_anything_else(node: ast.expr) -> None:
    """Raise ValueError for what is neither a number, a name nor one of the operators between two such."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return
        case ast.Name():
            return
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            _refuse_anything_else(left)
            _refuse_anything_else(right)
        case _:
            raise ValueError(f"{ast.unparse(node)!r} is neither a number, a name nor a sum of them")


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    """The value of a tree."""
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=operator, right=right):
            return OPERATORS[type(operator)](_value(left, values), _value(right, values))
    return float(ast.literal_eval(node))


def _refuse_repeated(rules: Sequence[Rule]) -> None:
    """Raise ValueError when two rules have one name."""
    if repeated := repeated_names(rules):
        raise ValueError(f"names appear twice: {repeated}")
