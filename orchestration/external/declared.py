"""The declaration of the external pack (`expectations/external_pack.yml`), and the figures it picks.

Belongs here: which counted figures go outside, and for whom. Does not belong here: what of them is suppressed.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.external.control import Rules
from orchestration.external.figures import AS_AT, VALUE, Figure, Place, in_order
from orchestration.problems import SpecError
from orchestration.yaml_reader import UnreadableYaml, read_yaml

FILE = "external_pack.yml"
TOTAL = "total"
PeriodType = Literal["as_at", "month", "quarter", "calendar_year", "financial_year", "period"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Table(_Strict):
    """Figures of one measure that go outside, and the reader who wants them."""

    measure: str
    statistics: tuple[str, ...] = Field(min_length=1)
    breakdowns: tuple[str, ...] = Field(min_length=1)
    periods: dict[PeriodType, int | Literal["all"]] = Field(min_length=1)
    reader: str = Field(min_length=3)


class LeftOut(_Strict):
    """Figures of one measure and period that a person decided not to publish, since they could not be protected."""

    measure: str
    statistic: str
    period_type: PeriodType
    period_end: date
    reason: str = ""

    @classmethod
    def of(cls, figure: Figure) -> LeftOut:
        """What a figure has to be left out by."""
        own = {name: getattr(figure, name) for name in ("measure", "statistic", "period_type", "period_end")}
        return cls.model_validate(own)

    def __str__(self) -> str:
        """The entry as a person writes it, without the reason."""
        return f"{self.measure} / {self.statistic}, {self.period_type} to {self.period_end}"


class Control(_Strict):
    """The settings of the control, as `orchestration.external.control.Rules` explains them."""

    threshold: int = Field(ge=1)
    possible_values: int = Field(ge=2)
    bounds: tuple[int, ...]
    keep_national_years: bool
    largest_share_suppressed: float = Field(gt=0, le=1)


class Declaration(_Strict):
    """The whole file: settings, running totals, and the tables by topic."""

    control: Control
    counts_so_far: frozenset[str] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
    tables: dict[str, tuple[Table, ...]]

    @property
    def rules(self) -> Rules:
        """The settings as the control takes them."""
        one = self.control
        return Rules(one.threshold, one.possible_values, one.bounds, one.keep_national_years)

    def without_limits(self) -> Declaration:
        """The declaration for synthetic people fewer than the real ones. Most of their counts are small, so the limits
        on how much may be suppressed do not apply; every suppressed count is still protected.
        """
        control = self.control.model_copy(update={"keep_national_years": False, "largest_share_suppressed": 1.0})
        return self.model_copy(update={"control": control})


@dataclass(frozen=True)
class Selection:
    """The figures that go outside, and the declared tables that hold none: `measure / statistic by breakdown`."""

    figures: tuple[Figure, ...]
    empty: tuple[str, ...]


def read_declaration(expectations: Path) -> Declaration:
    """The declaration in a folder of expectations. Raises SpecError when it is not what it should be."""
    path = expectations / FILE
    try:
        return Declaration.model_validate(read_yaml(path))
    except (OSError, UnreadableYaml, ValidationError) as error:
        raise SpecError(f"{path}: {error}") from error


def select_figures(counted: Iterable[Figure], declaration: Declaration, last_day: date) -> Selection:
    """The counted figures that the declaration picks, with topic and reader. Periods that end after `last_day` are not
    over, and are left out.
    """
    by_series: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    # Months, quarters and years are counted over all measures: one with no event in a quarter has no row for it.
    ends: dict[str, set[date]] = defaultdict(set)
    for figure in counted:
        if figure.period_end <= last_day and (figure.period_type != AS_AT or _ends_a_month(figure.period_end)):
            by_series[figure.measure, figure.statistic, _dimensions(figure)].append(figure)
            ends[figure.period_type].add(figure.period_end)
    picked: dict[Place, Figure] = {}
    empty = []
    every = ((topic, table) for topic, tables in declaration.tables.items() for table in tables)
    for (topic, table), statistic, breakdown in (
        (one, *series) for one in every for series in product(one[1].statistics, one[1].breakdowns)
    ):
        found = _newest(by_series[table.measure, statistic, breakdown], table.periods, ends)
        if not found:
            empty.append(f"{table.measure} / {statistic} by {breakdown}")
        for figure in found:
            picked.setdefault(figure.place(VALUE), replace(figure, topic=topic, reader=table.reader))
    left_out = {one.model_copy(update={"reason": ""}) for one in declaration.left_out}
    return Selection(tuple(in_order(one for one in picked.values() if LeftOut.of(one) not in left_out)), tuple(empty))


def _newest(
    figures: list[Figure], periods: Mapping[PeriodType, int | Literal["all"]], ends: Mapping[str, set[date]]
) -> list[Figure]:
    """The figures of the newest periods of each type, as many periods as the table says."""
    found = []
    for period_type, number in periods.items():
        of_type = [figure for figure in figures if figure.period_type == period_type]
        # Snapshots and exercises have separate days.
        days = {figure.period_end for figure in of_type} if period_type == AS_AT else ends[period_type]
        newest = sorted(days, reverse=True)
        wanted = set(newest if number == "all" else newest[:number])
        found += [figure for figure in of_type if figure.period_end in wanted]
    return found


def _dimensions(figure: Figure) -> str:
    """The dimensions of a figure as the declaration writes them."""
    return " and ".join(figure.place(VALUE).dimensions) or TOTAL


def _ends_a_month(day: date) -> bool:
    """Whether a day is the last of its month."""
    return day.day == calendar.monthrange(day.year, day.month)[1]
