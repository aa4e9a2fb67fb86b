"""The state of every life while it is simulated, and the record of what happened to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Flags, Floats, Integers
from synthetic_cohort.dates import NONE, add_years, day, spread
from synthetic_cohort.people import DPP, People
from synthetic_cohort.targets import Targets

(
    NOT_SENTENCED,
    UNRELEASED,
    IN_HOSPITAL_UNRELEASED,
    RECALLED,
    IN_HOSPITAL_RECALLED,
    AT_LARGE,
    ON_LICENCE,
    TERMINATED,
    DECEASED,
    DEPORTED,
    QUASHED,
) = range(11)

AUTOMATIC_END_FROM = day("2024-11-01")
"""No licence ends by itself before this day (Victims and Prisoners Act 2024, first phase)."""


@dataclass(frozen=True)
class Step:
    """A period in which a person moves at most once; both days included."""

    start: Day
    end: Day

    @property
    def middle(self) -> Day:
        """The day in the middle."""
        return self.start + (self.end - self.start) // 2


@dataclass
class History:
    """What happened, by kind of event: person, day and a small number that says more."""

    parts: dict[str, list[tuple[Integers, Days, Codes]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, who: Integers, on: Days, detail: Integers | int = 0) -> None:
        """Record an event of each of these people."""
        self.parts[kind].append((who, on, np.broadcast_to(np.asarray(detail, np.int8), who.shape)))

    def events(self) -> dict[str, Events]:
        """Everything recorded, each kind in the order of person and day."""
        return {kind: Events.joined(parts) for kind, parts in self.parts.items()}


@dataclass(frozen=True)
class Events:
    """Events of one kind, in the order of person and day. `rank` counts the events of one person from 0."""

    person: Integers
    on: Days
    detail: Codes

    @staticmethod
    def joined(parts: list[tuple[Integers, Days, Codes]]) -> Events:
        """The parts as one, sorted."""
        person = np.concatenate([part[0] for part in parts])
        on = np.concatenate([part[1] for part in parts])
        detail = np.concatenate([part[2] for part in parts])
        order = np.lexsort((on, person))
        return Events(person[order], on[order], detail[order])

    def __len__(self) -> int:
        """Number of events."""
        return len(self.person)

    @property
    def rank(self) -> Integers:
        """Place of each event among those of its person, from 0."""
        return running_number(self.person)

    def where(self, chosen: Flags) -> Events:
        """The events chosen."""
        return Events(self.person[chosen], self.on[chosen], self.detail[chosen])


def running_number(sorted_keys: Integers) -> Integers:
    """Place of each element among the equal ones before it, from 0; the keys must be sorted."""
    starts = np.flatnonzero(np.diff(sorted_keys, prepend=-1))
    return np.arange(len(sorted_keys)) - np.repeat(starts, np.diff(starts, append=len(sorted_keys)))


@dataclass
class World:
    """All lives at one moment of the simulation. Arrays have one place for each person."""

    people: People
    targets: Targets
    generator: np.random.Generator
    status: Codes
    moved: Flags
    suspended: Flags
    first_released_on: Days
    licensed_from: Days
    revoked_on: Days
    returned_on: Days
    reviewed_on: Days
    recall_reviewed: Flags
    recalls: Codes
    history: History = field(default_factory=History)
    owed: dict[str, Floats] = field(default_factory=dict)
    """By kind of move: what each group is still owed of the moves so far, so that small groups get their share over
    time.
    """

    @staticmethod
    def empty(people: People, targets: Targets, generator: np.random.Generator) -> World:
        """The world before the first sentence."""
        number = len(people)
        return World(
            people,
            targets,
            generator,
            status=np.zeros(number, np.int8),
            moved=np.zeros(number, np.bool_),
            suspended=np.zeros(number, np.bool_),
            first_released_on=np.full(number, NONE),
            licensed_from=np.full(number, NONE),
            revoked_on=np.full(number, NONE),
            returned_on=np.full(number, NONE),
            reviewed_on=np.full(number, NONE),
            recall_reviewed=np.zeros(number, np.bool_),
            recalls=np.zeros(number, np.int8),
        )

    def still(self, *statuses: int) -> Integers:
        """People in one of these statuses who have not moved in this step."""
        among = self.status == statuses[0]
        for status in statuses[1:]:
            among |= self.status == status
        return np.flatnonzero(among & ~self.moved)

    def count(self, status: int) -> int:
        """People in a status."""
        return int((self.status == status).sum())

    def move(self, kind: str, who: Integers, status: int, step: Step, detail: Integers | int = 0) -> Days:
        """Let these people change status on days within the step, and record it. Returns the days."""
        on = spread(self.generator, np.full(len(who), step.start), step.end)
        self.place(kind, who, status, on, detail)
        return on

    def place(self, kind: str, who: Integers, status: int, on: Days, detail: Integers | int = 0) -> None:
        """Let these people change status on these days, and record it."""
        self.status[who] = status
        self.moved[who] = True
        self.history.add(kind, who, on, detail)


def qualifying_end(world: World, who: Integers) -> Days:
    """First day after the qualifying period of the rules in force from 1 November 2024: three years from first release,
    two for DPP.
    """
    years = np.where(world.people.group[who] == DPP, 2, 3)
    return add_years(world.first_released_on[who], years)


def automatic_end(world: World, who: Integers) -> Days:
    """Day on which the licence of each of these people ends by itself if it stays in force."""
    return np.maximum(
        add_years(np.maximum(qualifying_end(world, who), world.licensed_from[who]), 2), AUTOMATIC_END_FROM
    )
