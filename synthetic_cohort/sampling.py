"""Drawing people without replacement so that counts come out: proportional allocation, raking, and the draw itself.

Counts are exact where they can be; only who is drawn is left to chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthetic_cohort.arrays import Floats, Integers


@dataclass(frozen=True)
class Margin:
    """How many should be drawn from each group: `label` of each cell, and `wanted` by label."""

    label: Integers
    wanted: Floats


def allocate(shares: Floats, capacity: Integers, total: int) -> Integers:
    """Whole numbers that add up to `total`, as near to proportional to `shares` as `capacity` lets them be. Fewer where
    the whole capacity is less.
    """
    total = max(0, min(total, int(capacity.sum())))
    quota = fit_to_total(shares, capacity, total)
    reached = np.floor(np.cumsum(quota) + 0.5 + 1e-9).astype(np.int64)
    whole = np.minimum(np.diff(reached, prepend=0), capacity)
    return _mend(whole, capacity, total)


def _mend(whole: Integers, capacity: Integers, total: int) -> Integers:
    """Rounding can overstep a capacity: move what is missing or too much to the cells with most room."""
    missing = total - int(whole.sum())
    room = capacity - whole if missing > 0 else whole
    for cell in np.argsort(-room, kind="stable"):
        if missing == 0:
            break
        change = int(np.sign(missing)) * min(abs(missing), int(room[cell]))
        whole[cell] += change
        missing -= change
    return whole


def fit_to_total(shares: Floats, capacity: Integers, total: float) -> Floats:
    """Shares scaled to add up to `total`, none above its capacity."""
    quota = np.where(capacity > 0, np.maximum(shares, 1e-12), 0.0)
    quota *= total / max(float(quota.sum()), 1e-300)  # so that the cells which overflow never take more than the total
    for _ in range(30):
        free = quota < capacity
        held = float(capacity[~free].sum())
        spread = float(quota[free].sum())
        if spread <= 0 or abs(held + spread - total) < 1e-6:
            break
        quota = np.where(free, np.minimum(quota * (total - held) / spread, capacity), capacity)
    return quota


def rake(shares: Floats, capacity: Integers, margins: Sequence[Margin], total: int) -> Integers:
    """Numbers to draw from each cell: near to `shares`, held to each margin in turn; the last margin counts most."""
    quota = np.minimum(shares, capacity)
    for _ in range(40):
        for margin in margins:
            now = np.bincount(margin.label, quota, len(margin.wanted))
            factor = np.divide(margin.wanted, now, out=np.zeros(len(now)), where=now > 0)
            quota = np.minimum(quota * factor[margin.label], capacity)
    return allocate(quota, capacity, total)


def draw(generator: np.random.Generator, cells: Integers, quotas: Integers, weights: Floats | None = None) -> Integers:
    """Positions drawn: from each cell its quota, with chances in proportion to the weights. `cells` gives the cell of
    each candidate.
    """
    if not quotas.any():
        return np.empty(0, np.int64)
    lot = generator.exponential(size=len(cells))
    if weights is not None:
        lot /= np.maximum(weights, 1e-12)
    order = np.argsort(cells + lot / (1.0 + lot))  # within a cell the smallest lots come first
    size = np.bincount(cells, minlength=len(quotas))
    rank = np.arange(len(cells)) - np.repeat(np.cumsum(size) - size, size)
    return np.sort(order[rank < quotas[cells[order]]])


def draw_some(generator: np.random.Generator, candidates: int, number: int, weights: Floats | None = None) -> Integers:
    """Positions of so many of the candidates, with chances in proportion to the weights; all where there are fewer."""
    if number <= 0 or candidates == 0:
        return np.empty(0, np.int64)
    if number >= candidates:
        return np.arange(candidates)
    lot = generator.exponential(size=candidates)
    if weights is not None:
        lot /= np.maximum(weights, 1e-12)
    return np.sort(np.argpartition(lot, number)[:number])


def cells_of(*labels: Integers) -> tuple[Integers, Integers, list[Integers]]:
    """Cells of candidates by labels: the cell of each candidate, the size of each cell, each label by cell."""
    code = np.zeros(len(labels[0]), np.int64)
    for label in labels:
        code = code * (int(label.max(initial=0)) + 1) + label
    _, first, cell, size = np.unique(code, return_index=True, return_inverse=True, return_counts=True)
    return cell.astype(np.int64), size.astype(np.int64), [label[first].astype(np.int64) for label in labels]
