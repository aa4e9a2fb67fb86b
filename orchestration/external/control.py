"""What to suppress in the pack, so that every suppressed count keeps enough possible values.

Small counts are suppressed first (primary suppression), then the counts that cost readers least, until an outsider can
narrow none of them (secondary suppression). Then every secondary suppression that was not needed is undone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from orchestration.external.equations import System
from orchestration.external.figures import DENOMINATOR, NUMERATOR, Figure, Place
from orchestration.external.possible import Outsider


@dataclass(frozen=True)
class Rules:
    """The settings of the control. `threshold`: the least count that is not small. `possible_values`: how many values
    each suppressed count keeps. `bounds`: percentages that may be published instead of a share near 100 or 0.
    """

    threshold: int = 5
    possible_values: int = 4
    bounds: tuple[int, ...] = (95, 90, 80, 20, 10, 5)
    keep_national_years: bool = True


@dataclass(frozen=True)
class Before:
    """What outsiders have already: counts that are public (published figures, or the last pack gave the same number),
    counts that the last pack suppressed, and its bounds.
    """

    public: frozenset[Place] = frozenset()
    suppressed: frozenset[Place] = frozenset()
    limits: tuple[tuple[Place, int, int], ...] = ()


NOTHING_BEFORE = Before()


@dataclass
class Protection:
    """The result: suppressed counts, the bound published for a share (by the place of its numerator), small counts that
    earlier publications disclose even without this pack, and those that cannot be protected.
    """

    suppressed: set[Place] = field(default_factory=set)
    bounds: dict[Place, int] = field(default_factory=dict)
    disclosed_before: list[str] = field(default_factory=list)
    unprotected: list[int] = field(default_factory=list)


def protect(system: System, shares: Collection[Figure], rules: Rules, before: Before = NOTHING_BEFORE) -> Protection:
    """Choose what to suppress. `unprotected` of the result is empty when every suppressed count is protected."""
    search = _Search(system, rules, before)
    search.suppress_until_protected()
    result = Protection(unprotected=search.open)
    if not search.open:
        result.bounds = {share.place(NUMERATOR): bound for share in shares if (bound := search.bound(share))}
        search.release()
    result.suppressed = {place for place, count in system.index.items() if count in search.suppressed}
    result.disclosed_before = [system.name(count) for count in sorted(search.disclosed)]
    return result


def limits_of_bound(bound: int, denominator: int) -> tuple[int, int]:
    """From which to which numerator a published bound leaves: "more than 90%" of 70 is 64 to 70."""
    if bound > 50:
        return bound * denominator // 100 + 1, denominator
    return 1, -(-bound * denominator // 100) - 1


def unprotected_counts(outsider: Outsider, counts: Iterable[int]) -> list[int]:
    """Those of some counts that an outsider knows, or can narrow to too few values."""
    return [count for count in counts if outsider.is_known[count] or not outsider.has_enough(count)]


def counts_to_protect(system: System, suppressed: Collection[int], threshold: int) -> list[int]:
    """The suppressed counts, and the small ones that are published nowhere."""
    return [
        count
        for count, (place, number) in enumerate(zip(system.place, system.number, strict=True))
        if count in suppressed or (place is None and 0 < number < threshold)
    ]


class _Search:
    """What is suppressed so far, and the outsider who is tried against it."""

    def __init__(self, system: System, rules: Rules, before: Before) -> None:
        """Start with the small counts and those the last pack suppressed, less what is public."""
        self.system, self.rules = system, rules
        index = system.index
        self.public = {index[place] for place in before.public if place in index}
        sticky = {index[place] for place in before.suppressed if place in index} - self.public
        small = {n for n, number in enumerate(system.number) if system.in_pack[n] and 0 < number < rules.threshold}
        self.primary = (small | {count for count in sticky if system.number[count]}) - self.public
        self.suppressed = set(self.primary)
        limits = [(index[place], low, high) for place, low, high in before.limits if place in index]
        # What earlier publications disclose by themselves cannot be taken back, so it is reported and not protected.
        self.disclosed: set[int] = set()
        self.earlier = Outsider(system, self.public, rules.possible_values)
        self._limit(self.earlier, limits)
        visible = {n for n, in_pack in enumerate(system.in_pack) if in_pack} - self.suppressed
        self.outsider = Outsider(system, visible | self.public, rules.possible_values)
        self._limit(self.outsider, limits)
        self.open: list[int] = []

    def _limit(self, outsider: Outsider, limits: Iterable[tuple[int, int, int]]) -> None:
        """Tell an outsider the bounds that hold; others are of a count that has been corrected since."""
        for count, low, high in limits:
            if low <= self.system.number[count] <= high:
                outsider.limit(count, max(low, outsider.low[count]), high)

    def _targets(self) -> list[int]:
        """What must keep enough values."""
        every = counts_to_protect(self.system, self.suppressed, self.rules.threshold)
        return [count for count in every if count not in self.disclosed]

    def suppress_until_protected(self) -> None:
        """Suppress more for every count that is not protected, until all are or nothing is left to suppress."""
        while True:
            targets = self._targets()
            # What one equation shows is helped first: that takes no solver, and often helps the others too.
            self.open = self.outsider.narrow_counts(targets) or unprotected_counts(self.outsider, targets)
            helped: set[int] = set()
            # Every count is helped before the outsider is asked again: asking takes longer.
            gained = [self._help(count, helped) for count in self.open if not self.earlier.is_known[count]]
            if any(gained):
                continue
            disclosed = unprotected_counts(self.earlier, self.open)
            if not disclosed:
                return
            self.disclosed.update(disclosed)

    def _help(self, count: int, helped: set[int]) -> bool:
        """Suppress one more count, in an equation as near as can be; False when there is none. An equation that gained
        a suppressed count in this round is left for the next.
        """
        rows, seen = list(self.outsider.rows[count]), set(self.outsider.rows[count])
        for row in self.outsider.rows[count]:
            if row in helped:
                return True
        while rows:
            choices = {one for row in rows for one in self.system.equations[row] if self._can_suppress(one)}
            if choices:
                self._suppress(min(choices, key=self._cost))
                helped.update(self.outsider.rows[count])
                return True
            around = {one for row in rows for one in self.system.equations[row] if not self.outsider.is_known[one]}
            rows = sorted({row for one in around for row in self.outsider.rows[one]} - seen)
            seen.update(rows)
        return False

    def _can_suppress(self, count: int) -> bool:
        """Whether a count is published in this pack only, and policy lets it be suppressed."""
        number, system = self.system.number[count], self.system
        if not number or not system.in_pack[count] or count in self.suppressed or count in self.public:
            return False
        kept = self.rules.keep_national_years and system.is_national_year[count]
        return number < self.rules.threshold or not kept

    def _cost(self, count: int) -> tuple[int, int, int, int]:
        """What suppressing a count costs: its level, the sums that would need another suppression, and its size."""
        alone = sum(
            all(self.outsider.is_known[one] for one in self.system.equations[row]) for row in self.outsider.rows[count]
        )
        return self.system.cost[count], alone, self.system.number[count], count

    def _suppress(self, count: int) -> None:
        self.suppressed.add(count)
        self.outsider.is_known[count] = False

    def bound(self, share: Figure) -> int:
        """The closest bound that can be published instead of a suppressed share; 0 when none protects it."""
        numerator, denominator = (self.system.index[share.place(kind)] for kind in (NUMERATOR, DENOMINATOR))
        if numerator not in self.suppressed or denominator in self.suppressed:
            return 0
        whole, outsider = self.system.number[denominator], self.outsider
        for bound in sorted(self.rules.bounds, key=lambda one: min(one, 100 - one)):
            low, high = limits_of_bound(bound, whole)
            if not low <= self.system.number[numerator] <= high:
                continue
            old = outsider.low[numerator], outsider.high[numerator]
            outsider.limit(numerator, max(low, old[0]), min(high, old[1]))
            if not self._weakened_by(numerator):
                return bound
            outsider.limit(numerator, *old)
        return 0

    def _weakened_by(self, count: int) -> list[int]:
        """The counts near another one that are no longer protected; the first one found ends the search."""
        near = set(self.outsider.region(count))
        for one in self._targets():
            if one in near and not self.outsider.has_enough(one):
                return [one]
        return []

    def release(self) -> None:
        """Publish every secondary suppression that is not needed, those that cost readers most first."""
        for count in sorted(self.suppressed - self.primary, key=self._cost, reverse=True):
            if count in self.suppressed:
                self._release_with_what_follows(count)

    def _release_with_what_follows(self, count: int) -> None:
        """Publish a count, and the secondary suppressions that would then follow from it; or leave all as they are."""
        released: list[int] = []
        following = [count]
        while following and all(self._may_release(one) for one in following):
            for one in following:
                self.suppressed.remove(one)
                self.outsider.is_known[one] = True
            released += following
            near = set().union(*(self.outsider.region(one) for one in released))
            following = [one for one in self._targets() if one in near and not self.outsider.has_enough(one)]
        if following:
            for one in released:
                self._suppress(one)

    def _may_release(self, count: int) -> bool:
        """Whether a count is suppressed, and not because it is small."""
        return count in self.suppressed and count not in self.primary
