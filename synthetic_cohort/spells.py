"""Each life as spells without gap or overlap, and what was true of a person on a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Flags, Integers
from synthetic_cohort.dates import BEGINNING, NONE
from synthetic_cohort.lives import (
    AT_LARGE,
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
    Events,
)
from synthetic_cohort.simulation import Lives

STATUS_AFTER = {
    "first_release": ON_LICENCE,
    "re_release": ON_LICENCE,
    "recall": AT_LARGE,
    "return": RECALLED,
    "death": DECEASED,
    "removal": DEPORTED,
    "quashed": QUASHED,
    "automatic_end": TERMINATED,
    "board_end": TERMINATED,
}
LONGEST = 100_000
"""More days than any life here; makes one number of a person and a day."""


@dataclass(frozen=True)
class Spells:
    """Spells in the order of person and day. A spell lasts from `start` to the day before `end`; NaT while it lasts."""

    person: Integers
    start: Days
    end: Days
    status: Codes

    def place_on(self, person: Integers, on: Days | Day) -> Integers:
        """Place of the spell of each person on a day; -1 before the first."""
        return last_before(self.person, self.start, person, on)

    def status_on(self, person: Integers, on: Days | Day) -> Codes:
        """Status of each person on a day."""
        place = self.place_on(person, on)
        return np.where(place < 0, NOT_SENTENCED, self.status[place]).astype(np.int8)

    def next_status(self) -> Codes:
        """Status after each spell; that of the spell itself where it lasts."""
        following = np.append(self.status[1:], 0).astype(np.int8)
        return np.where(np.isnat(self.end), self.status, following).astype(np.int8)


def point(person: Integers, on: Days | Day) -> Integers:
    """A person and a day as one number that sorts by person, then day."""
    return np.asarray(person * LONGEST + (on - BEGINNING).astype(np.int64))


def last_before(persons: Integers, ons: Days, person: Integers, on: Days | Day) -> Integers:
    """Place of the last of the sorted persons and days that is the person's and not after the day; -1 for none."""
    if not len(persons):
        return np.full(len(person), -1)
    place = np.searchsorted(point(persons, ons), point(person, on), side="right") - 1
    return np.where((place >= 0) & (persons[place] == person), place, -1)


def make_spells(lives: Lives) -> Spells:
    """The spells of everyone."""
    people = np.arange(len(lives.people))
    parts: list[tuple[Integers, Days, Codes]] = [
        (people, lives.people.sentenced_on, np.full(len(people), UNRELEASED, np.int8))
    ]
    for kind, status in STATUS_AFTER.items():
        events = lives.events[kind]
        parts.append((events.person, events.on, np.full(len(events), status, np.int8)))
    for kind, inside in (
        ("to_hospital", (IN_HOSPITAL_UNRELEASED, IN_HOSPITAL_RECALLED)),
        ("from_hospital", (UNRELEASED, RECALLED)),
    ):
        events = lives.events[kind]
        into = np.where(events.detail == UNRELEASED, inside[0], inside[1]).astype(np.int8)
        parts.append((events.person, events.on, into))
    joined = Events.joined(parts)
    same = np.append(joined.person[1:] == joined.person[:-1], False)
    end = np.where(same, np.append(joined.on[1:], NONE), NONE)
    return Spells(joined.person, joined.on, end, joined.detail)


def in_prison(status: Codes) -> Flags:
    """Whether each status is in prison."""
    return np.asarray((status == UNRELEASED) | (status == RECALLED))
