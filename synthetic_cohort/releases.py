"""First release and re-release: who, given how many.

Whom the Board releases first follows the published tables of those who stayed: by tariff band, by years over tariff and
by original tariff. Whom it re-releases follows the published mean time recalled.
"""

from __future__ import annotations

import numpy as np

from synthetic_cohort.arrays import Day, Flags, Floats, Integers
from synthetic_cohort.dates import day, whole_months, whole_years
from synthetic_cohort.lives import AUTOMATIC_END_FROM, ON_LICENCE, RECALLED, UNRELEASED, Step, World
from synthetic_cohort.moves import SECOND_PHASE, newly_eligible
from synthetic_cohort.people import BANDS, DPP, FEMALE, GROUPS, ORIGINAL_TARIFFS
from synthetic_cohort.sampling import Margin, cells_of, draw, rake

EARLIEST_TABLE, TABLES = day("2021-03-31"), (day("2023-09-30"), day("2024-09-30"))
"""Days for which a table by years over tariff is held; the first gives ten years and more only."""
SPARE = 1.08
"""People kept of each original tariff until mid-2022, to one of 2024: some will leave otherwise than by release."""
CUMULATIVE_TABLE, YEARS_AT_LEAST = day("2023-06-30"), (5, 10, 15)
ORIGINAL_TARIFF_TABLE, BANDS_END = day("2024-06-30"), day("2022-06-30")
TEN_YEARS_BEFORE = day("2011-03-31")
LONGEST = 30
MONTHS_IN_A_CELL = 3
PUBLISHED_BY_GROUP = day("2020-01-01")
"""First releases of DPP prisoners are published from this year on; before it they close the balance of the stock."""
UNREVIEWED_WEIGHT = 0.4
"""Chance of re-release at the first review of a recall, to 1 at a later one. With it the reviews of 2018/19 are enough
for the oral hearings published for that year. An assumption.
"""
RECENT_REVIEW_WEIGHT = 0.02
"""Chance of release of people who had a review without release in the last half year, to 1 for others."""


def release_first(world: World, step: Step, number: int) -> None:
    """The Parole Board releases people whose tariff has passed, for the first time."""
    unreleased = np.flatnonzero(world.status == UNRELEASED)
    expires_on = world.people.tariff_expires_on[unreleased]
    ready = (expires_on <= step.start) & ~world.moved[unreleased]
    if number <= 0 or not ready.any():
        return
    margins = _margins(world, step, unreleased, number)
    # The last margin first among the labels: rounding then keeps its numbers best.
    cells, size, by_cell = cells_of(*(margin.label[ready] for margin in reversed(margins)))
    in_cells = [Margin(label, margin.wanted) for label, margin in zip(reversed(by_cell), margins, strict=True)]
    quotas = rake(size * number / int(size.sum()), size, in_cells, number)
    chosen = unreleased[ready][draw(world.generator, cells, quotas, _rested(world, step, unreleased[ready]))]
    on = world.move("first_release", chosen, ON_LICENCE, step)
    world.first_released_on[chosen] = on
    world.licensed_from[chosen] = on


def _rested(world: World, step: Step, who: Integers) -> Floats:
    """Weight of each: small where a review has just ended without release."""
    recent = whole_months(world.reviewed_on[who], step.start) < 6
    return np.where(recent & ~np.isnat(world.reviewed_on[who]), RECENT_REVIEW_WEIGHT, 1.0)


def _margins(world: World, step: Step, unreleased: Integers, number: int) -> list[Margin]:
    """Labels of those unreleased and the number to release of each label; the last is held most closely."""
    found = []
    if step.end <= ORIGINAL_TARIFF_TABLE:
        label = world.people.original_tariff[unreleased]
        stay = _stay(world, "original_tariff", ORIGINAL_TARIFF_TABLE, ORIGINAL_TARIFFS)
        hard = np.full(len(stay), step.end > BANDS_END)
        stay = stay if hard.all() else stay * SPARE
        found.append(_to_leave(world, label, stay, hard, number, ORIGINAL_TARIFF_TABLE))
    if EARLIEST_TABLE < step.end <= CUMULATIVE_TABLE:
        found.append(_by_years_at_least(world, unreleased, number))
    if step.end <= TABLES[-1]:
        found.append(_by_years_over(world, step, unreleased, number))
    if world.targets.snapshot("tariff_passed", step.end):
        found.append(_by_band(world, step, unreleased))
    found.append(_by_group(world, step, unreleased, number))
    return found


