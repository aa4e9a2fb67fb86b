"""The shape of `expectations/arithmetic.yml`: sums within a table, and comparisons within one release."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import Field, model_validator

from orchestration.quality.rules import Rule, Strict, Where, repeated_names
from orchestration.quality.tables import Columns, dimensions

WithoutValue = Literal["not_evaluable", "nothing"]


class Term(Strict):
    """Figures of one table that enter a side of an identity, times `factor`; `unless` takes rows out again.

    An optional term counts where a table gives it. Figures without a value make the identity not evaluable, unless the
    publisher counts them as nothing and `without_value` says so.
    """

    table: str
    where: Where = Field(default_factory=dict)
    unless: Where = Field(default_factory=dict)
    factor: float = 1
    optional: bool = False
    without_value: WithoutValue = "not_evaluable"


class Identity(Rule):
    """Two sides that agree within a tolerance, or of which the left may not exceed the right.

    It is looked at in each period of each release that gives both sides, for every combination of the columns in `by`,
    and for `each` member of a dimension of the left side by itself.
    """

    left: tuple[Term, ...] = Field(min_length=1)
    right: tuple[Term, ...] = ()
    right_is: float | None = None
    by: tuple[str, ...] = ()
    each: str = ""
    relation: Literal["=", "<="] = "="
    tolerance: float = Field(ge=0, default=0)
    first: dt.date | None = None
    last: dt.date | None = None

    @model_validator(mode="after")
    def _has_one_right_side(self) -> Self:
        """The right side is figures or a number, never both and never neither."""
        if bool(self.right) == (self.right_is is not None):
            raise ValueError(f"{self.name}: give exactly one of right, right_is")
        return self

    def of(self, member: str) -> Identity:
        """The identity with one member of `each` on its left side."""
        left = [term.model_copy(update={"where": term.where | {self.each: (member,)}}) for term in self.left]
        return self.model_copy(update={"left": tuple(left)})


class Sum(Rule):
    """In one table, the figure of one member of a dimension is the sum of those of other members, all else being equal.

    `parts: others` means every other member.
    """

    table: str
    over: str
    total: str = "all"
    parts: tuple[str, ...] | Literal["others"]
    optional_parts: tuple[str, ...] = ()
    where: Where = Field(default_factory=dict)
    without_value: WithoutValue = "not_evaluable"
    tolerance: float = Field(ge=0)
    first: dt.date | None = None
    last: dt.date | None = None


class Arithmetic(Strict):
    """The file as a whole."""

    sums: tuple[Sum, ...]
    comparisons: tuple[Identity, ...]

    @model_validator(mode="after")
    def _has_unique_names(self) -> Self:
        """Every rule has a unique name."""
        if repeated := repeated_names([*self.sums, *self.comparisons]):
            raise ValueError(f"names appear twice: {repeated}")
        return self


def written_out(rule: Sum, columns: Columns) -> Identity:
    """A sum as an identity: evaluated for every combination of the other dimensions, each published table by itself."""
    others = [name for name in dimensions(columns[rule.table]) if name != rule.over]
    return Identity(
        **rule.model_dump(include={"name", "reason", "source", "tolerance", "first", "last"}),
        left=(Term(table=rule.table, where=rule.where | {rule.over: (rule.total,)}),),
        right=_parts(rule),
        by=(*others, "table_number"),
    )


def _parts(rule: Sum) -> tuple[Term, ...]:
    """The right side of a sum: a term for each part, or one for all others."""
    whole = Term(table=rule.table, where=rule.where, without_value=rule.without_value)
    if rule.parts == "others":
        return (whole.model_copy(update={"unless": {rule.over: (rule.total,)}}),)
    named = [(part, False) for part in rule.parts] + [(part, True) for part in rule.optional_parts]
    return tuple(
        whole.model_copy(update={"where": rule.where | {rule.over: (part,)}, "optional": optional})
        for part, optional in named
    )
