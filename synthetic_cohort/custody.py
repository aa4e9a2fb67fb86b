"""Where people in prison were: stays in one prison after another within each spell of custody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Floats, Integers
from synthetic_cohort.dates import NONE, as_days, days
from synthetic_cohort.lives import Events
from synthetic_cohort.register import Prisons, choose, stream
from synthetic_cohort.simulation import HORIZON
from synthetic_cohort.spells import Spells, in_prison, last_before

USES = ("local", "high_security", "category_b", "category_c", "open", "women")
LOCAL, OPEN, WOMEN = 0, 4, 5
AFTER_RECEPTION = (0.05, 0.075, 0.115, 0.76)
"""Shares of the uses a man is moved to when not to open conditions: the population by function at the end of 2024 is
then near the one published.
"""
MOVES_A_YEAR = 0.6
RETURNED_TO_CLOSED, FOR_CAUSE = 0.82, 0.4
"""Share of moves to open conditions that end in a move back to closed ones, and share of these for cause: assumptions;
the population of open prisons is then near the one published for the end of 2024.
"""
SENTENCED, ALLOCATED, OPENED, CLOSED, BACK = range(5)


@dataclass(frozen=True)
class Stays:
    """Stays in the order of person and day. `spell` is the place of the spell, `why` the reason of the move into it."""

    person: Integers
    start: Days
    end: Days
    spell: Integers
    prison: Integers
    why: Codes

    def prison_on(self, person: Integers, on: Days | Day) -> Integers:
        """Place of the prison of each person on a day; -1 outside."""
        place = last_before(self.person, self.start, person, on)
        left = np.isnat(self.end[place]) | (self.end[place] > on)
        return np.where((place >= 0) & left, self.prison[place], -1)


def make_stays(spells: Spells, to_open: Events, sex: Codes, prisons: Prisons, seed: int) -> Stays:
    """The stays of everyone."""
    generator = stream(seed, "stays")
    custody = np.flatnonzero(in_prison(spells.status))
    moves = [
        (custody, spells.start[custody], np.full(len(custody), SENTENCED, np.int8)),
        *_open_moves(spells, to_open, generator),
        *_other_moves(spells, custody, generator),
    ]
    spell, start, why = _in_order(moves)
    person = spells.person[spell]
    use = _uses(why, sex[person], generator)
    prison = _prisons(use, prisons, generator)
    same = np.append(spell[1:] == spell[:-1], False)
    end = np.where(same, np.append(start[1:], NONE), spells.end[spell])
    return Stays(person, start, end, spell, prison, why)


def _until(spells: Spells, spell: Integers) -> Days:
    """End of each spell, or the horizon."""
    return np.where(np.isnat(spells.end[spell]), HORIZON + days(1), spells.end[spell])


def _open_moves(spells: Spells, to_open: Events, generator: np.random.Generator) -> list[tuple[Integers, Days, Codes]]:
    """Moves to open conditions after accepted recommendations, and returns from them."""
    on = to_open.on + as_days(generator.integers(30, 150, len(to_open)))
    spell = spells.place_on(to_open.person, to_open.on)
    inside = (on < _until(spells, spell) - days(2)) & in_prison(spells.status[spell])
    spell, on = spell[inside], on[inside]
    back_on = on + as_days(generator.integers(60, 420, len(on)))
    back = (generator.random(len(on)) < RETURNED_TO_CLOSED) & (back_on < _until(spells, spell) - days(1))
    opened = (spell, on, np.full(len(on), OPENED, np.int8))
    why = np.where(generator.random(int(back.sum())) < FOR_CAUSE, CLOSED, BACK).astype(np.int8)
    return [opened, (spell[back], back_on[back], why)]


def _other_moves(
    spells: Spells, custody: Integers, generator: np.random.Generator
) -> list[tuple[Integers, Days, Codes]]:
    """The move from the prison of reception, and moves now and then after it."""
    length = (_until(spells, custody) - spells.start[custody]).astype(np.int64)
    first = generator.integers(20, 120, len(custody))
    kept = first < length - 1
    found = [(custody[kept], spells.start[custody[kept]] + as_days(first[kept]))]
    number = generator.poisson(MOVES_A_YEAR * length / 365.25)
    spell = np.repeat(custody, number)
    after = 125 + generator.random(len(spell)) * np.repeat(np.maximum(length - 127, 0), number)
    within = after < np.repeat(length, number) - 1
    found.append((spell[within], spells.start[spell[within]] + as_days(after[within])))
    return [(place, on, np.full(len(place), ALLOCATED, np.int8)) for place, on in found]


def _in_order(moves: list[tuple[Integers, Days, Codes]]) -> tuple[Integers, Days, Codes]:
    """All moves by spell and day, one a day; an ordinary move does not take a person out of open conditions."""
    spell, on = np.concatenate([move[0] for move in moves]), np.concatenate([move[1] for move in moves])
    why = np.concatenate([move[2] for move in moves])
    order = np.lexsort((why, on, spell))
    spell, on, why = spell[order], on[order], why[order]
    special = np.where(why != ALLOCATED, np.arange(len(why)), 0)
    last = np.maximum.accumulate(special)
    useless = (why == ALLOCATED) & (why[last] == OPENED)
    useless |= (why >= CLOSED) & (why[np.roll(last, 1)] != OPENED)
    useless |= np.append(False, (spell[1:] == spell[:-1]) & (on[1:] == on[:-1]))
    return spell[~useless], on[~useless], why[~useless]


def _uses(why: Codes, sex: Codes, generator: np.random.Generator) -> Codes:
    """Use of the prison of each stay."""
    ordinary = choose(generator, len(why), AFTER_RECEPTION)
    use = np.where(why == SENTENCED, LOCAL, np.where(why == OPENED, OPEN, ordinary))
    return np.where(sex == 1, WOMEN, use).astype(np.int8)


def _prisons(use: Codes, prisons: Prisons, generator: np.random.Generator) -> Integers:
    """A prison of the use for each stay."""
    luck: Floats = generator.random(len(use))
    prison = np.zeros(len(use), np.int64)
    for code, name in enumerate(USES):
        places = prisons.of_use(name)
        here = use == code
        prison[here] = places[(luck[here] * len(places)).astype(np.int64)]
    return prison
