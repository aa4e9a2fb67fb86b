"""Which values a suppressed count can have, for an outsider who knows the other counts and every equation.

A value is possible when there is a whole-number solution of all equations in which the count has that value. Each
solution found is kept as a change from the true counts: it proves a possible value for every count it touches, and
stays a proof as long as none of these counts becomes known.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from orchestration.external.equations import System, Terms

UNBOUNDED = 10**6
"""No count of people serving this sentence comes near it."""
NEIGHBOURHOODS = (30, 200, UNBOUNDED)
"""A solution is looked for among so many unknown counts around a count first: most are found there, and quickly."""
ROUNDS = 8
"""Rounds in which bounds narrow each other before the solver takes over."""
Interval = tuple[int, int]
Numbers = NDArray[np.float64]


@dataclass
class _Change:
    """A solution as changes from the true counts; every multiple from `least` to `most` of it is a solution too."""

    by: Terms
    least: int
    most: int


class Outsider:
    """What somebody knows who has the published counts and the equations, and what else is possible for them."""

    def __init__(self, system: System, known: Iterable[int], enough: int) -> None:
        """Start from the known counts. `enough` is the number of values that every suppressed count must keep."""
        self.system, self.enough = system, enough
        self.is_known = [number == 0 for number in system.number]
        for count in known:
            self.is_known[count] = True
        self.low, self.high = list(system.low), [UNBOUNDED] * len(system.low)
        self.rows: list[list[int]] = [[] for _ in system.number]
        for row, terms in enumerate(system.equations):
            for count in terms:
                self.rows[count].append(row)
        self._changes: dict[int, list[_Change]] = defaultdict(list)

    def limit(self, count: int, low: int, high: int) -> None:
        """The outsider knows that a count is from `low` to `high`, as a published bound does."""
        self.low[count], self.high[count] = low, high
        for change in self._changes[count]:
            change.least, change.most = self._multiples(change.by)

    def has_enough(self, count: int) -> bool:
        """Whether an unknown count keeps enough possible values."""
        values = {0}
        if any(self._add_values(values, count, change) for change in self._changes[count]):
            return True
        low, high = self._narrowed(self.region(count, NEIGHBOURHOODS[0]))[count]
        if high - low + 1 < self.enough:
            return False
        if self._look(count, values, (-self.enough, self.enough), NEIGHBOURHOODS[:1]):
            return True
        low, high = (end - self.system.number[count] for end in self.range_of(count))
        if high - low + 1 < self.enough:
            return False
        within = max(low, -4 * self.enough), min(high, 4 * self.enough)
        return self._look(count, values, within, NEIGHBOURHOODS[1:])

    def narrow_counts(self, counts: Iterable[int]) -> list[int]:
        """Those of some counts that are known, or that the equations, one at a time, leave too few values."""
        bounds = self._narrowed([count for count, is_known in enumerate(self.is_known) if not is_known])
        ends = {count: bounds.get(count, (0, 0)) for count in counts}
        return [count for count, (low, high) in ends.items() if high - low + 1 < self.enough]

    def _look(self, count: int, values: set[int], within: Interval, sizes: tuple[int, ...]) -> bool:
        """Look for more values of a count, the nearest to the truth first; True when there are enough."""
        for by in sorted(range(within[0], within[1] + 1), key=lambda one: (abs(one), -one)):
            change = self._find(count, by, sizes) if by not in values else None
            if change is not None and self._add_values(values, count, change):
                return True
        return False

    def range_of(self, count: int) -> Interval:
        """The smallest and the largest possible value of a count."""
        if self.is_known[count]:
            return self.system.number[count], self.system.number[count]
        region = self.region(count)
        objective = np.zeros(len(region))
        ends = []
        for sign in (1, -1):
            objective[0] = sign
            matrix = self._matrix(region)
            limits = self._limits(region)
            found = _solve(objective, matrix, limits)
            if found is None:
                raise AssertionError("the true counts are a solution, so there is one")
            ends.append(self.system.number[count] + int(found[0]))
        return ends[0], ends[1]

    def _add_values(self, values: set[int], count: int, change: _Change) -> bool:
        """Add the values that a change proves, as differences from the truth; True when there are enough."""
        if not any(self.is_known[one] for one in change.by):
            values.update(
                times * change.by[count]
                for times in range(max(change.least, -self.enough), min(change.most, self.enough) + 1)
            )
        return len(values) >= self.enough

    def _multiples(self, by: Terms) -> Interval:
        """From which to which multiple of itself a change keeps every count within its bounds."""
        least, most = -UNBOUNDED, UNBOUNDED
        for count, step in by.items():
            down, up = self.low[count] - self.system.number[count], self.high[count] - self.system.number[count]
            if step < 0:
                down, up = -up, -down
            # Whole multiples: the quotient is rounded towards zero from either side.
            least, most = max(least, -(-down // abs(step))), min(most, up // abs(step))
        return least, most

    def region(self, count: int, size: int = UNBOUNDED) -> list[int]:
        """Up to `size` unknown counts around a count, the nearest first, the count itself before all others."""
        found, waiting = {count: None}, deque([count])
        while waiting and len(found) < size:
            for row in self.rows[waiting.popleft()]:
                for other in self.system.equations[row]:
                    if other not in found and not self.is_known[other]:
                        found[other] = None
                        waiting.append(other)
        return list(found)

    def _narrowed(self, region: list[int]) -> dict[int, Interval]:
        """Bounds of the counts of a region that follow from one equation at a time, again and again. They are never
        too narrow, but the true range may be narrower.
        """
        bounds = {count: (self.low[count], self.high[count]) for count in region}
        rows = sorted({row for count in region for row in self.rows[count]})
        for _ in range(ROUNDS):
            changed = [self._narrow(self.system.equations[row], bounds) for row in rows]
            if not any(changed):
                break
        return bounds

    def _narrow(self, terms: Terms, bounds: dict[int, Interval]) -> bool:
        """Narrow the bounds of the counts of one equation; whether one became narrower."""
        least = most = 0
        ends: dict[int, Interval] = {}
        for count, times in terms.items():
            low, high = self._bounds(count, bounds)
            ends[count] = (times * low, times * high) if times > 0 else (times * high, times * low)
            least, most = least + ends[count][0], most + ends[count][1]
        changed = False
        for count, times in terms.items():
            if count not in bounds:
                continue
            # All other terms together are from `least` to `most` less this one, and the equation sums to zero.
            down, up = -(most - ends[count][1]), -(least - ends[count][0])
            if times < 0:
                down, up = -up, -down
            low, high = bounds[count]
            narrower = max(low, -(-down // abs(times))), min(high, up // abs(times))
            if narrower != (low, high):
                bounds[count], changed = narrower, True
        return changed

    def _bounds(self, count: int, bounds: dict[int, Interval]) -> Interval:
        """The bounds of a count: its own number when it is known."""
        if self.is_known[count]:
            return self.system.number[count], self.system.number[count]
        return bounds.get(count, (self.low[count], self.high[count]))

    def _find(self, count: int, by: int, sizes: tuple[int, ...]) -> _Change | None:
        """A solution in which a count differs by so much from the truth, with as little other change as can be; None
        when there is none among so many counts around it.
        """
        if not self.low[count] <= self.system.number[count] + by <= self.high[count]:
            return None
        last = 0
        for size in sizes:
            region = self.region(count, size)
            if len(region) == last:
                return None
            last = len(region)
            matrix, limits = self._matrix(region), self._limits(region)
            # Every change is a rise less a fall; the objective is all of them together.
            lower = np.zeros(2 * last)
            upper = np.concatenate([limits[1], -limits[0]])
            lower[0 if by > 0 else last] = upper[0 if by > 0 else last] = abs(by)
            upper[last if by > 0 else 0] = 0
            found = _solve(np.ones(2 * last), csr_array(hstack([matrix, -matrix])), (lower, upper))
            if found is not None:
                change = found[:last] - found[last:]
                return self._keep({one: int(step) for one, step in zip(region, change, strict=True) if step})
        return None

    def _keep(self, by: Terms) -> _Change:
        """Remember a solution for every count it touches."""
        change = _Change(by, *self._multiples(by))
        for count in by:
            self._changes[count].append(change)
        return change

    def _matrix(self, region: list[int]) -> csr_array:
        """The equations of a region, for changes of its counts; all others stay as they are."""
        position = {count: column for column, count in enumerate(region)}
        rows = sorted({row for count in region for row in self.rows[count]})
        entries = [
            (number, position[count], times)
            for number, row in enumerate(rows)
            for count, times in self.system.equations[row].items()
            if count in position
        ]
        numbers, columns, times = zip(*entries, strict=True) if entries else ((), (), ())
        return csr_array(
            (np.array(times, float), (np.array(numbers, int), np.array(columns, int))), (len(rows), len(region))
        )

    def _limits(self, region: list[int]) -> tuple[Numbers, Numbers]:
        """How far the counts of a region can fall and rise from the truth."""
        truth = np.array([self.system.number[count] for count in region], float)
        return np.array([self.low[c] for c in region], float) - truth, np.array(
            [self.high[c] for c in region], float
        ) - truth


def _solve(objective: Numbers, matrix: csr_array, limits: tuple[Numbers, Numbers]) -> Numbers | None:
    """The whole numbers within limits that solve `matrix @ numbers = 0` at the least objective; None if none do."""
    constraints = [LinearConstraint(matrix, 0, 0)] if matrix.shape[0] else []
    # The relaxation to fractions takes a tenth of the time, and its solution is mostly whole already.
    for whole in (0, 1):
        result = milp(
            objective, integrality=np.full(len(objective), whole), bounds=Bounds(*limits), constraints=constraints
        )
        if result.x is None:
            return None
        rounded: Numbers = np.rint(result.x)
        if np.abs(result.x - rounded).max() < 1e-6 and not np.any(matrix @ rounded):
            return rounded
    raise AssertionError("the solver gave a solution that is not whole")
