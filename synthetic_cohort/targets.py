"""The figures the cohort is held to: stocks on a day, flows over a period, read from data/targets.csv.

The file carries the rule and its source; this module only interpolates. A stock between two of its days lies on a
straight line; a flow is spread evenly over its days, and rounded on its running total so that the parts add up.
"""

from __future__ import annotations

import csv
import functools
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from synthetic_cohort.arrays import Day

FILE = Path(__file__).resolve().parent / "data" / "targets.csv"

Key = tuple[str, str]
Scale = int | Fraction
"""How many times as many people as there really are: 10, or Fraction(1, 36) for about two hundred."""


@dataclass(frozen=True)
class Row:
    """One line of the file. `start` and `end` are the same day for a stock; `basis` is published, assumed or
    adjustment.
    """

    kind: str
    measure: str
    group: str
    start: Day
    end: Day
    value: float
    basis: str
    source: str

    @functools.cached_property
    def first(self) -> int:
        """The first day as a number."""
        return _number(self.start)

    @functools.cached_property
    def last(self) -> int:
        """The last day as a number."""
        return _number(self.end)


@dataclass(frozen=True)
class Targets:
    """All targets, by kind, then measure and group. `scale` multiplies people; rates are not multiplied."""

    scale: Scale
    rows: dict[str, dict[Key, tuple[Row, ...]]]

    def people(self, number: float) -> int:
        """So many people at the scale."""
        return round(self.scale * number)

    def stock(self, measure: str, group: str, day: Day) -> int | None:
        """People in a stock at the end of a day; None where no line of the file reaches."""
        value = _on_line(self.rows["stock"].get((measure, group), ()), day)
        return None if value is None else self.people(value)

    def rate(self, measure: str, day: Day) -> float | None:
        """A rate on a day, such as mean months; None where no line of the file reaches."""
        return _on_line(self.rows["rate"].get((measure, "all"), ()), day)

    def flow(self, measure: str, group: str, start: Day, end: Day) -> int:
        """Events from `start` to `end`, both included. Zero where the file says nothing."""
        rows = self.rows["flow"].get((measure, group), ())
        day_before, last_day = _number(start) - 1, _number(end)
        before = sum(row.value * _elapsed(row, day_before) for row in rows)
        after = sum(row.value * _elapsed(row, last_day) for row in rows)
        return self.people(after) - self.people(before)

    def covers(self, measure: str, group: str, day: Day) -> bool:
        """Whether a line of the file gives the flow on this day."""
        return any(row.start <= day <= row.end for row in self.rows["flow"].get((measure, group), ()))

    def closing(self, measure: str, day: Day) -> str:
        """The flow that closes the balance of a stock on this day: what its target leaves. Empty when none does."""
        for (stock, flow), rows in self.rows["closing"].items():
            if stock == measure and any(row.start <= day <= row.end for row in rows):
                return flow
        return ""

    def snapshot(self, measure: str, day: Day) -> dict[str, int]:
        """Stocks given for exactly this day, by group; empty when there are none."""
        number = _number(day)
        return {
            group: self.people(row.value)
            for (name, group), rows in self.rows["stock"].items()
            if name == measure
            for row in rows
            if row.first == number
        }

    def total(self, measure: str) -> int:
        """A figure over the whole life of the sentence."""
        return self.people(self.rows["total"][measure, "all"][0].value)


def _on_line(rows: tuple[Row, ...], day: Day) -> float | None:
    """The value of a day on the line through the rows; None before the first. The last value stays."""
    number = _number(day)
    if not rows or number < rows[0].first:
        return None
    return float(np.interp(number, [row.first for row in rows], [row.value for row in rows]))


def _elapsed(row: Row, day: int) -> float:
    """Share of a flow's period that is over at the end of a day, given as a number."""
    return min(max((day - row.first + 1) / (row.last - row.first + 1), 0.0), 1.0)


def _number(day: Day) -> int:
    """A day as a number: arithmetic on days of numpy takes many times longer than on whole numbers."""
    return int(day.astype(np.int64))


@functools.cache
def read_targets(scale: Scale = 1, file: Path = FILE) -> Targets:
    """The targets at a scale. Raises KeyError or ValueError on a file of another shape."""
    found: dict[str, dict[Key, list[Row]]] = {
        kind: defaultdict(list) for kind in ("stock", "flow", "rate", "closing", "total")
    }
    with file.open(encoding="utf-8", newline="") as text:
        for line in csv.DictReader(text):
            days = np.datetime64(line["start"], "D"), np.datetime64(line["end"], "D")
            row = Row(
                line["kind"],
                line["measure"],
                line["group"],
                *days,
                float(line["value"] or 0),
                line["basis"],
                line["source"],
            )
            found[row.kind][row.measure, row.group].append(row)
    ordered = {
        kind: {key: tuple(sorted(rows, key=lambda row: row.start)) for key, rows in groups.items()}
        for kind, groups in found.items()
    }
    return Targets(scale, ordered)
