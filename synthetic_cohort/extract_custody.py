"""The extracts of NOMIS: who is in prison on the day, and every movement."""

from __future__ import annotations

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Integers
from synthetic_cohort.cohort import Cohort
from synthetic_cohort.custody import CLOSED, OPENED, SENTENCED
from synthetic_cohort.dates import day, days
from synthetic_cohort.lives import (
    DECEASED,
    DEPORTED,
    IN_HOSPITAL_RECALLED,
    IN_HOSPITAL_UNRELEASED,
    ON_LICENCE,
    QUASHED,
    RECALLED,
    running_number,
)
from synthetic_cohort.register import (
    ETHNICITIES,
    NATIONALITIES,
    RELIGIONS,
    SEXES,
    UNITS,
    choose,
)
from synthetic_cohort.sampling import draw_some
from synthetic_cohort.spells import in_prison
from synthetic_cohort.tables import Coded, Known, Numbered, Table, known_on

STATUSES = ("IPP", "DPP", "LR_IPP", "LR_DPP")
LEGAL_STATUSES = ("INDETERMINATE_SENTENCE", "RECALL")
CATEGORIES = ("A", "B", "C", "D", "P", "Q", "R", "T")
CATEGORY_OF_USE = {"local": 2, "high_security": 1, "category_b": 1, "category_c": 2, "open": 3, "women": 6}
CATEGORY_A = 20
"""People classified as Category A at the end of 2024 (written answer 37323)."""
ON_REGIME_WING = 0.45
"""Share of those in a progression regime prison who live on its wing: an assumption."""
MOVEMENT_TYPES = ("admission", "transfer", "release", "hospital_transfer", "hospital_return", "removal", "death")
REASONS = (
    "sentenced",
    "recalled",
    "allocation",
    "open_conditions",
    "returned_to_closed_for_cause",
    "licence",
    "sentence_quashed",
    "mental_health",
    "remission",
    "foreign_national",
    "death",
)
DEATHS = ("self_inflicted", "natural_causes", "homicide", "other", "awaiting")
SELF_INFLICTED_2023 = 9
"""Self-inflicted deaths in custody in 2023 (written answer HL1617)."""
WAY_OUT = {
    ON_LICENCE: ("release", "licence"),
    QUASHED: ("release", "sentence_quashed"),
    IN_HOSPITAL_UNRELEASED: ("hospital_transfer", "mental_health"),
    IN_HOSPITAL_RECALLED: ("hospital_transfer", "mental_health"),
    DEPORTED: ("removal", "foreign_national"),
    DECEASED: ("death", "death"),
}


def custody_snapshot(cohort: Cohort, as_at: Day) -> Table:
    """People in prison on the day."""
    who = cohort.inside_on(as_at)
    spell = cohort.spells.place_on(who, as_at)
    recalled = (cohort.spells.status[spell] == RECALLED).astype(np.int8)
    register, generator = cohort.register, cohort.stream("custody snapshot")
    prison = cohort.prison_on(who, as_at)
    wing = generator.random(len(cohort.lives.people))[who] < ON_REGIME_WING
    status = 2 * recalled + register.sentence[who]
    return Table(
        who,
        np.full(len(who), as_at),
        {
            "sex": Coded(register.sex[who], SEXES),
            "date_of_birth": register.born_on[who],
            "ethnicity": Coded(register.ethnicity[who], ETHNICITIES),
            "religion": Coded(register.religion[who], RELIGIONS),
            "nationality": Coded(register.nationality[who], NATIONALITIES),
            "has_disability": Known(register.disability[who] == 1, register.disability[who] < 2),
            "imprisonment_status": Coded(status, STATUSES),
            "legal_status": Coded(recalled, LEGAL_STATUSES),
            "prison_code": Coded(prison, cohort.prisons.codes),
            "delivery_unit": Coded(cohort.unit_on(who, as_at), UNITS),
            "security_category": Coded(_categories(cohort, prison), CATEGORIES),
            "on_progression_regime_wing": np.array(cohort.prisons.progression_regime)[prison] & wing,
            "received_on": cohort.spells.start[spell],
        },
    )


