"""Parole reviews that end without release: who is reviewed, and what the Board decides."""

from __future__ import annotations

import numpy as np

from synthetic_cohort.arrays import Days, Floats, Integers
from synthetic_cohort.dates import spread, whole_months
from synthetic_cohort.lives import RECALLED, UNRELEASED, Step, World
from synthetic_cohort.sampling import draw_some

REMAIN_IN_CUSTODY, RECOMMEND_OPEN = 0, 1
IPP_REVIEW, RECALL_REVIEW = 0, 2
"""Added to the outcome in the record of a review."""
WAIT_MONTHS = (9, 12, 15, 18, 22)
WAIT_WEIGHTS = (0.01, 0.3, 1.0, 3.0, 10.0, 60.0)
"""Chance of a review by months since the last one, or since tariff expiry: nearly all come within two years."""
RECALL_WAIT_MONTHS = (2, 4, 8)
RECALL_WAIT_WEIGHTS = (0.01, 0.6, 2.0, 4.0)
"""Chance of the first review of a recall by months since the return."""


def review(world: World, step: Step) -> None:
    """The Board concludes reviews of people who stay in custody."""
    flow, start, end = world.targets.flow, step.start, step.end
    remain, recommend, first = (
        flow("reviews", name, start, end) for name in ("remain_in_custody", "recommend_open", "recall_series")
    )
    recalled = world.still(RECALLED)
    waiting = recalled[~world.recall_reviewed[recalled]]
    weights = _chance(world.returned_on[waiting], step, RECALL_WAIT_MONTHS, RECALL_WAIT_WEIGHTS)
    reviewed = waiting[_choose(world, weights, min(first, remain))]
    unreleased = world.still(UNRELEASED)
    unreleased = unreleased[world.people.tariff_expires_on[unreleased] <= start]
    others = np.concatenate([unreleased, recalled[world.recall_reviewed[recalled]]])
    last = np.fmax(world.reviewed_on[others], world.people.tariff_expires_on[others])
    weights = _chance(last, step, WAIT_MONTHS, WAIT_WEIGHTS)
    more = others[_choose(world, weights, remain + recommend - len(reviewed))]
    to_open = more[_choose(world, np.where(world.status[more] == UNRELEASED, 3.0, 1.0), recommend)]
    outcome = np.where(np.isin(more, to_open), RECOMMEND_OPEN, REMAIN_IN_CUSTODY)
    _conclude(world, step, reviewed, np.full(len(reviewed), REMAIN_IN_CUSTODY + RECALL_REVIEW))
    _conclude(world, step, more, outcome + IPP_REVIEW)
    world.recall_reviewed[reviewed] = True


def _chance(
    last: Days,
    step: Step,
    bounds: tuple[int, ...],
    weights: tuple[float, ...],
) -> Floats:
    """Chance of a review of each, up to a common factor, by the months waited."""
    return np.array(weights)[np.searchsorted(np.array(bounds), whole_months(last, step.middle), side="right")]


def _choose(world: World, weights: Floats, number: int) -> Integers:
    """Positions of so many, with these chances."""
    return draw_some(world.generator, len(weights), number, weights)


def _conclude(world: World, step: Step, who: Integers, detail: Integers) -> None:
    """Record the reviews on days within the step."""
    on = spread(world.generator, np.full(len(who), step.start), step.end)
    world.history.add("review", who, on, detail)
    world.reviewed_on[who] = on
