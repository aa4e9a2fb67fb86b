"""Recall and return to custody: who, given how many."""

from __future__ import annotations

import numpy as np

from synthetic_cohort.arrays import Floats, Integers
from synthetic_cohort.dates import day, days, spread, whole_months
from synthetic_cohort.lives import (
    AT_LARGE,
    AUTOMATIC_END_FROM,
    ON_LICENCE,
    RECALLED,
    Step,
    World,
    automatic_end,
)
from synthetic_cohort.moves import newly_eligible
from synthetic_cohort.people import DPP, FEMALE, GROUPS
from synthetic_cohort.sampling import Margin, cells_of, draw, draw_some, rake

HAZARD_MONTHS = (6, 12, 24, 36, 60, 120)
HAZARD = (1.2, 1.0, 0.7, 0.5, 0.35, 0.22, 0.12)
"""Chance of recall by months on the present licence, before each of those months and after the last: an assumption."""
LAST_DAY = AUTOMATIC_END_FROM - np.timedelta64(1, "D")
WATCHED_FROM = day("2022-11-01")
"""Two years before the automatic ends begin: no person can join those whose licence will end on the day after this."""
NEWLY_ELIGIBLE_HAZARD = 2.2
"""Those who would be newly eligible for referral on 1 February 2025 are recalled more often in the two years before:
about 600 are then on licence on that day, as published. An assumption.
"""
OTHER_ENDS_A_MONTH = 15
"""Ends of watched licences by death, removal and the Board in a month: an assumption, used to pace the recalls."""


def recall(world: World, step: Step, number: int) -> None:
    """Licences are revoked. Those recalled are unlawfully at large until they return."""
    who = world.still(ON_LICENCE)
    who = who[~world.suspended[who]]
    group = world.people.group[who].astype(np.int64)
    watched = _watched(world, who, step)
    cells, size, (watched_of, group_of) = cells_of(watched, group)
    weights = _hazard(world, who, step)
    shares = np.bincount(cells, weights, len(size))
    margins = [Margin(group_of, _by_group(world, step, number, group_of))]
    if step.start >= WATCHED_FROM and step.end <= LAST_DAY:
        margins.append(Margin(watched_of, _by_watched(world, step, number, watched_of)))
    quotas = rake(shares * number / max(shares.sum(), 1e-9), size, margins, number)
    chosen = who[draw(world.generator, cells, quotas, weights)]
    revoked_on = spread(world.generator, np.full(len(chosen), step.start), step.end - days(1))
    world.place("recall", chosen, AT_LARGE, revoked_on)
    world.revoked_on[chosen] = revoked_on
    world.recalls[chosen] += 1


def come_back(world: World, step: Step, number: int) -> None:
    """People unlawfully at large return to custody; most of them soon after the recall."""
    who = np.flatnonzero(world.status == AT_LARGE)
    fresh = world.revoked_on[who] >= step.start
    chosen = who[draw_some(world.generator, len(who), number, np.where(fresh, 1.0, 0.12))]
    earliest = np.maximum(world.revoked_on[chosen] + days(1), step.start)
    soon = earliest + world.generator.exponential(9, len(chosen)).astype(np.int64).astype("timedelta64[D]")
    fresh = world.revoked_on[chosen] >= step.start
    later = spread(world.generator, earliest, step.end)
    returned_on = np.minimum(np.where(fresh, soon, later), step.end)
    world.place("return", chosen, RECALLED, returned_on)
    world.returned_on[chosen] = returned_on
    world.recall_reviewed[chosen] = False


def _hazard(world: World, who: Integers, step: Step) -> Floats:
    """Chance of recall of each, up to a common factor: less with time on licence, more with each earlier recall."""
    months = whole_months(world.licensed_from[who], step.start)
    hazard = np.array(HAZARD)[np.searchsorted(HAZARD_MONTHS, months, side="right")] * (1 + 0.3 * world.recalls[who])
    if step.start >= WATCHED_FROM:
        hazard = np.where(newly_eligible(world, who), NEWLY_ELIGIBLE_HAZARD, 1.0) * hazard
    return np.asarray(hazard)


def _watched(world: World, who: Integers, step: Step) -> Integers:
    """1 for those whose licence will end on the first day of the automatic ends if it stays in force, 2 for women among
    them, 0 for the others.
    """
    if step.start < WATCHED_FROM or step.end > LAST_DAY:
        return np.zeros(len(who), np.int64)
    ending = (automatic_end(world, who) <= AUTOMATIC_END_FROM) & ~world.people.other_life[who]
    return np.where(ending, np.where(world.people.group[who] == FEMALE, 2, 1), 0)


def _by_group(world: World, step: Step, number: int, labels: Integers) -> Floats:
    """Recalls of each group: what the targets give, the others the rest."""
    wanted = np.zeros(max(int(labels.max(initial=0)), DPP) + 1)
    for code in (FEMALE, DPP):
        wanted[code] = world.targets.flow("recalls", GROUPS[code], step.start, step.end)
    wanted[0] = max(number - wanted.sum(), 0)
    return wanted


def _by_watched(world: World, step: Step, number: int, labels: Integers) -> Floats:
    """Recalls of watched licences: as many as bring them to the published number on the day, at an even pace."""
    flow, wanted = world.targets.flow, np.zeros(3)
    everyone = np.flatnonzero(world.status == ON_LICENCE)
    watched = _watched(world, everyone, step)
    ahead = flow("recalls", "all", step.start, LAST_DAY)
    months = float(whole_months(np.array([step.end]), LAST_DAY)[0])
    ends = (flow("automatic_terminations", name, AUTOMATIC_END_FROM, AUTOMATIC_END_FROM) for name in ("all", "female"))
    for label, goal, others in zip((1, 2), ends, (OTHER_ENDS_A_MONTH, 0.3), strict=True):
        surplus = int((watched >= label).sum()) - goal - float(world.targets.scale) * others * months
        wanted[label] = np.clip(np.round(surplus * number / max(ahead, 1)), 0, number)
    wanted[1] -= wanted[2]
    wanted[0] = number - wanted[1] - wanted[2]
    return np.maximum(wanted, 0)[: int(labels.max(initial=0)) + 1]