def _categories(cohort: Cohort, prison: Integers) -> Codes:
    """Security category of each person in a prison: that of the prison's use, but for the few in Category A."""
    of_prison = np.array([CATEGORY_OF_USE[use] for use in cohort.prisons.use], np.int8)
    category = of_prison[prison]
    high = np.flatnonzero(np.array(cohort.prisons.use)[prison] == "high_security")
    category[high[draw_some(cohort.stream("category a"), len(high), cohort.number(CATEGORY_A))]] = 0
    return category


def movements(cohort: Cohort, as_at: Day) -> Table:
    """Every movement into, between and out of prisons."""
    into, out = _into(cohort), _out(cohort)
    person, on, kind, reason, left, entered = (np.concatenate(pair) for pair in zip(into, out, strict=True))
    order = np.lexsort((kind, on, person))
    person, on, kind, reason, left, entered = (array[order] for array in (person, on, kind, reason, left, entered))
    table = Table(
        person,
        on,
        {
            "movement_id": Numbered("M", np.arange(len(person))),
            "movement_sequence": running_number(person) + 1,
            "moved_on": on,
            "movement_type": Coded(kind, MOVEMENT_TYPES),
            "movement_reason": Coded(reason, REASONS),
            "from_prison": Coded(left, cohort.prisons.codes),
            "to_prison": Coded(entered, cohort.prisons.codes),
            "death_classification": Coded(_death_classes(cohort, on, kind, left), DEATHS),
        },
    )
    return known_on(table, as_at)


Rows = tuple[Integers, Days, Integers, Integers, Integers, Integers]


def _into(cohort: Cohort) -> Rows:
    """Movements that begin a stay."""
    stays, status = cohort.stays, cohort.spells.status[cohort.stays.spell]
    begins = stays.why == SENTENCED
    first = cohort.spells.start[stays.spell] == cohort.lives.people.sentenced_on[stays.person]
    before = np.append(-1, cohort.spells.status[:-1])[stays.spell]
    from_hospital = begins & ((before == IN_HOSPITAL_UNRELEASED) | (before == IN_HOSPITAL_RECALLED)) & ~first
    kind = np.where(begins, np.where(from_hospital, 4, 0), 1)
    admitted = np.where(from_hospital, 8, np.where(status == RECALLED, 1, 0))
    moved = np.where(stays.why == OPENED, 3, np.where(stays.why == CLOSED, 4, 2))
    left = np.where(begins, -1, np.append(-1, stays.prison[:-1]))
    return stays.person, stays.start, kind, np.where(begins, admitted, moved), left, stays.prison


def _out(cohort: Cohort) -> Rows:
    """Movements that end a spell in prison, and deaths in hospital."""
    spells = cohort.spells
    following = spells.next_status()
    hospital_deaths = ((spells.status == IN_HOSPITAL_UNRELEASED) | (spells.status == IN_HOSPITAL_RECALLED)) & (
        following == DECEASED
    )
    ended = np.flatnonzero((in_prison(spells.status) & ~np.isnat(spells.end)) | hospital_deaths)
    kinds, reasons = np.zeros(11, np.int64), np.zeros(11, np.int64)
    for status, (kind, reason) in WAY_OUT.items():
        kinds[status], reasons[status] = MOVEMENT_TYPES.index(kind), REASONS.index(reason)
    person, on = spells.person[ended], spells.end[ended]
    left = cohort.prison_on(person, on - days(1))
    next_of = following[ended]
    return person, on, kinds[next_of], reasons[next_of], left, np.full(len(ended), -1)


def _death_classes(cohort: Cohort, on: Days, kind: Integers, left: Integers) -> Codes:
    """Class of each death; those of the last year may still await one. In 2023 as many self-inflicted as published."""
    generator, death = cohort.stream("deaths"), kind == MOVEMENT_TYPES.index("death")
    usual = choose(generator, len(on), (0.36, 0.55, 0.01, 0.08))
    recent = choose(generator, len(on), (0.20, 0.35, 0.01, 0.04, 0.40))
    found = np.where(on >= day("2024-01-01"), recent, usual)
    year = np.flatnonzero(death & (on >= day("2023-01-01")) & (on <= day("2023-12-31")) & (left >= 0))
    found[year] = 1
    found[year[draw_some(generator, len(year), cohort.number(SELF_INFLICTED_2023))]] = 0
    return np.where(death, found, -1).astype(np.int8)
