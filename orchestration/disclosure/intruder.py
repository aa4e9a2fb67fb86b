"""What somebody can work out who has every printed count and every equation, and time.

Two attacks: subtraction, along rows and columns, through nested areas and periods and between tables, in one step or in
many (linear algebra); and, in each equation by itself, that the hidden parts are few together, or as few as can be.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsqr

from orchestration.disclosure.equations import System

Cells = NDArray[np.bool_]
"""One truth for each cell of a system, or for each unknown or equation of a part of it."""
Numbers = NDArray[np.int64]
DIRECTIONS = 2
"""Random directions tried: a count that could differ stands still in all of them with a chance of next to none."""
STILL = 1e-6
"""How far a number may move and still count as standing still: more than the solver leaves of nothing."""
EXACT = 1e-12
"""How exactly the solver is asked to work."""


def worked_out(system: System, known: Cells, threshold: int, among: Cells | None = None) -> Cells:
    """The small counts (1 to below the threshold) that are given away to whoever has the `known` cells.

    A count is given away when it is known, when it follows from what is known, or when an equation tells that it and
    the other hidden parts are together below the threshold, or each the least it can be. `among` are the cells to look
    at, all if None: whoever hides more gives away no more.
    """
    small = system.is_of_people & (system.numbers > 0) & (system.numbers < threshold)
    small &= True if among is None else among
    known = _followed(system, known | (system.numbers == 0))
    found = known | _cramped(system, known, threshold)
    unknown = np.flatnonzero(~known)
    found[unknown] |= determined(csr_array(system.matrix[:, unknown]), small[unknown])
    return found & small


def _followed(system: System, known: Cells) -> Cells:
    """The known cells and all that follow from them one equation at a time."""
    matrix, known = system.matrix, known.copy()
    row_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    while True:
        unknown = ~known[matrix.indices]
        alone = unknown & (np.bincount(row_of, unknown, matrix.shape[0])[row_of] == 1)
        if not alone.any():
            return known
        known[matrix.indices[alone]] = True


def _cramped(system: System, known: Cells, threshold: int) -> Cells:
    """The hidden parts of a known whole that are together below the threshold, or each the least they can be."""
    matrix = system.matrix
    row_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    unknown, times = ~known[matrix.indices], abs(matrix.data)
    together = np.bincount(row_of, unknown * times * system.numbers[matrix.indices], matrix.shape[0])
    least = np.bincount(row_of, unknown * times * system.floor[matrix.indices], matrix.shape[0])
    is_whole_known = np.bincount(row_of, unknown & (matrix.data < 0), matrix.shape[0]) == 0
    is_cramped = is_whole_known & ((together < threshold) | (together == least))
    cramped = np.zeros(len(known), bool)
    cramped[matrix.indices[unknown & is_cramped[row_of]]] = True
    return cramped


def determined(matrix: csr_array, among: Cells) -> Cells:
    """Those among the unknowns of a homogeneous system that have one value only.

    An equation with an unknown that stands in no other says nothing of the rest: it is set aside, again and again, and
    its own unknown is determined if all others in it are. What is left falls into parts that are tried one by one.
    """
    left, aside = _without_free_equations(matrix)
    fixed = np.zeros(matrix.shape[1], bool)
    core = matrix[left]
    wanted = _with_what_they_rest_on(matrix, aside, among)
    for cells in _hanging_together(core):
        if wanted[cells].any():
            fixed[cells] = _still(core[:, cells])
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    for of_rows, own_cells in reversed(aside):
        fixed[own_cells] = True
        is_open = np.bincount(rows[~fixed[matrix.indices]], minlength=matrix.shape[0]) > 0
        fixed[own_cells] = ~is_open[of_rows]
    return fixed & among


def _without_free_equations(matrix: csr_array) -> tuple[Cells, list[tuple[Numbers, Numbers]]]:
    """Which equations are left when those with an unknown of their own are set aside, and those set aside in their
    order: equations, and the own unknown of each.
    """
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    left = np.ones(matrix.shape[0], bool)
    aside: list[tuple[Numbers, Numbers]] = []
    while True:
        terms = left[rows]
        uses = np.bincount(matrix.indices[terms], minlength=matrix.shape[1])
        own = terms & (uses[matrix.indices] == 1)
        of_rows, first = np.unique(rows[own], return_index=True)
        if not len(of_rows):
            return left, aside
        left[of_rows] = False
        aside.append((of_rows, matrix.indices[own][first]))


def _with_what_they_rest_on(matrix: csr_array, aside: list[tuple[Numbers, Numbers]], among: Cells) -> Cells:
    """Some unknowns, and the others in each equation that was set aside for one of them. These were set aside later, or
    not at all, so one pass in that order finds them.
    """
    wanted = among.copy()
    for of_rows, own_cells in aside:
        wanted[matrix[of_rows[wanted[own_cells]]].indices] = True
    return wanted


def _hanging_together(matrix: csr_array) -> list[Numbers]:
    """The unknowns of a system in parts that share no equation; those in no equation are left out."""
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))
    links = abs(matrix[:, used])
    part = connected_components(links.T @ links, directed=False)[1]
    order = np.argsort(part, kind="stable")
    return np.split(used[order], np.flatnonzero(np.diff(part[order])) + 1) if len(used) else []


def _still(matrix: csr_array) -> Cells:
    """The unknowns that every solution of `matrix @ change = 0` leaves alone.

    A random direction, less its part along the equations, is such a solution and touches every unknown that any
    solution touches.
    """
    across = matrix[np.diff(matrix.indptr) > 0].T.tocsr()
    still, choice = np.ones(across.shape[0], bool), np.random.default_rng(0)
    for _ in range(DIRECTIONS):
        direction = choice.standard_normal(across.shape[0])
        along = lsqr(across, direction, atol=EXACT, btol=EXACT, iter_lim=100 * max(across.shape))[0]
        still &= np.abs(direction - across @ along) < STILL
        if not still.any():
            break
    return still
