"""The whole cohort, made once and handed to every extract."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Flags, Integers
from synthetic_cohort.custody import Stays, make_stays
from synthetic_cohort.lives import ON_LICENCE, RECALLED, UNRELEASED, Events
from synthetic_cohort.parole import Reviews, accepted, make_reviews, rarr_releases
from synthetic_cohort.register import (
    Prisons,
    Register,
    make_register,
    read_prisons,
    stream,
    unit_of_region,
)
from synthetic_cohort.simulation import Lives, simulate
from synthetic_cohort.spells import Spells, in_prison, make_spells
from synthetic_cohort.targets import Scale, Targets, read_targets


@dataclass(frozen=True)
class Cohort:
    """Lives, and what hangs on them."""

    seed: int
    targets: Targets
    lives: Lives
    spells: Spells
    register: Register
    prisons: Prisons
    rarr: Flags
    reviews: Reviews
    accepted: Flags
    stays: Stays

    def stream(self, name: str) -> np.random.Generator:
        """The chance of one extract."""
        return stream(self.seed, name)

    def number(self, count: int) -> int:
        """So many people or events at the scale of the cohort."""
        return self.targets.people(count)

    def events(self, kind: str) -> Events:
        """Events of one kind."""
        return self.lives.events[kind]

    def sex(self, person: Integers) -> Codes:
        """Sex of each of these people, as a code."""
        return self.register.sex[person]

    def prison_on(self, person: Integers, on: Days | Day) -> Integers:
        """Place of the prison of each person on a day; -1 outside."""
        return self.stays.prison_on(person, on)

    def unit_on(self, person: Integers, on: Days | Day) -> Codes:
        """Delivery unit of each person on a day: of the prison, or of the region for those outside."""
        prison = self.prison_on(person, on)
        outside = unit_of_region()[self.register.region[person]]
        return np.where(prison >= 0, self.prisons.unit[prison], outside).astype(np.int8)

    def inside_on(self, on: Day) -> Integers:
        """People in prison on a day."""
        return np.flatnonzero(in_prison(self.spells.status_on(np.arange(len(self.lives.people)), on)))

    def cohort_on(self, person: Integers, on: Days | Day) -> Codes:
        """0 never released, 1 recalled, 2 community, -1 none of them: of each person on a day."""
        status = self.spells.status_on(person, on)
        group = np.full(len(person), -1, np.int8)
        for code, found in enumerate((UNRELEASED, RECALLED, ON_LICENCE)):
            group[status == found] = code
        return group


@functools.lru_cache(maxsize=2)  # extracts of several days, and of two sizes, are often written one after another
def make_cohort(scale: Scale = 1, seed: int = 1) -> Cohort:
    """The cohort at a scale; the same for the same arguments."""
    targets, lives = read_targets(scale), simulate(scale, seed)
    spells, register, prisons = make_spells(lives), make_register(lives.people, seed), read_prisons()
    rarr = rarr_releases(lives, targets, seed)
    reviews = make_reviews(lives, spells, rarr, targets, seed)
    opened = accepted(reviews, seed)
    to_open = Events(reviews.person[opened], reviews.concluded_on[opened], reviews.outcome[opened])
    stays = make_stays(spells, to_open, register.sex, prisons, seed)
    return Cohort(seed, targets, lives, spells, register, prisons, rarr, reviews, opened, stays)
