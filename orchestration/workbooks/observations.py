"""What extraction gives: one observation per published figure, with its meaning and its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.sources.spec import TOTAL, Figure, TableSpec, ValueStatus, breakdown_pairs
from orchestration.workbooks.periods import Period


@dataclass(frozen=True)
class Observation:
    """One published figure. `dimensions` holds every dimension of its table; `measure` is None when no measure is made
    of it.
    """

    table: str
    dimensions: Mapping[str, str]
    measure: str | None
    breakdown: str
    period: Period
    value: float | None
    unit: str
    value_status: ValueStatus
    qualifier: str
    note_texts: tuple[str, ...]
    table_number: str
    table_title: str
    file: str
    sheet: str
    cell: str


def measure_of(spec: TableSpec, dimensions: Mapping[str, str]) -> tuple[str | None, str]:
    """The measure and breakdown of a row, by the first rule of the spec that holds; (None, '') when none does."""
    for figure in spec.figures:
        if all(dimensions[name] in members for name, members in figure.where.items()):
            return figure.measure, _breakdown(figure, dimensions)
    return None, ""


def _breakdown(figure: Figure, dimensions: Mapping[str, str]) -> str:
    """`key=value` pairs sorted by key and joined by `;`, totals left out: `sex=female;status=recalled`."""
    pairs = {key: dimensions[name] for item in figure.breakdown for key, name in breakdown_pairs(item)} | figure.set
    return ";".join(f"{key}={value}" for key, value in sorted(pairs.items()) if value != TOTAL)
