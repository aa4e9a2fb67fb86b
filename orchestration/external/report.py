"""The report of what a pack suppresses, by table and level. `python -m orchestration.external.report PACK` writes it.

It reads nothing but the pack, so that a person with only the pack can make it again.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.external.figures import PERCENT, VALUE
from orchestration.external.warehouse import Row, read_pack

SHOWN = 3
"""How many tables are named when the pack suppresses too much."""


@dataclass(frozen=True)
class Line:
    """The rows of one table of the pack, and how many are suppressed or bounded."""

    table: str
    rows: int
    suppressed: int
    bounded: int


@dataclass(frozen=True)
class Report:
    """What a pack suppresses. `national_years` are suppressed national totals of a year: below the threshold, each.

    `empty` are declared tables with no figure; `disclosed_before` counts that earlier publications disclose.
    """

    lines: tuple[Line, ...]
    levels: tuple[Line, ...]
    national_years: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    disclosed_before: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """All rows of the pack."""
        return sum(line.rows for line in self.lines)

    @property
    def suppressed(self) -> int:
        """The rows whose value is suppressed, without those that have a bound."""
        return sum(line.suppressed for line in self.lines)

    @property
    def bounded(self) -> int:
        """The rows that have a bound instead of the value."""
        return sum(line.bounded for line in self.lines)

    @property
    def share_suppressed(self) -> float:
        """The part of the rows that is suppressed."""
        return self.suppressed / self.rows if self.rows else 0.0

    @property
    def worst_tables(self) -> list[str]:
        """The tables with the most suppressed rows."""
        return [line.table for line in sorted(self.lines, key=lambda line: -line.suppressed)[:SHOWN]]

    def markdown(self) -> str:
        """The report as Markdown tables: by level, then the tables that suppress anything."""
        suppressed = f"{self.suppressed:,} suppressed ({self.share_suppressed:.1%}), {self.bounded:,} bounded"
        years = f"National totals of a year suppressed: {len(self.national_years)}"
        some = [line for line in self.lines if line.suppressed or line.bounded]
        parts = [
            f"{self.rows:,} rows, {suppressed}. {years}.",
            _markdown("Level", self.levels),
            _markdown("Table", some),
        ]
        return "\n\n".join(parts) + "\n"


def make_report(rows: Sequence[Row], empty: Sequence[str] = (), disclosed_before: Sequence[str] = ()) -> Report:
    """The report of the rows of a pack."""
    national_years = [
        str(place)
        for row in rows
        if row.value_status == "suppressed"
        and row.figure.unit != PERCENT
        and (place := row.figure.place(VALUE)).is_national_year
    ]
    return Report(
        _lines(rows, [row.figure.place(VALUE).table for row in rows]),
        _lines(rows, [_level(row) for row in rows]),
        tuple(national_years),
        tuple(empty),
        tuple(disclosed_before),
    )


def _level(row: Row) -> str:
    """The level of a row: total or dimensions, and type of period."""
    return f"{' and '.join(row.figure.place(VALUE).dimensions) or 'national total'}, {row.figure.period_type}"


def _lines(rows: Sequence[Row], names: Sequence[str]) -> tuple[Line, ...]:
    """One line for each name, with the rows of that name."""
    every, suppressed, bounded = Counter(names), Counter[str](), Counter[str]()
    for row, name in zip(rows, names, strict=True):
        suppressed[name] += row.value_status == "suppressed"
        bounded[name] += row.value_status == "bounded"
    return tuple(Line(name, every[name], suppressed[name], bounded[name]) for name in sorted(every))


def _markdown(heading: str, lines: Sequence[Line]) -> str:
    """Lines as a Markdown table."""
    rows = [f"| {line.table} | {line.rows:,} | {line.suppressed:,} | {line.bounded:,} |" for line in lines]
    return "\n".join([f"| {heading} | Rows | Suppressed | Bounded |", "|---|---|---|---|", *rows])


if __name__ == "__main__":
    sys.stdout.write(make_report(read_pack(Path(sys.argv[1]))).markdown())