def _by_years_over(world: World, step: Step, unreleased: Integers, number: int) -> Margin:
    """By years over tariff on the day of the next table that gives them."""
    expires_on = world.people.tariff_expires_on[unreleased]
    later = next(table for table in TABLES if step.end <= table)
    label = np.clip(whole_years(expires_on, later) + 1, 0, LONGEST)
    stay = _stay(world, "years_over_tariff", later, [str(years) for years in range(-1, LONGEST)])
    if step.end > EARLIEST_TABLE:
        return _to_leave(world, label, stay, np.arange(len(stay)) > 0, number, later)
    over = whole_years(expires_on, EARLIEST_TABLE)
    label = np.where(over >= 10, LONGEST + 1 + np.clip(over, 10, LONGEST - 1) - 10, label)
    early = _stay(world, "years_over_tariff", EARLIEST_TABLE, [str(years) for years in range(10, LONGEST)])
    straddling = int(whole_years(np.array([TEN_YEARS_BEFORE]), later)[0]) + 1
    stay[straddling] *= 0.5  # the other half is among those ten years over on the earlier day
    both = np.concatenate([stay, early])
    return _to_leave(world, label, both, np.arange(len(both)) >= len(stay), number, EARLIEST_TABLE)


def _by_years_at_least(world: World, unreleased: Integers, number: int) -> Margin:
    """By at least 5, 10 and 15 years over tariff on the day of the table that gives these."""
    over = whole_years(world.people.tariff_expires_on[unreleased], CUMULATIVE_TABLE)
    at_least = _stay(world, "years_over_tariff_at_least", CUMULATIVE_TABLE, [str(years) for years in YEARS_AT_LEAST])
    stay = np.append(0.0, -np.diff(at_least, append=0.0))
    label = np.searchsorted(YEARS_AT_LEAST, over, side="right")
    return _to_leave(world, label, stay, np.arange(len(stay)) > 0, number, CUMULATIVE_TABLE)


def _by_band(world: World, step: Step, unreleased: Integers) -> Margin:
    """By tariff band: those past tariff at the end of the step are as many as published."""
    passed = world.people.tariff_expires_on[unreleased] <= step.end
    label = np.where(passed, world.people.band[unreleased], len(BANDS))
    now = np.bincount(label, minlength=len(BANDS) + 1)
    stay = _stay(world, "tariff_passed", step.end, BANDS)
    return Margin(label, np.append(np.maximum(now[:-1] - stay, 0.0), 0.0))


def _by_group(world: World, step: Step, unreleased: Integers, number: int) -> Margin:
    """By group: women and people serving DPP as their stocks leave, the others the rest."""
    label = world.people.group[unreleased].astype(np.int64)
    now, wanted = np.bincount(label, minlength=3), np.zeros(3)
    for code in (FEMALE, DPP):
        name = GROUPS[code]
        wanted[code] = max(now[code] - (world.targets.stock("unreleased_prisoners", name, step.end) or 0), 0)
        if step.start >= PUBLISHED_BY_GROUP and world.targets.covers("first_releases", name, step.end):
            wanted[code] = world.targets.flow("first_releases", name, step.start, step.end)
    wanted[0] = max(number - wanted.sum(), 0)
    return Margin(label, wanted)


def _stay(world: World, measure: str, table: Day, names: list[str] | tuple[str, ...]) -> Floats:
    """People who are to be unreleased still on the day of a table, by name; zero where it has no line."""
    given = world.targets.snapshot(measure, table)
    return np.array([given.get(name, 0) for name in names], np.float64)


def _to_leave(world: World, label: Integers, stay: Floats, hard: Flags, number: int, table: Day) -> Margin:
    """People of each label to release now, given the labels of those unreleased: the surplus over those who stay.

    A hard label is brought to its figure on the day of the table, at the pace of all releases; the others share what is
    left of the number in proportion to their surplus.
    """
    now = np.bincount(label, minlength=len(stay)).astype(np.float64)[: len(stay)]
    remaining = max(len(label) - (world.targets.stock("unreleased_prisoners", "all", table) or 0), number, 1)
    surplus = np.maximum(now - stay, 0.0)
    leave = np.where(hard, surplus * number / remaining, 0.0)
    soft = np.where(hard, 0.0, surplus)
    return Margin(label, leave + soft * max(number - float(leave.sum()), 0.0) / max(float(soft.sum()), 1e-9))


