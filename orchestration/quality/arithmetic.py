"""Evaluate published arithmetic: gather the figures of both sides of an identity, then say what holds at each place.

A figure without a value never counts as zero. Where one is missing the identity is not evaluable. It still fails there
in two cases: the values that are given already break it, as parts do that exceed their total; or the one missing figure
is said to be unavailable or not applicable although all others imply that it is not nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.quality.identities import Identity, Term
from orchestration.quality.rules import Finding, Outcome, Query, all_of, ends_within, members_in, number
from orchestration.quality.tables import quoted

if TYPE_CHECKING:
    import duckdb

PLACE = ("publication", "release_id", "period_type", "period_start", "period_end")
"""With the columns of `by`, what makes one place at which an identity is looked at."""
DENIED = """
    value is null
    and (value_status = 'not_applicable' or (value_status = 'unavailable' and source_kind <> 'rebuilt'))
"""
"""A figure that the others can contradict: the publisher says that there is none. A suppressed one is withheld on
purpose, and in a rebuilt workbook `[x]` means that we do not hold the figure."""
SHOWN_CELLS = 12
"""How many cells of one side a finding names: the prisons of a bulletin would fill a page."""


@dataclass(frozen=True)
class Figure:
    """A landed figure as one side of an identity sees it: its term, what it adds, and where it is.

    `is_denied` says that the publisher gives no value and gives no reason to withhold one.
    """

    term: int
    amount: float | None
    file: str
    cell: str
    is_denied: bool = False


@dataclass(frozen=True)
class Place:
    """Where an identity is looked at, in words, and the figures of its two sides there."""

    where: str
    left: tuple[Figure, ...]
    right: tuple[Figure, ...]


def evaluate(connection: duckdb.DuckDBPyConnection, identity: Identity) -> list[Finding]:
    """What the identity says at each place where both of its sides are published. Raises duckdb.Error for an unknown
    column.
    """
    return [
        Finding(identity.name, outcome(one, place), f"{member}{_says(one, place)}")
        for member, one in _one_by_one(connection, identity)
        for place in places(connection, one)
    ]


def _one_by_one(connection: duckdb.DuckDBPyConnection, identity: Identity) -> list[tuple[str, Identity]]:
    """The identities to look at, and what to say of each first: one for each member, or the identity itself."""
    if not identity.each:
        return [("", identity)]
    members = [_members(term, identity.each) for term in identity.left]
    sql = " union ".join(query.sql for query in members) + " order by member"
    found = connection.execute(sql, [value for query in members for value in query.bound]).fetchall()
    return [(f"{identity.each} {member}: ", identity.of(member)) for (member,) in found]


def _members(term: Term, dimension: str) -> Query:
    """SQL for the members that a term's figures have of a dimension."""
    kept = members_in(term.where)
    return Query(f'select distinct "{dimension}" as member from {quoted(term.table)} where {kept.sql}', kept.bound)


def outcome(identity: Identity, place: Place) -> Outcome:
    """What an identity says at one place."""
    if _absent(identity.left, place.left) or _absent(identity.right, place.right):
        return "incomplete"
    if implied(identity, place):
        return "fails"
    left, right = _sides(identity, place)
    # Sums of binary fractions are off by less than anything that is published.
    over = left - right > identity.tolerance + 1e-9
    under = identity.relation == "=" and right - left > identity.tolerance + 1e-9
    left_unknown, right_unknown = _unknown(place.left), _unknown(place.right)
    if not left_unknown and not right_unknown:
        return "fails" if over or under else "holds"
    # Figures are never negative: what is missing can only add to its side, unless it is taken off.
    bounded = all(term.factor > 0 for term in (*identity.left, *identity.right))
    broken = bounded and ((over and not right_unknown) or (under and not left_unknown))
    return "fails" if broken else "not_evaluable"


def implied(identity: Identity, place: Place) -> tuple[Figure, float] | None:
    """The one figure at a place that is said to have no value, and the value above zero that all others imply for it;
    None where there is no such figure.
    """
    unknown = [figure for figure in (*place.left, *place.right) if figure.amount is None]
    if identity.relation != "=" or len(unknown) != 1 or not unknown[0].is_denied:
        return None
    left, right = _sides(identity, place)
    is_left = unknown[0] in place.left
    terms, rest = (identity.left, right - left) if is_left else (identity.right, left - right)
    value = rest / terms[unknown[0].term].factor
    return (unknown[0], value) if value > identity.tolerance + 1e-9 else None


