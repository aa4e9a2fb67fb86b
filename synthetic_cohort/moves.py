"""The ways from one status to another: how many, and who."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_cohort.arrays import Day, Flags, Floats, Integers
from synthetic_cohort.dates import day, days, spread, whole_months, whole_years
from synthetic_cohort.lives import (
    AT_LARGE,
    AUTOMATIC_END_FROM,
    DECEASED,
    DEPORTED,
    IN_HOSPITAL_RECALLED,
    IN_HOSPITAL_UNRELEASED,
    NOT_SENTENCED,
    ON_LICENCE,
    QUASHED,
    RECALLED,
    TERMINATED,
    UNRELEASED,
    Step,
    World,
    automatic_end,
    qualifying_end,
)
from synthetic_cohort.people import FEMALE, GROUPS, OTHER
from synthetic_cohort.sampling import draw, draw_some

TARIFF_TABLE_FROM = day("2012-01-01")
SECOND_PHASE = day("2025-02-01")
"""From this day the Board is asked after the qualifying period of three years (DPP two), not after ten."""
FIRST_DECISIONS = days(16)
"""The Board needs some days for its first decisions of the second phase."""
DECIDED_WITHIN = days(42)
"""The Board decides within six weeks of the referral (its target)."""


@dataclass(frozen=True)
class Counts:
    """How many people move in a step by each of the ways that lead to and from the licence."""

    first_releases: int
    recalls: int
    returns: int
    re_releases: int
    board_ends: int


def sentence(world: World, step: Step) -> None:
    """Those sentenced in the step come in."""
    sentenced_on = world.people.sentenced_on
    who = np.flatnonzero((world.status == NOT_SENTENCED) & (sentenced_on <= step.end))
    world.status[who] = UNRELEASED
    world.moved[who] = True


def end_automatically(world: World, step: Step) -> None:
    """Licences whose automatic day has come end on that day."""
    if step.end < AUTOMATIC_END_FROM:
        return
    who = world.still(ON_LICENCE)
    who = who[~world.people.other_life[who]]
    on = automatic_end(world, who)
    due = on <= step.end
    world.place("automatic_end", who[due], TERMINATED, np.maximum(on[due], step.start))


def leave_for_good(world: World, step: Step) -> None:
    """Deaths in each status, removals from the country, and sentences quashed on appeal."""
    flow, start, end = world.targets.flow, step.start, step.end
    for name, statuses in (
        ("unreleased", (UNRELEASED,)),
        ("recalled", (RECALLED,)),
        ("hospital", (IN_HOSPITAL_UNRELEASED, IN_HOSPITAL_RECALLED)),
        ("on_licence", (ON_LICENCE,)),
    ):
        possible = _past_tariff(world, step, world.still(*statuses))
        who = _some(world, f"deaths {name}", possible, flow("deaths", name, start, end))
        world.move("death", who, DECEASED, step, world.status[who].astype(np.int64))
    possible = _past_tariff(world, step, world.still(UNRELEASED))
    who = _some(world, "quashed", possible, flow("sentences_quashed", "unreleased", start, end))
    world.move("quashed", who, QUASHED, step)
    for name, status in (("recalled", RECALLED), ("on_licence", ON_LICENCE)):
        who = _some(world, f"removals {name}", world.still(status), flow("removals", name, start, end))
        world.move("removal", who, DEPORTED, step, status)


def _past_tariff(world: World, step: Step, who: Integers) -> Integers:
    """From 2012 on those past tariff only: the table of tariffs not passed then falls by expiry alone."""
    return who[world.people.tariff_expires_on[who] <= step.start] if step.start >= TARIFF_TABLE_FROM else who


def remove_unreleased(world: World, step: Step) -> None:
    """Removals of unreleased people: a separate flow, or what closes the balance of the stock."""
    targets = world.targets
    number = targets.flow("removals", "unreleased", step.start, step.end)
    if targets.closing("unreleased_prisoners", step.end) == "removals":
        target = targets.stock("unreleased_prisoners", "all", step.end) or 0
        number = world.count(UNRELEASED) - target - targets.flow("first_releases", "all", step.start, step.end)
    who = _some(world, "removals unreleased", _past_tariff(world, step, world.still(UNRELEASED)), number)
    world.move("removal", who, DEPORTED, step, UNRELEASED)


def to_and_from_hospital(world: World, step: Step) -> None:
    """Transfers as published; remissions close the balance of the hospital stock."""
    targets = world.targets
    before = world.still(IN_HOSPITAL_UNRELEASED, IN_HOSPITAL_RECALLED)
    transfers = targets.flow("hospital_transfers", "all", step.start, step.end)
    of_recalled = targets.flow("hospital_transfers", "recalled", step.start, step.end)
    for status, hospital, number in (
        (UNRELEASED, IN_HOSPITAL_UNRELEASED, transfers - of_recalled),
        (RECALLED, IN_HOSPITAL_RECALLED, of_recalled),
    ):
        who = _some(world, f"to hospital {status}", _past_tariff(world, step, world.still(status)), number)
        world.move("to_hospital", who, hospital, step, status)
    goal = targets.stock("hospital_patients", "all", step.end)
    inside = world.count(IN_HOSPITAL_UNRELEASED) + world.count(IN_HOSPITAL_RECALLED)
    surplus = inside - goal if goal is not None else 0
    back = _some(world, "from hospital", before, surplus)
    for hospital, status in ((IN_HOSPITAL_UNRELEASED, UNRELEASED), (IN_HOSPITAL_RECALLED, RECALLED)):
        world.move("from_hospital", back[world.status[back] == hospital], status, step, status)


def count_moves(world: World, step: Step) -> Counts:
    """How many move: a published or assumed flow, or what closes the balance of a stock."""
    targets, start, end = world.targets, step.start, step.end
    first = targets.flow("first_releases", "all", start, end)
    if targets.closing("unreleased_prisoners", end) == "first_releases":
        first = world.count(UNRELEASED) - (targets.stock("unreleased_prisoners", "all", end) or 0)
    recalls = targets.flow("recalls", "all", start, end)
    returns = world.count(AT_LARGE) + recalls - (targets.stock("unlawfully_at_large", "all", end) or 0)
    re_releases = targets.flow("re_releases", "all", start, end)
    left = world.count(RECALLED) - (targets.stock("recalled_prisoners", "all", end) or 0)
    closing = targets.closing("recalled_prisoners", end)
    if closing == "returns":
        returns = re_releases - left
    elif closing == "re_releases":
        re_releases = left + returns
    ends = targets.flow("licence_terminations_by_board", "all", start, end)
    if targets.closing("community_caseload", end):
        caseload = targets.stock("community_caseload", "all", end) or 0
        suspended = _to_suspend(world, step) + int((world.suspended & (world.status == ON_LICENCE)).sum())
        ends = world.count(ON_LICENCE) - suspended - recalls + first + re_releases - caseload
    return Counts(*(max(number, 0) for number in (first, recalls, returns, re_releases, ends)))


def end_by_board(world: World, step: Step, number: int) -> None:
    """The Board ends licences: ten years after first release, from 1 February 2025 after the qualifying period."""
    who = world.still(ON_LICENCE)
    who = who[~world.people.other_life[who] & ~world.suspended[who]]
    first_day = step.start
    eligible = whole_years(world.first_released_on[who], step.start) >= 10
    if step.start >= SECOND_PHASE:
        eligible = newly_eligible(world, who, max(SECOND_PHASE, step.start - DECIDED_WITHIN))
        first_day = max(step.start, SECOND_PHASE + FIRST_DECISIONS)
    settled = whole_months(world.licensed_from[who], step.start) >= 3
    chance = eligible * (0.02 + settled)
    women = world.people.group[who] == FEMALE
    of_women = min(_surplus_of_women(world, step), number)
    chosen = who[_draw_possible(world, chance * women, of_women)]
    chosen = np.append(chosen, who[_draw_possible(world, chance * ~women, number - len(chosen))])
    on = spread(world.generator, np.full(len(chosen), first_day), step.end)
    world.place("board_end", chosen, TERMINATED, on)


def _surplus_of_women(world: World, step: Step) -> int:
    """Women on licence beyond their target: the licences of so many are ended by the Board."""
    goal = world.targets.stock("community_caseload", "female", step.end)
    now = int(((world.status == ON_LICENCE) & (world.people.group == FEMALE)).sum())
    return 0 if goal is None else max(now - goal, 0)


def newly_eligible(world: World, who: Integers, by: Day = SECOND_PHASE) -> Flags:
    """Whether each became eligible for referral from 1 February 2025 to a day: past three years (DPP two) by that day,
    but not past ten when the rules changed.
    """
    past = qualifying_end(world, who) <= by
    return past & (whole_years(world.first_released_on[who], SECOND_PHASE) < 10)


def suspend(world: World, step: Step) -> None:
    """Supervision of long-settled licences is suspended; the licence stays in force."""
    who = world.still(ON_LICENCE)
    settled = (whole_months(world.licensed_from[who], step.start) >= 60) & ~world.suspended[who]
    who = _some(world, "suspensions", who[settled], _to_suspend(world, step))
    world.suspended[who] = True
    world.moved[who] = True
    world.history.add(
        "suspension", who, spread(world.generator, np.full(len(who), step.start), np.full(len(who), step.end))
    )


def _to_suspend(world: World, step: Step) -> int:
    """Suspensions that bring the number suspended to its target."""
    goal = world.targets.stock("supervision_suspended", "all", step.end)
    now = int((world.suspended & (world.status == ON_LICENCE)).sum())
    return max((goal or 0) - now, 0)


def _some(world: World, way: str, who: Integers, number: int) -> Integers:
    """So many of these people, each as likely; women and people serving DPP get their share over the years."""
    group = world.people.group[who].astype(np.int64)
    size = np.bincount(group, minlength=len(GROUPS))
    number = max(min(number, len(who)), 0)
    owed = world.owed.get(way, np.zeros(len(GROUPS))) + number * size / max(len(who), 1)
    quotas = np.minimum(np.floor(owed + 0.5), size).astype(np.int64)
    quotas[OTHER] = min(max(number - quotas[1:].sum(), 0), size[OTHER])
    world.owed[way] = owed - quotas
    return who[draw(world.generator, group, quotas)]


def _draw_possible(world: World, weights: Floats, number: int) -> Integers:
    """Positions of so many, with these chances; never one whose chance is nil."""
    possible = np.flatnonzero(weights > 0)
    return possible[draw_some(world.generator, len(possible), number, weights[possible])]