def re_release(world: World, step: Step, number: int) -> None:
    """Recalled people are released again; their mean time recalled is the target of the day."""
    who = world.still(RECALLED)
    months = np.maximum(whole_months(world.returned_on[who], step.middle), 0)
    group = world.people.group[who].astype(np.int64)
    new = newly_eligible(world, who).astype(np.int64) * (AUTOMATIC_END_FROM <= step.start < SECOND_PHASE)
    cells, size, (new_of, group_of, _) = cells_of(new, group, months // MONTHS_IN_A_CELL)
    goal = world.targets.rate("mean_months_recalled", step.end) or 0.0
    margins = [Margin(group_of, _re_releases_by_group(world, step, number))]
    if new.any():
        margins.append(Margin(new_of, _newly_eligible(world, step, number)))
    mean_months, aim = np.bincount(cells, months, len(size)) / size, goal
    quotas, gap = np.zeros(len(size), np.int64), np.inf
    for _ in range(6):  # what rounding takes away, the next aim adds; the nearest counts
        tried = rake(_leaning(size, mean_months, aim, number), size, margins, number)
        short = goal - float((tried * mean_months).sum()) / max(int(tried.sum()), 1)
        quotas, gap, aim = (tried, short, aim + short) if abs(short) < abs(gap) else (quotas, gap, aim + short / 2)
    weights = _rested(world, step, who) * np.where(world.recall_reviewed[who], 1.0, UNREVIEWED_WEIGHT)
    chosen = who[draw(world.generator, cells, quotas, weights)]
    on = world.move("re_release", chosen, ON_LICENCE, step)
    world.licensed_from[chosen] = on


def _leaning(size: Integers, months: Floats, goal: float, number: int) -> Floats:
    """Shares of cells whose mean months come to the goal: chances lean to short or to long stays, as needed."""
    early = size * np.where(months < 3, 0.08, np.where(months < 6, 0.5, 1.0))
    beyond = months - goal
    low, high = -0.5, 0.5
    shares = np.zeros(len(size))
    for _ in range(40):
        lean = (low + high) / 2
        shares = np.minimum(early * np.exp(np.minimum(np.maximum(lean * beyond, -30.0), 30.0)), 1e12)
        shares = np.minimum(_scaled(shares, size, number), size)
        if float((shares * months).sum()) > goal * float(shares.sum()):
            high = lean
        else:
            low = lean
    return shares


def _scaled(shares: Floats, size: Integers, number: int) -> Floats:
    """Shares scaled to the number, each within its cell."""
    quota = shares
    for _ in range(8):
        scaled = quota * (number / max(float(quota.sum()), 1e-12))
        quota = np.minimum(scaled, size)
        if bool((scaled <= size).all()):  # nothing was cut: the sum is the number
            break
    return quota


def _re_releases_by_group(world: World, step: Step, number: int) -> Floats:
    """Re-releases of each group: women and people serving DPP as their stocks leave, the others the rest."""
    wanted = np.zeros(3)
    for code in (FEMALE, DPP):
        now = int(((world.status == RECALLED) & (world.people.group == code)).sum())
        goal = world.targets.stock("recalled_prisoners", GROUPS[code], step.end) or 0
        wanted[code] = max(now - goal, 0)
    wanted[0] = max(number - wanted.sum(), 0)
    return wanted


def _newly_eligible(world: World, step: Step, number: int) -> Floats:
    """Re-releases of people who will not and who will be newly eligible for referral on 1 February 2025: as many of
    these as bring those on licence to their target.
    """
    on_licence = np.flatnonzero(world.status == ON_LICENCE)
    goal = world.targets.stock("newly_eligible_for_referral", "all", step.end) or 0
    wanted = min(max(goal - int(newly_eligible(world, on_licence).sum()), 0), number)
    return np.array([number - wanted, wanted], np.float64)