def _sides(identity: Identity, place: Place) -> tuple[float, float]:
    """What the values that there are come to on the left and on the right."""
    return _known(place.left), _known(place.right) if identity.right else identity.right_is or 0


def places(connection: duckdb.DuckDBPyConnection, identity: Identity) -> list[Place]:
    """Every place at which both sides of an identity have a figure, in the order of release, period and members."""
    query = _gather(identity)
    keys = len(PLACE) + len(identity.by)
    found: dict[tuple[object, ...], dict[str, list[Figure]]] = defaultdict(lambda: {"left": [], "right": []})
    for row in connection.execute(query.sql, list(query.bound)).fetchall():
        side, *figure = row[keys:]
        found[row[:keys]][side].append(Figure(*figure))
    return [
        Place(_where(identity, key, sides["left"] + sides["right"]), tuple(sides["left"]), tuple(sides["right"]))
        for key, sides in sorted(found.items(), key=lambda item: tuple(map(str, item[0])))
        if sides["left"] and (sides["right"] or not identity.right)
    ]


def _absent(terms: Sequence[Term], figures: Iterable[Figure]) -> int:
    """How many terms that every table of the kind gives have no row."""
    present = {figure.term for figure in figures}
    return sum(position not in present and not term.optional for position, term in enumerate(terms))


def _known(figures: Iterable[Figure]) -> float:
    """The sum of the values there are."""
    return math.fsum(figure.amount for figure in figures if figure.amount is not None)


def _unknown(figures: Iterable[Figure]) -> int:
    """How many figures have no value."""
    return sum(figure.amount is None for figure in figures)


def _where(identity: Identity, key: Sequence[object], figures: Iterable[Figure]) -> str:
    """A place in words: release, files, period and the members it is about; sheets are with their cells."""
    publication, release_id, _, start, end = key[: len(PLACE)]
    members = [
        f"{name} {value}"
        for name, value in zip(identity.by, key[len(PLACE) :], strict=True)
        if value not in ("all", "")
    ]
    files = ", ".join(sorted({figure.file for figure in figures}))
    period = str(end) if start == end else f"{start} to {end}"
    return " / ".join([f"{publication} {release_id}", files, period, *members])


def _says(identity: Identity, place: Place) -> str:
    """The place, what is expected there and what is found, with the cells of both."""
    sign = "" if identity.relation == "=" else "at most "
    expected = _words(identity.right, place.right) if identity.right else f"{number(identity.right_is)} (as declared)"
    denied = implied(identity, place)
    note = f"; {denied[0].cell} has no value, and the others imply {number(denied[1])}" if denied else ""
    return f"{place.where}: expected {sign}{expected}, found {_words(identity.left, place.left)}{note}"


def _words(terms: Sequence[Term], figures: Sequence[Figure]) -> str:
    """One side in words: `1492 (A1_14!C18, A1_14!C26)`, `1442 (A1_14!C18), 1 value missing`."""
    cells = [figure.cell for figure in figures[:SHOWN_CELLS]]
    more = [f"{len(figures) - SHOWN_CELLS} more"] if len(figures) > SHOWN_CELLS else []
    missing = ((_unknown(figures), "value"), (_absent(terms, figures), "row"))
    notes = [f"{count} {what}{'s' if count > 1 else ''} missing" for count, what in missing if count]
    return ", ".join([f"{number(_known(figures))} ({', '.join(cells + more)})", *notes])


def _gather(identity: Identity) -> Query:
    """SQL for the figures of both sides. Not grouped: planning that takes longer than adding up in Python."""
    sides = (("left", identity.left), ("right", identity.right))
    terms = [_term(identity, side, position, term) for side, terms in sides for position, term in enumerate(terms)]
    return Query(" union all ".join(term.sql for term in terms), tuple(value for term in terms for value in term.bound))


def _term(identity: Identity, side: str, position: int, term: Term) -> Query:
    """The figures of one term, with the amount each adds to its side."""
    kept = all_of([members_in(term.where), ends_within(identity.first, identity.last)])
    dropped = members_in(term.unless) if term.unless else Query("false")
    value = "value" if term.without_value == "not_evaluable" else "coalesce(value, 0)"
    sql = f"""
        select
            {", ".join(f'"{name}"' for name in (*PLACE, *identity.by))},
            '{side}' as side,
            {position} as term,
            {value} * ({term.factor}) as amount,
            source_file,
            source_sheet || '!' || source_cell as cell,
            {DENIED} as is_denied
        from {quoted(term.table)}
        where {kept.sql} and not ({dropped.sql})"""
    return Query(sql, kept.bound + dropped.bound)
