"""Which counts to hide, so that no small count can be worked out from those that are printed.

Small counts are hidden first. Then, in every equation where what is hidden could be told from what is not, the count
that costs least is hidden too, and so on until an intruder finds nothing. Totals are hidden only when nothing else is
left.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestration.disclosure.equations import System
from orchestration.disclosure.intruder import worked_out

Cells = NDArray[np.bool_]
"""One truth for each cell of a system."""
PATIENCE = 4
"""After so many rounds an intruder's findings are met with one more hidden cell each, and after as many again with two
more: the last few would else take as many rounds as all others.
"""

STEPS = 3
"""How far from a count an intruder found, in equations, something else is hidden before a total is."""


@dataclass(frozen=True)
class Before:
    """What an earlier publication makes of the cells: hidden there, so they stay hidden; or printed there with the same
    number, so that hiding them now hides nothing.
    """

    hidden: Cells
    shown: Cells


def hidden_cells(system: System, threshold: int, before: Before | None = None) -> Cells:
    """The printed counts to hide: all from 1 to below the threshold, and what else it takes to keep them."""
    nothing = np.zeros(len(system.numbers), bool)
    if threshold <= 1:
        return nothing
    before = before or Before(nothing, nothing)
    hidden = system.is_printed & (is_small(system, threshold) | (before.hidden & (system.numbers > 0)))
    # What the earlier publication gives away by itself is out: to hide more for its sake would take nothing back.
    out = before.shown | worked_out(system, before.shown, threshold) if before.shown.any() else nothing
    search = _Search(system, threshold, hidden, out)
    found = ~out
    for rounds in itertools.count():
        search.settle()
        known = (system.is_printed & ~search.hidden) | out
        found = worked_out(system, known, threshold, found)
        if not search.give_up_more(np.flatnonzero(found), 1 + rounds // PATIENCE):
            break
    return search.hidden


def is_small(system: System, threshold: int) -> Cells:
    """The counts of people, printed or not, from 1 to below the threshold."""
    return system.is_of_people & (system.numbers > 0) & (system.numbers < threshold)


class _Search:
    """The cells hidden so far, and the way to the next one."""

    def __init__(self, system: System, threshold: int, hidden: Cells, shown: Cells) -> None:
        """Begin with some cells hidden; `shown` are those that are known already, which it is of no use to hide."""
        self.system, self.threshold, self.hidden, self.shown = system, threshold, hidden.copy(), shown
        self.small = is_small(system, threshold)
        self.rows, self.columns = system.matrix, system.matrix.tocsc()
        self.places = np.bincount(system.stands["cell"], minlength=len(system.numbers))
        self.equations = self.rows.shape[0]
        self.row_of = np.repeat(np.arange(self.equations), np.diff(self.rows.indptr))
        self.stuck = np.zeros(self.equations, bool)
        self._count()

    def settle(self) -> None:
        """Hide more until no equation by itself gives anything away that could still be helped.

        What follows from printed counts alone is seen to first: hiding for it often helps the equations that need more
        steps. Totals come last.
        """
        while True:
            direct = np.flatnonzero(self._gives_away(self._printed_nowhere()) & ~self.stuck)
            if len(direct) and self._help(direct, totals=False).any():
                continue
            rows = np.flatnonzero(self._gives_away(self._unknown()) & ~self.stuck)
            if not len(rows):
                return
            if not self._help(rows, totals=False).any():
                self.stuck[rows] = ~self._help(rows, totals=True)

    def _help(self, rows: NDArray[np.int64], totals: bool) -> Cells:
        """Hide one more cell in each of some equations, be it a total only if said so; which of them have one more."""
        at_first = self.held.copy()
        for row in rows:
            # One that gained a hidden cell from another in this round is looked at again in the next.
            if self.held[row] == at_first[row]:
                self._hide_one_of(np.array([row]), totals)
        gained: Cells = self.held[rows] > at_first[rows]
        return gained

    def give_up_more(self, found: NDArray[np.int64], each: int) -> bool:
        """Hide so many more cells for each an intruder found, as near to it as can be; False when none is left."""
        return sum(self._hide_near(cell) for cell in found for _ in range(each)) > 0

    def _hide_near(self, cell: int) -> bool:
        """Hide one more cell in the equations of a cell, or in those of their cells, and so on; a total only when there
        is nothing else for some steps around.
        """
        for totals, steps in ((False, range(STEPS)), (True, itertools.count())):
            rows = self._rows_of(np.array([cell]))
            for _ in steps:
                if self._hide_one_of(rows, totals):
                    return True
                wider = self._rows_of(self._cells_of(rows))
                if len(wider) == len(rows):
                    break
                rows = wider
        return False

    def _hide_one_of(self, rows: NDArray[np.int64], totals: bool) -> bool:
        """Hide the cheapest cell of some equations: no total of a measure when anything else would do or `totals` are
        not to be touched, none that asks for another to be hidden when one does not, the one printed in fewest places,
        the smallest of what is left. False when everything is hidden.
        """
        cells = self._cells_of(rows)
        cells = cells[self.system.is_printed[cells] & ~self.hidden[cells] & ~self.shown[cells]]
        cells = cells[~self.system.is_total[cells] | totals]
        if not len(cells):
            return False
        costs = (self.system.numbers, self.places, self.untouched, self.system.is_total)
        self._hide(cells[np.lexsort([cost[cells] for cost in costs])[0]])
        return True

    def _hide(self, cell: int) -> None:
        """Hide a cell, and keep count."""
        self.hidden[cell] = True
        for row in self._rows_of(np.array([cell])):
            if self.held[row] == 0:
                self.untouched[self._cells_of(np.array([row]))] -= 1
            self.held[row] += 1

    def _count(self) -> None:
        """How many hidden cells each equation holds, and how many equations of each cell hold none."""
        self.held = self._per_row(self.hidden[self.rows.indices])
        free = self.held[self.row_of] == 0
        self.untouched = np.bincount(self.rows.indices, free, self.rows.shape[1]).astype(np.int64)

    def _gives_away(self, unknown_cells: Cells) -> Cells:
        """The equations that tell hidden counts to be small together, or any hidden count exactly, by what of them is
        unknown.
        """
        cells, times = self.rows.indices, abs(self.rows.data)
        unknown = unknown_cells[cells]
        alone = unknown & (self._per_row(unknown)[self.row_of] == 1) & (self.hidden | self.small)[cells]
        whole_is_known = self._per_row(unknown & (self.rows.data < 0)) == 0
        together = self._per_row(unknown * times * self.system.numbers[cells])
        least = self._per_row(unknown * times * self.system.floor[cells])
        is_cramped = whole_is_known & ((together < self.threshold) | (together == least))
        cramped = unknown & self.small[cells] & is_cramped[self.row_of]
        return self._per_row(alone | cramped) > 0

    def _printed_nowhere(self) -> Cells:
        """The cells that stand nowhere: the hidden, and those never printed."""
        nowhere: Cells = (self.hidden | ~self.system.is_printed) & ~self.shown
        return nowhere

    def _unknown(self) -> Cells:
        """The cells that stand nowhere and follow from no single equation: the hidden, and some never printed."""
        unknown, cells = self._printed_nowhere(), self.rows.indices
        follows = ~self.system.is_printed & ~self.small
        while True:
            alone = unknown[cells] & (self._per_row(unknown[cells])[self.row_of] == 1)
            known = cells[alone & follows[cells]]
            if not len(known):
                return unknown
            unknown[known] = False

    def _per_row(self, values: NDArray[np.generic]) -> NDArray[np.int64]:
        """The sum of some values, one for each term, in each equation."""
        return np.bincount(self.row_of, values, self.equations).astype(np.int64)

    def _rows_of(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """The equations that some cells stand in."""
        at = self.columns.indptr
        return np.unique(np.concatenate([self.columns.indices[at[cell] : at[cell + 1]] for cell in cells]))

    def _cells_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The cells of some equations."""
        at = self.rows.indptr
        return np.unique(np.concatenate([self.rows.indices[at[row] : at[row + 1]] for row in rows]))
