"""The linear system of an outsider: every count of the pack, and the sums that hold between counts.

The true counts satisfy every equation. Where the parts of a sum come to less than the whole, the system has a count for
what is left over. It is published nowhere, but an outsider can work it out, so a small one is protected too.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from orchestration.external.figures import (
    AS_AT,
    DENOMINATOR,
    NUMERATOR,
    VALUE,
    Figure,
    Place,
    cost_of_suppressing,
    in_order,
)

FINER = (
    ("month", "quarter"),
    ("month", "calendar_year"),
    ("month", "financial_year"),
    ("quarter", "calendar_year"),
    ("quarter", "financial_year"),
)
"""Types of period that lie in other types of period."""
ALIKE_PLACES, ALIKE_NUMBERS = 8, 4
"""Series of two measures that agree in so many places, with so many different numbers, and never differ, are treated as
the same people under two names. Fewer can agree by chance.
"""

Terms = dict[int, int]
"""An equation: how often each count (by its number in the system) is in a sum that is zero."""
Group = tuple[object, ...]
Sum = tuple[int, list[int]]
"""A whole and its parts."""


@dataclass(frozen=True)
class Term:
    """A count in a declared identity: measure, statistic, breakdown held fast, column and how often it counts."""

    measure: str
    statistic: str
    breakdown: str = ""
    kind: str = VALUE
    times: int = 1


@dataclass(frozen=True)
class Identity:
    """A count that other counts add up to, across measures."""

    whole: Term
    parts: tuple[Term, ...]


@dataclass(frozen=True)
class Sums:
    """The declared sums: areas in areas (`probation_region=london` in `delivery_unit=LON`), identities between
    measures, and the series (`measure/statistic`) that count everything up to a day.
    """

    nested: Mapping[str, str] = field(default_factory=dict)
    identities: tuple[Identity, ...] = ()
    so_far: frozenset[str] = frozenset()


@dataclass
class System:
    """All counts and the equations between them. Lists are by the number of the count.

    `place` is None for a count that is published nowhere. `low` is the least an outsider must assume: a row exists
    only when its count is at least 1. `cost` is what suppressing the count would cost.
    """

    place: list[Place | None] = field(default_factory=list)
    number: list[int] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)
    in_pack: list[bool] = field(default_factory=list)
    is_national_year: list[bool] = field(default_factory=list)
    shared_with: list[int] = field(default_factory=list)
    index: dict[Place, int] = field(default_factory=dict)
    equations: list[Terms] = field(default_factory=list)
    seen: set[frozenset[tuple[int, int]]] = field(default_factory=set)

    def add(self, number: int, low: int, place: Place | None = None, cost: int = 0, in_pack: bool = False) -> int:
        """Add a count and return its number in the system."""
        self.place.append(place)
        self.number.append(number)
        self.low.append(low)
        self.cost.append(cost)
        self.in_pack.append(in_pack)
        self.is_national_year.append(place is not None and place.is_national_year)
        # A count that is published nowhere is described by a count that is in the same sum.
        self.shared_with.append(len(self.place) - 1)
        if place is not None:
            self.index[place] = len(self.place) - 1
        return len(self.place) - 1

    def name(self, count: int) -> str:
        """The count in words, without its number."""
        place = self.place[count]
        return (
            str(place) if place else f"what is left of {self.place[self.shared_with[count]]} after its published parts"
        )

    def leftover(self, whole: int, parts: Iterable[tuple[int, int]]) -> int:
        """The whole less its parts, each part with how often it counts."""
        return self.number[whole] - sum(self.number[part] * times for part, times in parts)

    def add_sum(self, whole: int, parts: Sequence[tuple[int, int]], low: int = 0) -> None:
        """Add the equation of a whole and its parts, with a count of at least `low` for what is left over."""
        terms: Counter[int] = Counter({whole: -1})
        for part, times in parts:
            terms[part] += times
        if left := self.leftover(whole, parts):
            rest = self.add(left, low)
            self.shared_with[rest] = whole
            terms[rest] = 1
        self.add_equation(terms)

    def add_equation(self, terms: Mapping[int, int]) -> None:
        """Add an equation, once. An outsider knows zeros: they are published, or their row does not exist."""
        kept = {count: times for count, times in terms.items() if times and self.number[count]}
        if kept and frozenset(kept.items()) not in self.seen:
            self.seen.add(frozenset(kept.items()))
            self.equations.append(kept)


def build_system(pack: Sequence[Figure], known: Sequence[Figure], sums: Sums) -> System:
    """The system of the figures of the pack and of `known` figures outside it (published, or in the last pack)."""
    system = System()
    for figures, in_pack in ((pack, True), (known, False)):
        for figure in in_order(figures):
            for place, number in figure.counts():
                if place not in system.index:
                    system.add(number, min(number, 1), place, cost_of_suppressing(place, figure.is_share), in_pack)
    _add_rests(system, [*in_order(pack), *in_order(known)])
    _add_breakdowns(system)
    _add_shares_of_one_denominator(system)
    _add_nested_areas(system, sums.nested)
    _add_periods(system)
    _add_counts_so_far(system, sums.so_far)
    for identity in sums.identities:
        _add_identity(system, identity)
    _add_equal_series(system)
    return _merged(system)


def _merged(system: System) -> System:
    """The system with one count for those that an equation says are equal: they are suppressed together."""
    ends = [tuple(terms) for terms in system.equations if sorted(terms.values()) == [-1, 1]]
    size = len(system.number)
    links = coo_array((np.ones(len(ends)), ([a for a, _ in ends], [b for _, b in ends])), shape=(size, size))
    label = connected_components(links, directed=False)[1].tolist()
    merged = System()
    new: dict[int, int] = {}
    for count, place in enumerate(system.place):
        if label[count] not in new:
            new[label[count]] = merged.add(system.number[count], system.low[count])
        one = new[label[count]]
        merged.low[one] = max(merged.low[one], system.low[count])
        merged.in_pack[one] |= system.in_pack[count]
        merged.is_national_year[one] |= system.is_national_year[count]
        # The place that readers need most means all: the others cost less to suppress.
        if place and (merged.place[one] is None or system.cost[count] > merged.cost[one]):
            merged.place[one], merged.cost[one] = place, system.cost[count]
    merged.index = {place: new[label[count]] for place, count in system.index.items()}
    merged.shared_with = [0] * len(merged.number)
    for count, whole in enumerate(system.shared_with):
        merged.shared_with[new[label[count]]] = new[label[whole]]
    for terms in system.equations:
        together: Counter[int] = Counter()
        for count, times in terms.items():
            together[new[label[count]]] += times
        merged.add_equation(together)
    return merged


def _grouped(system: System, by: tuple[str, ...]) -> dict[Group, list[int]]:
    """The placed counts, grouped by columns of their places."""
    groups: dict[Group, list[int]] = defaultdict(list)
    for place, count in system.index.items():
        groups[tuple(getattr(place, name) for name in by)].append(count)
    return groups


def _of(system: System, count: int) -> Place:
    """The place of a count that has one."""
    place = system.place[count]
    if place is None:
        raise AssertionError("a count without a place")
    return place


def _add_rests(system: System, figures: Iterable[Figure]) -> None:
    """A denominator is its numerator and the rest. The rest is a count of people as well."""
    done: set[Place] = set()
    for figure in figures:
        place = figure.place(DENOMINATOR)
        if figure.is_share and place not in done and (figure.numerator or 0) <= (figure.denominator or 0):
            done.add(place)
            # A share of 100% is published as one, so a share that is not has at least one person in the rest.
            system.add_sum(system.index[place], [(system.index[figure.place(NUMERATOR)], 1)], low=1)


def _families(system: System, counts: Iterable[int]) -> dict[tuple[str, str], list[int]]:
    """The parts of each sum over a dimension, by the breakdown above the parts and the dimension."""
    parts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for count in counts:
        pairs = _of(system, count).pairs
        for pair in pairs:
            above = ";".join(one for one in pairs if one != pair)
            parts[above, pair.partition("=")[0]].append(count)
    return parts


SERIES = ("measure", "statistic", "kind")
PERIOD = ("period_type", "start", "end")


def _add_breakdowns(system: System) -> None:
    """A breakdown adds up to its total, for each dimension. Where members overlap, each is at most the total."""
    sums: dict[Group, list[Sum]] = defaultdict(list)
    for group, counts in _grouped(system, (*SERIES, *PERIOD)).items():
        families = _families(system, counts)
        wholes = {_of(system, count).breakdown: count for count in counts}
        wholes |= _unpublished_totals(system, families, wholes)
        for (above, dimension), parts in families.items():
            if above in wholes:
                sums[*group[:3], dimension].append((wholes[above], parts))
    for family in sums.values():
        overlap = any(_left(system, whole, parts) < 0 for whole, parts in family)
        for whole, parts in family:
            for together in [[part] for part in parts] if overlap else [parts]:
                if _left(system, whole, together) >= 0:
                    system.add_sum(whole, [(part, 1) for part in together])


def _unpublished_totals(
    system: System, families: Mapping[tuple[str, str], list[int]], wholes: Mapping[str, int]
) -> dict[str, int]:
    """A new count for each total that is not published, but that two dimensions add up to."""
    totals = {}
    for above in sorted({above for above, _ in families} - set(wholes)):
        over = [parts for (one, _), parts in families.items() if one == above]
        if len(over) > 1:
            number = max(sum(system.number[part] for part in parts) for parts in over)
            totals[above] = system.add(number, min(number, 1))
            system.shared_with[totals[above]] = over[0][0]
    return totals


def _left(system: System, whole: int, parts: Iterable[int]) -> int:
    """The whole less its parts, each counted once."""
    return system.leftover(whole, [(part, 1) for part in parts])


def _add_shares_of_one_denominator(system: System) -> None:
    """Shares of the members of a dimension in one denominator: the numerators are parts of it."""
    for counts in _grouped(system, ("measure", "statistic", *PERIOD)).values():
        numerators = [count for count in counts if _of(system, count).kind == NUMERATOR]
        for parts in _families(system, numerators).values():
            whole = [system.index.get(_of(system, part)._replace(kind=DENOMINATOR), -1) for part in parts]
            if len(parts) < 2 or -1 in whole or len({system.number[one] for one in whole}) > 1:
                continue
            for other in whole[1:]:
                system.add_sum(whole[0], [(other, 1)])
            if system.leftover(whole[0], [(part, 1) for part in parts]) >= 0:
                system.add_sum(whole[0], [(part, 1) for part in parts])


def _add_nested_areas(system: System, nested: Mapping[str, str]) -> None:
    """An area is the sum of the areas in it, within each member of their other breakdowns."""
    parts: dict[Place, list[int]] = defaultdict(list)
    for place, count in list(system.index.items()):
        for pair in place.pairs:
            if pair in nested:
                others = [one for one in place.pairs if one != pair]
                parts[place._replace(breakdown=";".join(sorted([*others, nested[pair]])))].append(count)
    for place, inner in parts.items():
        whole = system.index.get(place)
        # The same area name can mean two things (where people live, where they are held): then nothing adds up.
        if whole is not None and system.leftover(whole, [(part, 1) for part in inner]) == 0:
            system.add_sum(whole, [(part, 1) for part in inner])


def _add_periods(system: System) -> None:
    """A period is the sum of the finer periods in it, where events are counted and not people present."""
    sums: dict[Group, list[Sum]] = defaultdict(list)
    for (measure, statistic, kind, _), counts in _grouped(system, (*SERIES, "breakdown")).items():
        for fine, coarse in FINER:
            for whole, parts in _periods_in(system, counts, fine, coarse):
                sums[measure, statistic, kind, fine, coarse].append((whole, parts))
    for family in sums.values():
        if all(_left(system, whole, parts) >= 0 for whole, parts in family):
            for whole, parts in family:
                system.add_sum(whole, [(part, 1) for part in parts])


def _periods_in(system: System, counts: Sequence[int], fine: str, coarse: str) -> Iterator[Sum]:
    """Each period of a coarse type with the periods of a fine type that lie in it, if there are any."""
    places = [(count, _of(system, count)) for count in counts]
    for whole, of in places:
        if of.period_type == coarse:
            inside = [n for n, one in places if one.period_type == fine and of.start <= one.start and one.end <= of.end]
            if inside:
                yield whole, inside


def _add_counts_so_far(system: System, so_far: frozenset[str]) -> None:
    """A count up to a day is the count up to an earlier day and what came between, published or not."""
    for (measure, statistic, *_), counts in _grouped(system, (*SERIES, "breakdown")).items():
        if f"{measure}/{statistic}" not in so_far:
            continue
        days = sorted(
            (count for count in counts if _of(system, count).period_type == AS_AT), key=lambda c: _of(system, c).end
        )
        for before, day in pairwise(days):
            first, last = _of(system, before).end + dt.timedelta(days=1), _of(system, day).end
            between = [count for count in counts if _of(system, count)[5:] == (first, last) and count != day]
            for parts in [[(before, 1), (period, 1)] for period in between] or [[(before, 1)]]:
                if system.leftover(day, parts) >= 0:
                    system.add_sum(day, parts)


def _add_identity(system: System, identity: Identity) -> None:
    """A declared sum of measures, where the whole and at least one part have a count."""
    parts: dict[Group, list[tuple[int, int]]] = defaultdict(list)
    held = [_held(system, term) for term in identity.parts]
    for term, counts in zip(identity.parts, held, strict=True):
        for at, count in counts.items():
            parts[at].append((count, term.times))
    for at, whole in _held(system, identity.whole).items():
        left = system.leftover(whole, parts[at]) if at in parts else -1
        # With a part that is not in the pack at all, what is left over says nothing.
        if left == 0 or (left > 0 and all(held)):
            system.add_sum(whole, parts[at])


def _held(system: System, term: Term) -> dict[Group, int]:
    """The counts of a term, by the breakdown that is left beside the term's own, and the period."""
    fixed = set(term.breakdown.split(";")) if term.breakdown else set()
    held: dict[Group, int] = {}
    for place, count in system.index.items():
        if place[:3] == (term.measure, term.statistic, term.kind) and fixed <= set(place.pairs):
            held[tuple(one for one in place.pairs if one not in fixed), *place[4:]] = count
    return held


def _add_equal_series(system: System) -> None:
    """Two series, or slices of them, that agree where both have a count: the same people under two names."""
    slices: dict[Group, dict[Group, int]] = defaultdict(dict)
    equal: dict[Group, set[Group]] = defaultdict(set)
    for place, count in system.index.items():
        for pair in ("", *place.pairs) if system.number[count] else ():
            remaining = tuple(one for one in place.pairs if one != pair)
            slices[*place[:3], pair][remaining, *place[4:]] = count
            equal[remaining, *place[4:], system.number[count]].add((*place[:3], pair))
    together = Counter(pair for names in equal.values() for pair in combinations(sorted(names, key=str), 2))
    for (one, other), places in sorted(together.items(), key=str):
        first, second = slices[one], slices[other]
        both = [(first[at], second[at]) for at in first.keys() & second.keys()]
        numbers = {system.number[a] for a, _ in both}
        within_measure = one[0] == other[0] and one[3] == other[3] == ""
        enough = within_measure or (places >= ALIKE_PLACES and len(numbers) >= ALIKE_NUMBERS)
        if enough and places == len(both):
            for a, b in sorted(both):
                if a != b:
                    system.add_sum(a, [(b, 1)])
