"""Read what the control needs from a finished warehouse file, or from the pack before.

Belongs here: SQL. Does not belong here: what the figures mean for the control.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.external.control import Before, limits_of_bound
from orchestration.external.equations import Identity, Sums, Term
from orchestration.external.figures import NUMERATOR, VALUE, Figure, Place, key_of

COUNTED = "marts.counted_figures"
COLUMNS = (
    "measure, statistic, breakdown, period_type, period_start, period_end, value, numerator, denominator, unit, "
    "source_kind, extract_as_at"
)
PUBLISHED = """
    select measure, breakdown, period_type, period_start, period_end, value
    from published.figures
    where is_latest and value is not null
"""
PACK = f"select {COLUMNS}, value_status, value_text, reader, topic from counted.figures order by all"
WITHHELD = ("suppressed", "bounded")
SCALED = "synthetic_scaled"
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """A row of a pack: the figure as far as it is published, its status, and what a reader sees."""

    figure: Figure
    value_status: str
    value_text: str

    @property
    def bound(self) -> int:
        """The percentage of a published bound; 0 when there is none."""
        return int(self.value_text.split()[-1].rstrip("%")) if self.value_status == "bounded" else 0


@dataclass(frozen=True)
class Inputs:
    """What the control takes from a warehouse. `published` are the latest values of published figures by measure,
    breakdown and period; `not_of_people` the units that count no people.
    """

    counted: tuple[Figure, ...]
    sums: Sums
    not_of_people: frozenset[str]
    published: Mapping[Key, frozenset[float]] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """The day of the newest extract."""
        return max((figure.extract_as_at for figure in self.counted if figure.extract_as_at), default=date.min)

    @property
    def is_scaled(self) -> bool:
        """Whether the people are synthetic, and of another number than the real ones."""
        return any(figure.source_kind == SCALED for figure in self.counted)


def read_inputs(warehouse: Path, counted: str, measures: Iterable[str], so_far: frozenset[str]) -> Inputs:
    """Read the counted figures of some measures, the published figures and the declared sums."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = f"select {COLUMNS} from {counted} where measure in (select unnest(?)) order by all"
        figures = tuple(Figure(*row) for row in connection.execute(query, [sorted(measures)]).fetchall())
        published: dict[Key, set[float]] = {}
        for *key, value in connection.execute(PUBLISHED).fetchall():
            published.setdefault(tuple(key), set()).add(value)
        units = connection.execute("select unit from meta.units_not_of_people").fetchall()
        sums = Sums(_nested(connection), _identities(connection), so_far)
    not_of_people = frozenset(unit for (unit,) in units)
    return Inputs(figures, sums, not_of_people, {key: frozenset(values) for key, values in published.items()})


def read_pack(pack: Path) -> tuple[Row, ...]:
    """The counted figures of a pack."""
    with duckdb.connect(str(pack), read_only=True) as connection:
        rows = connection.execute(PACK).fetchall()
    return tuple(Row(Figure(*row[:12], *row[14:]), row[12], row[13]) for row in rows)


def _nested(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Each area with the area it lies in."""
    query = "select inner_dimension, inner_member, outer_dimension, outer_member from meta.nested_areas order by all"
    return {f"{a}={b}": f"{c}={d}" for a, b, c, d in connection.execute(query).fetchall()}


def _identities(connection: duckdb.DuckDBPyConnection) -> tuple[Identity, ...]:
    """The declared identities between measures."""
    query = """
        select identity, role = 'whole', measure, statistic, coalesce(breakdown, ''), kind, times
        from meta.count_identities
        order by all
    """
    wholes: dict[str, Term] = {}
    parts: dict[str, list[Term]] = {}
    for identity, is_whole, measure, statistic, breakdown, kind, times in connection.execute(query).fetchall():
        one = Term(measure, statistic, breakdown, kind, int(times))
        if is_whole:
            wholes[identity] = one
        else:
            parts.setdefault(identity, []).append(one)
    return tuple(Identity(whole, tuple(parts[name])) for name, whole in wholes.items())


def published_places(figures: Iterable[Figure], published: Mapping[Key, frozenset[float]]) -> set[Place]:
    """The counts that a publication gives with the same number: suppressing them would protect no person."""
    return {
        figure.place(VALUE)
        for figure in figures
        if figure.denominator is None and figure.value is not None and _is_published(figure, published)
    }


def _is_published(figure: Figure, published: Mapping[Key, frozenset[float]]) -> bool:
    """Whether a publication has the figure with the same number. Published figures have no statistic column, so only
    plain counts are compared.
    """
    key = (figure.measure, *key_of(figure)[2:])
    return figure.statistic == "count" and figure.value in published.get(key, frozenset())


def known_before(inputs: Inputs, pack: Sequence[Figure], previous: Sequence[Row]) -> tuple[list[Figure], Before]:
    """What outsiders have already: figures outside the pack that are public, and how the control is to treat counts.

    A number of the last pack that has been corrected since says nothing exact of the present number, so it is left out.
    """
    now = {key_of(figure): figure for figure in inputs.counted}
    in_pack = {key_of(figure) for figure in pack}
    public = published_places(inputs.counted, inputs.published)
    outside = {place[:2] + place[3:]: now[place[:2] + place[3:]] for place in public}
    suppressed: set[Place] = set()
    limits: list[tuple[Place, int, int]] = []
    for row in previous:
        figure = now.get(key_of(row.figure))
        # A pack of synthetic people says nothing of real ones.
        if figure is None or figure.source_kind != row.figure.source_kind or figure.unit in inputs.not_of_people:
            continue
        outside[key_of(figure)] = figure
        for place, number in figure.counts():
            shown = getattr(row.figure, place.kind)
            if shown == number:
                public.add(place)
            elif shown is None and row.value_status in WITHHELD:
                suppressed.add(place)
        if row.bound and row.figure.denominator == figure.denominator and figure.denominator:
            limits.append((figure.place(NUMERATOR), *limits_of_bound(row.bound, figure.denominator)))
    known = [figure for key, figure in outside.items() if key not in in_pack]
    return known, Before(frozenset(public), frozenset(suppressed), tuple(limits))
