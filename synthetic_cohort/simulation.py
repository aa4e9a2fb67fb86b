"""The lives: step by step, so many people leave each status for another, and chance says who.

How many is the targets' business (targets.py), who is drawn that of the modules named here. A person moves at most once
in a step, but for a recall and the return to custody that follows it, so that the days of one life are in order by
construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, takewhile

import numpy as np

from synthetic_cohort.dates import BEGINNING, day, days
from synthetic_cohort.lives import Events, Step, World
from synthetic_cohort.moves import (
    count_moves,
    end_automatically,
    end_by_board,
    leave_for_good,
    remove_unreleased,
    sentence,
    suspend,
    to_and_from_hospital,
)
from synthetic_cohort.people import People, make_people, quarter_end
from synthetic_cohort.recalls import come_back, recall
from synthetic_cohort.releases import re_release, release_first
from synthetic_cohort.reviews import review
from synthetic_cohort.targets import Scale, read_targets

RECORD_END = day("2025-03-31")
"""Last day of the published record that the cohort is held to, and the last day of an extract."""
HORIZON = day("2026-03-31")
"""Last day of the simulation. The year after the last extract is never written: it ends the cases that are open on the
day of the extract, so that the last quarter of an extract looks like any other.
"""
EXTRA_ENDS = (day("2024-10-31"), day("2025-01-31"), day("2025-03-04"))
"""Days that end a step besides the quarters: the rules change on the day after, or a figure is published for the day.
"""


@dataclass(frozen=True)
class Lives:
    """Everyone, and everything that happened to them until the horizon."""

    people: People
    events: dict[str, Events]


def steps() -> list[Step]:
    """The steps of the simulation, in order: quarters, cut where the rules change within one."""
    quarters = takewhile(lambda end: end <= HORIZON, map(quarter_end, count()))
    ends = sorted([*quarters, *EXTRA_ENDS])
    starts = [BEGINNING, *(end + days(1) for end in ends[:-1])]
    return [Step(start, end) for start, end in zip(starts, ends, strict=True)]


def simulate(scale: Scale = 1, seed: int = 1) -> Lives:
    """The lives of a cohort `scale` times as large as the real one; the same for the same arguments."""
    targets, generator = read_targets(scale), np.random.default_rng(seed)
    people = make_people(targets, generator)
    world = World.empty(people, targets, generator)
    for step in steps():
        advance(world, step)
    return Lives(people, world.history.events())


def advance(world: World, step: Step) -> None:
    """One step of every life."""
    world.moved[:] = False
    end_automatically(world, step)
    sentence(world, step)
    leave_for_good(world, step)
    to_and_from_hospital(world, step)
    remove_unreleased(world, step)
    counts = count_moves(world, step)
    suspend(world, step)
    end_by_board(world, step, counts.board_ends)
    recall(world, step, counts.recalls)
    come_back(world, step, counts.returns)
    release_first(world, step, counts.first_releases)
    re_release(world, step, counts.re_releases)
    review(world, step)
