"""Every vintage that is landed of a figure, the latest first, and one of them as a side of a comparison.

SQL gathers the figures of the measures that rules name; the rest is pure. Needs the temporary table of landed figures
(`tables.landed_figures`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.quality.comparisons import Period, Selection
from orchestration.quality.tables import LANDED, vintage_order

if TYPE_CHECKING:
    import duckdb

GATHER = f"""
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        value_status,
        table_name,
        publication,
        release_id,
        coalesce(published_on, date '9999-12-31') as published_on,
        source_file,
        source_sheet || '!' || source_cell as cell,
    from {LANDED}
    where list_contains(?, measure)
    order by
        {vintage_order()}
"""


PROSE = "_figures"
"""How the names of landing tables end that hold single figures from the sentences of a text."""


@dataclass(frozen=True)
class Figure:
    """A landed figure and where it is."""

    value: float | None
    value_status: str
    table: str
    publication: str
    release: str
    published_on: dt.date
    file: str
    cell: str

    @property
    def is_prose(self) -> bool:
        """Whether it is in a sentence of a report, an answer or a debate, not in a table."""
        return self.table.endswith(PROSE)

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return f"{self.publication} {self.release}, {self.file}, {self.cell}"


Key = tuple[str, str, Period]
"""Measure, breakdown and period."""
Figures = Mapping[Key, Sequence[Figure]]
"""Every vintage of each figure, the latest first."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its value and source; without a value, why there is none.

    `figures` are the landed figures it is made of. `is_quoted` says that a number in it is not landed: a source states
    it.
    """

    value: float | None
    source: str
    missing: str = ""
    figures: tuple[Figure, ...] = ()
    is_quoted: bool = False


def gather(connection: duckdb.DuckDBPyConnection, measures: Sequence[str]) -> Figures:
    """The landed figures of some measures."""
    found: dict[Key, list[Figure]] = {}
    for measure, breakdown, kind, start, end, *figure in connection.execute(GATHER, [list(measures)]).fetchall():
        found.setdefault((measure, breakdown, (kind, start, end)), []).append(Figure(*figure))
    return found


def as_of(figures: Figures, day: dt.date) -> Figures:
    """The vintages in force on a day, the latest first; then, of each table that had none yet, its first."""
    return {key: [*_published(vintages, day), *_first_later(vintages, day)] for key, vintages in figures.items()}


def _published(vintages: Sequence[Figure], day: dt.date) -> list[Figure]:
    """The vintages that were published by a day."""
    return [one for one in vintages if one.published_on <= day]


def _first_later(vintages: Sequence[Figure], day: dt.date) -> list[Figure]:
    """The first vintage of each table that was published only after a day; one without a value does not count."""
    held = {one.table for one in _published(vintages, day)}
    first = {one.table: one for one in vintages if one.table not in held and one.value is not None}
    return list(first.values())


def periods(figures: Figures, selection: Selection) -> list[Period]:
    """The periods for which a selection has a row, in order."""
    wanted = (selection.measure, selection.breakdown)
    return sorted(key[2] for key in figures if key[:2] == wanted and latest(figures, selection, key[2]))


def latest(figures: Figures, selection: Selection, period: Period) -> Figure | None:
    """The latest vintage of a selection in a period."""
    vintages = figures.get((selection.measure, selection.breakdown, period), ())
    return next((vintage for vintage in vintages if _is_of(vintage, selection)), None)


def _is_of(figure: Figure, selection: Selection) -> bool:
    """Whether a figure is where a selection looks."""
    return (
        selection.table in ("", figure.table)
        and selection.publication in ("", figure.publication)
        and selection.release in ("", figure.release)
    )


def value(figures: Figures, selection: Selection, period: Period) -> float | None:
    """The latest value of a selection for a period, if there is one."""
    found = latest(figures, selection, period)
    return found.value if found else None


def side(figures: Figures, selection: Selection, period: Period) -> Side:
    """One figure as a side."""
    found = latest(figures, selection, period)
    named = f"{selection.measure}{f' [{selection.breakdown}]' if selection.breakdown else ''} {_in_words(period)}"
    if found is None:
        return Side(None, "", f"{named} is not held")
    missing = "" if found.value is not None else f"{named} is {found.value_status} ({found.place})"
    return Side(found.value, found.place, missing, (found,))


def _in_words(period: Period) -> str:
    """A period in words."""
    kind, start, end = period
    return f"on {end}" if kind == "as_at" else f"from {start} to {end}"
