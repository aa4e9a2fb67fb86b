"""The rows of the external pack and the counts in them, as plain data.

Belongs here: what a figure and a count are. Does not belong here: which sums hold between counts (`equations`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from orchestration.problems import CheckFailed

VALUE, NUMERATOR, DENOMINATOR = "value", "numerator", "denominator"
PERCENT = "percent"
AS_AT = "as_at"
YEARS = ("calendar_year", "financial_year")
AREAS = frozenset({"probation_region", "delivery_unit"})
PRISONS = frozenset({"prison_code", "from_prison", "to_prison", "approved_premises"})


class Place(NamedTuple):
    """Where a count is: the key of a figure, and the column (`kind`): value, numerator or denominator."""

    measure: str
    statistic: str
    kind: str
    breakdown: str
    period_type: str
    start: dt.date
    end: dt.date

    @property
    def pairs(self) -> tuple[str, ...]:
        """The parts of the breakdown, each `dimension=member`; none for a total."""
        return tuple(self.breakdown.split(";")) if self.breakdown else ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of the breakdown, in its order."""
        return tuple(pair.partition("=")[0] for pair in self.pairs)

    @property
    def table(self) -> str:
        """The table of the pack that the count belongs to: measure, statistic, dimensions and type of period."""
        by = f" by {' and '.join(self.dimensions)}" if self.breakdown else ""
        return f"{self.measure} / {self.statistic}{by}, {self.period_type}"

    @property
    def is_national_year(self) -> bool:
        """Whether this is a national count of a year. Parts of shares are not: a share can have a bound."""
        return self.kind == VALUE and not self.breakdown and self.period_type in YEARS

    def __str__(self) -> str:
        """The place in words, without a number."""
        days = f"{self.end}" if self.period_type == AS_AT else f"{self.start} to {self.end}"
        return (
            f"{self.measure} / {self.statistic} / {self.breakdown or 'total'} / {self.period_type} {days} ({self.kind})"
        )


@dataclass(frozen=True)
class Figure:
    """One counted figure. `value` is a count where it has no denominator; a share has a numerator and a denominator; a
    mean or median has the number of people behind it as its denominator.
    """

    measure: str
    statistic: str
    breakdown: str
    period_type: str
    period_start: dt.date
    period_end: dt.date
    value: float | None
    numerator: int | None
    denominator: int | None
    unit: str
    source_kind: str = ""
    extract_as_at: dt.date | None = None
    reader: str = ""
    topic: str = ""

    @property
    def is_share(self) -> bool:
        """Whether the numerator is a part of the denominator."""
        return self.unit == PERCENT and self.numerator is not None and self.denominator is not None

    def place(self, kind: str) -> Place:
        """Where one of the counts of this figure is."""
        period = (self.period_type, self.period_start, self.period_end)
        return Place(self.measure, self.statistic, kind, self.breakdown, *period)

    def counts(self) -> Iterator[tuple[Place, int]]:
        """Each count of this figure with its place. Raises CheckFailed when the figure cannot be protected."""
        if self.numerator is None and self.denominator is None:
            if self.value is not None:
                yield self.place(VALUE), self._whole(self.value)
            return
        if self.unit == PERCENT and self.numerator is None and self.value is not None:
            # The percentage times the denominator would be a count that the control does not know of.
            raise CheckFailed([f"{self.place(VALUE)}: a percentage needs its numerator before it can go outside"])
        for kind, number in ((NUMERATOR, self.numerator), (DENOMINATOR, self.denominator)):
            if number is not None:
                yield self.place(kind), self._whole(number)

    def _whole(self, number: float) -> int:
        """The number as a count. Raises CheckFailed when it is not one."""
        if number < 0 or number != int(number):
            raise CheckFailed(
                [f"{self.place(VALUE)}: expected a whole number or a figure with the people behind it as denominator"]
            )
        return int(number)


def key_of(figure: Figure) -> tuple[str, str, str, str, dt.date, dt.date]:
    """The six columns that name a figure."""
    place = figure.place(VALUE)
    return place.measure, place.statistic, place.breakdown, place.period_type, place.start, place.end


def in_order(figures: Iterable[Figure]) -> list[Figure]:
    """Figures sorted by key, so that equal inputs are treated in the same order."""
    return sorted(figures, key=key_of)


def cost_of_suppressing(place: Place, is_share: bool) -> int:
    """How much readers lose when this count is suppressed; the control suppresses the lowest cost first.

    Months, prisons and areas come before other breakdowns, breakdowns before totals, quarters before years.
    """
    if is_share and place.kind == NUMERATOR:
        return 3  # a bound such as "more than 90%" can still be published
    dimensions = set(place.dimensions)
    if place.period_type == "month" or dimensions & PRISONS:
        return 0 if dimensions else 1
    by_year = 4 if place.period_type in (*YEARS, "period") else 2 if place.period_type == AS_AT else 0
    if dimensions:
        return 2 + by_year + (0 if dimensions & AREAS else 1)
    return 8 + by_year
