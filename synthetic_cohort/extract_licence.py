"""The extracts about licence: sentences, releases, recalls, supervision and risk assessed recall reviews."""

from __future__ import annotations

import datetime as dt

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Flags, Integers
from synthetic_cohort.cohort import Cohort
from synthetic_cohort.dates import NONE, as_days, day, days, spread
from synthetic_cohort.lives import (
    AT_LARGE,
    DECEASED,
    DEPORTED,
    ON_LICENCE,
    TERMINATED,
    UNRELEASED,
    running_number,
)
from synthetic_cohort.parole import RARR_FROM
from synthetic_cohort.people import DPP, OTHER
from synthetic_cohort.register import MAPPA_LEVELS, OFFENCES, REGIONS, ROSH_LEVELS, SENTENCES, SEXES
from synthetic_cohort.sampling import draw_some
from synthetic_cohort.simulation import HORIZON, RECORD_END
from synthetic_cohort.spells import last_before
from synthetic_cohort.tables import Coded, Column, Known, Numbered, Table, known_on

ABOLISHED = day("2012-12-03")
YOUNG_AND_ADULT = 0.01
"""Share of further sentences that are DPP, of people who also serve IPP: an assumption."""
NO_TARIFF = 2
"""Unreleased people whose tariff was not available on 30 June 2024 (written answer 9796); one more on 30 June 2022."""
END_REASONS = (
    "recalled",
    "licence_terminated_automatically",
    "licence_terminated_by_parole_board",
    "died",
    "removed",
)
CRITERIA = (
    "BEHAVIOUR_SIMILAR_TO_INDEX_OFFENCE",
    "BEHAVIOUR_LEADING_TO_SEXUAL_OR_VIOLENT_OFFENCE",
    "BEHAVIOUR_LIKELY_TO_RESULT_SEXUAL_OR_VIOLENT_OFFENCE",
    "OUT_OF_TOUCH",
)
REASON_SHARES = {
    "non_compliance": 0.66,
    "failed_to_keep_in_touch": 0.24,
    "failed_to_reside": 0.21,
    "drugs_or_alcohol": 0.30,
    "other_reason": 0.22,
}
"""Share of recalls with each published reason but further charge: an assumption."""
RESCINDED = 0.012
"""Recalls rescinded before effect, to one that took effect: an assumption."""
ROUTES, KINDS = ("parole_board", "rarr"), ("first_release", "re_release")
GROUNDS, DECISIONS = ("out_of_touch", "unsubstantiated_allegation", "other"), ("released", "refused")
REFUSED_BY_RARR, REFUSED_AFTER = 58, 140
"""Considerations of RARR that were refused by the end of the record, and in the year after it: assumptions."""


def sentences(cohort: Cohort, as_at: Day) -> Table:
    """Every sentence imposed: the first of each person, which governs, and further ones."""
    people, generator = cohort.lives.people, cohort.stream("sentences")
    everyone, further = np.arange(len(people)), _further(cohort, generator)
    person = np.append(everyone, further)
    governing = np.arange(len(person)) < len(everyone)
    sentenced_on, tariff = _days_of_sentences(cohort, further, generator)
    young = ~governing & (people.group[person] == OTHER) & (generator.random(len(person)) < YOUNG_AND_ADULT)
    custody_type = np.where(young, 1, cohort.register.sentence[person])
    table = Table(
        person,
        sentenced_on,
        {
            "sentence_id": Numbered("S", np.arange(len(person))),
            "sex": Coded(cohort.sex(person), SEXES),
            "custody_type": Coded(custody_type, SENTENCES),
            "date_of_sentence": sentenced_on,
            "convicted_under_18": custody_type == 1,
            "tariff_expiry_date": tariff,
            "is_governing_sentence": governing,
            "serving_other_life_sentence": people.other_life[person],
            "offence_group": Coded(cohort.register.offence[person], OFFENCES),
            "quashed_on": _quashed_on(cohort, person),
        },
        {"quashed_on": ()},
    )
    return known_on(table, as_at)


def _days_of_sentences(cohort: Cohort, further: Integers, generator: np.random.Generator) -> tuple[Days, Days]:
    """Day of sentence and of tariff expiry: of the first sentences, then of the further ones, whose tariff is over by
    the end of the governing one.
    """
    people = cohort.lives.people
    first = people.sentenced_on[further]
    later = spread(generator, first, np.minimum(people.tariff_expires_on[further] + days(-1), ABOLISHED))
    room = (people.tariff_expires_on[further] - later).astype(np.int64)
    sooner = later + as_days(np.ceil(room * (0.3 + 0.7 * generator.random(len(further)))))
    tariff = np.append(people.tariff_expires_on, sooner)
    tariff[_without_tariff(cohort)] = NONE
    return np.append(people.sentenced_on, later), tariff


def _further(cohort: Cohort, generator: np.random.Generator) -> Integers:
    """People who got a further sentence, as often as they did: sentences quoted less people sentenced. Of those serving
    IPP and unreleased when it was abolished.
    """
    number = cohort.targets.total("sentences") - len(cohort.lives.people)
    everyone = np.arange(len(cohort.lives.people))
    inside = cohort.spells.status_on(everyone, ABOLISHED) == UNRELEASED
    long_enough = cohort.lives.people.sentenced_on < ABOLISHED - days(90)
    possible = np.flatnonzero(inside & long_enough & (cohort.lives.people.group != DPP))
    return np.sort(possible[draw_some(generator, len(possible), number)])


def _without_tariff(cohort: Cohort) -> Integers:
    """People whose tariff is not available: two unreleased in mid-2024, and one more in mid-2022."""
    everyone, found = np.arange(len(cohort.lives.people)), []
    early, late = (cohort.spells.status_on(everyone, day(text)) == UNRELEASED for text in ("2022-06-30", "2024-06-30"))
    past = cohort.lives.people.tariff_expires_on < day("2022-06-30")
    for possible, number in ((late & past, NO_TARIFF), (early & past & ~late, 1)):
        places = np.flatnonzero(possible)
        found.append(places[draw_some(cohort.stream("no tariff"), len(places), cohort.number(number))])
    return np.concatenate(found)


def _quashed_on(cohort: Cohort, person: Integers) -> Days:
    """Day the sentence was quashed; NaT where it was not."""
    on = np.full(len(cohort.lives.people), NONE)
    events = cohort.events("quashed")
    on[events.person] = events.on
    return on[person]


def _shared(cohort: Cohort, person: Integers) -> dict[str, Column]:
    """Columns that most of these extracts have."""
    return {
        "sex": Coded(cohort.sex(person), SEXES),
        "sentence_type": Coded(cohort.register.sentence[person], SENTENCES),
        "probation_region": Coded(cohort.register.region[person], REGIONS),
    }


def releases(cohort: Cohort, as_at: Day) -> Table:
    """Every release on licence."""
    first, again = cohort.events("first_release"), cohort.events("re_release")
    person, on = np.append(first.person, again.person), np.append(first.on, again.on)
    kind = np.append(np.zeros(len(first), np.int8), np.ones(len(again), np.int8))
    route = np.append(np.zeros(len(first), np.int8), cohort.rarr.astype(np.int8))
    order = np.lexsort((on, person))
    person, on, kind, route = person[order], on[order], kind[order], route[order]
    recalls = cohort.events("recall")
    recall = np.where(kind == 1, last_before(recalls.person, recalls.on, person, on), -1)
    table = Table(
        person,
        on,
        {
            "release_id": Numbered("L", np.arange(len(person))),
            **_shared(cohort, person),
            "release_kind": Coded(kind, KINDS),
            "route": Coded(route, ROUTES),
            "released_on": on,
            "from_prison": Coded(cohort.prison_on(person, on - days(1)), cohort.prisons.codes),
            "review_id": Numbered("V", _deciding_review(cohort, person, on, route)),
            "recall_id": Numbered("R", recall),
        },
    )
    return known_on(table, as_at)


def _deciding_review(cohort: Cohort, person: Integers, on: Days, route: Codes) -> Integers:
    """Place of the review that decided each release; -1 for RARR."""
    releasing = np.flatnonzero(~np.isnat(cohort.reviews.released_on))
    place = last_before(cohort.reviews.person[releasing], cohort.reviews.released_on[releasing], person, on)
    return np.where(route == 0, releasing[place], -1)


def recalls(cohort: Cohort, as_at: Day) -> Table:
    """Every revocation of a licence, and those rescinded before they took effect."""
    events, generator = cohort.events("recall"), cohort.stream("recalls")
    rescinded = _rescinded(cohort, generator)
    person, on = np.append(events.person, rescinded[0]), np.append(events.on, rescinded[1])
    took_effect = np.arange(len(person)) < len(events)
    number = np.append(running_number(events.person) + 1, np.zeros(len(rescinded[0]), np.int64))
    out_of_touch, reasons = _reasons(cohort, on, generator)
    table = Table(
        person,
        on,
        {
            "recall_id": Numbered("R", np.arange(len(person))),
            **_shared(cohort, person),
            "recall_number": Known(number, took_effect),
            "licence_revoked_on": on,
            "rescinded_on": np.where(took_effect, NONE, np.append(np.full(len(events), NONE), rescinded[2])),
            "returned_to_custody_on": np.append(returned_on(cohort), np.full(len(rescinded[0]), NONE)),
            "criterion": Coded(np.where(out_of_touch, 3, generator.integers(0, 3, len(person))), CRITERIA),
            **reasons,
            "allegation_unsubstantiated_on": _unsubstantiated_on(on, out_of_touch, generator),
            "agreed_by_deputy_head": (on >= day("2024-09-01")) & (generator.random(len(person)) < 0.8),
            "disregarded_on": _disregarded_on(cohort, len(person)),
        },
        {
            "rescinded_on": (),
            "returned_to_custody_on": (),
            "allegation_unsubstantiated_on": (),
            "disregarded_on": (),
        },
    )
    return known_on(table, as_at)


def returned_on(cohort: Cohort) -> Days:
    """Day of return after each recall; NaT for those who had not returned by the horizon, or never did."""
    recalls, returns = cohort.events("recall"), cohort.events("return")
    place = last_before(recalls.person, recalls.on, returns.person, returns.on)
    on = np.full(len(recalls), NONE)
    on[place] = returns.on
    return on


def _rescinded(cohort: Cohort, generator: np.random.Generator) -> tuple[Integers, Days, Days]:
    """Person, day and day of rescission of recalls that never took effect: within a licence that went on."""
    spells = cohort.spells
    end: Days = np.where(np.isnat(spells.end), HORIZON, spells.end)
    long = np.flatnonzero((spells.status == ON_LICENCE) & (end - spells.start > days(120)))
    number = round(RESCINDED * len(cohort.events("recall")))
    spell = long[draw_some(generator, len(long), number)]
    on = spread(generator, spells.start[spell] + days(20), end[spell] + days(-30))
    return spells.person[spell], on, on + as_days(generator.integers(1, 6, len(spell)))


def _reasons(cohort: Cohort, on: Days, generator: np.random.Generator) -> tuple[Flags, dict[str, Column]]:
    """Whether each recall was for being out of touch; and its published reasons, of which there are one or more."""
    charged = _charged(cohort, on, generator)
    found = {name: generator.random(len(on)) < share for name, share in REASON_SHARES.items()}
    none = ~charged
    for flags in found.values():
        none &= ~flags
    found["other_reason"] |= none
    out_of_touch = found["failed_to_keep_in_touch"] & (generator.random(len(on)) < 0.45) & ~charged
    return out_of_touch, {"further_charge": charged, **found}


def _charged(cohort: Cohort, on: Days, generator: np.random.Generator) -> Flags:
    """Which recalls have a further charge: in each year as many as published, or as the years published suggest."""
    charged = np.zeros(len(on), np.bool_)
    recalls = len(cohort.events("recall"))
    for year in range(2009, HORIZON.astype(dt.date).year + 1):
        here = np.flatnonzero((on[:recalls] >= day(f"{year}-01-01")) & (on[:recalls] <= day(f"{year}-12-31")))
        number = round(_charged_share(cohort, year) * len(here))
        charged[here[draw_some(generator, len(here), number)]] = True
    return charged


def _charged_share(cohort: Cohort, year: int) -> float:
    """Share of recalls with a further charge in a year, on the line of the years published."""
    known, shares = (2015, 2019, 2022), []
    for other in known:
        start, end = day(f"{other}-01-01"), day(f"{other}-12-31")
        without = cohort.targets.flow("recalls_without_further_charge", "all", start, end)
        shares.append(1 - without / cohort.targets.flow("recalls", "all", start, end))
    return float(np.interp(year, known, shares))


def _unsubstantiated_on(on: Days, out_of_touch: Flags, generator: np.random.Generator) -> Days:
    """Day the allegation was found unsubstantiated: of one recall in thirty that was not for being out of touch."""
    found = ~out_of_touch & (generator.random(len(on)) < 0.035)
    return np.where(found, on + as_days(generator.integers(5, 60, len(on))), NONE)


def _disregarded_on(cohort: Cohort, number: int) -> Days:
    """Day the Secretary of State determined to disregard a recall: of a few released by RARR whose licence would not
    yet have ended by itself had it stayed in force.
    """
    recalls, releases = cohort.events("recall"), cohort.events("re_release")
    recall = last_before(recalls.person, recalls.on, releases.person, releases.on)
    licensed_from = _licence_before(cohort, releases.person, recalls.on[recall])
    young = (licensed_from > RECORD_END - days(730)) & (releases.on <= RECORD_END)
    chosen = np.flatnonzero(cohort.rarr & young)[: cohort.number(2)]
    on = np.full(number, NONE)
    on[recall[chosen]] = releases.on[chosen]
    return on


def _licence_before(cohort: Cohort, person: Integers, on: Days) -> Days:
    """Start of the licence that each person was on the day before."""
    return cohort.spells.start[cohort.spells.place_on(person, on - days(1))]


def caseload(cohort: Cohort, as_at: Day) -> Table:
    """Every period of supervision on licence."""
    spells = cohort.spells
    spell = np.flatnonzero(spells.status == ON_LICENCE)
    person, start, end = spells.person[spell], spells.start[spell], spells.end[spell]
    register = cohort.register
    table = Table(
        person,
        start,
        {
            "supervision_id": Numbered("C", np.arange(len(person))),
            **_shared(cohort, person),
            "supervision_started_on": start,
            "supervision_suspended_on": _suspended_on(cohort, person, start, end),
            "supervision_ended_on": end,
            "end_reason": Coded(_end_reason(cohort, spell), END_REASONS),
            "rosh_level": Coded(register.rosh_level[person], ROSH_LEVELS),
            "mappa_level": Coded(register.mappa_level[person], MAPPA_LEVELS),
        },
        {"supervision_suspended_on": (), "supervision_ended_on": ("end_reason",)},
    )
    return known_on(table, as_at)


def _suspended_on(cohort: Cohort, person: Integers, start: Days, end: Days) -> Days:
    """Day the supervision was suspended within each period; NaT where it was not."""
    events = cohort.events("suspension")
    by = np.where(np.isnat(end), HORIZON, end)
    place = last_before(events.person, events.on, person, by)
    if not len(events):
        return np.full(len(person), NONE)
    return np.where((place >= 0) & (events.on[place] > start), events.on[place], NONE)


def _end_reason(cohort: Cohort, spell: Integers) -> Codes:
    """Why each period of supervision ended; -1 while it goes on."""
    spells = cohort.spells
    following = spells.next_status()[spell]
    automatic = cohort.events("automatic_end")
    person, end = spells.person[spell], spells.end[spell]
    by_itself = last_before(automatic.person, automatic.on, person, np.where(np.isnat(end), HORIZON, end)) >= 0
    reason = np.full(len(spell), -1, np.int8)
    for status, code in ((AT_LARGE, 0), (DECEASED, 3), (DEPORTED, 4)):
        reason[following == status] = code
    reason[following == TERMINATED] = np.where(by_itself, 1, 2)[following == TERMINATED]
    return reason


def rarr_considerations(cohort: Cohort, as_at: Day) -> Table:
    """Considerations of risk assessed recall review: those that released, and those refused."""
    recalls, generator = cohort.events("recall"), cohort.stream("rarr rows")
    recall, decided, released_on = _considered(cohort, generator)
    number = len(recall)
    earliest = np.maximum(returned_on(cohort)[recall], RARR_FROM)
    considered: Days = np.maximum(decided - as_days(generator.integers(5, 25, number)), earliest)
    person = recalls.person[recall]
    shared = _shared(cohort, person)
    table = Table(
        person,
        considered,
        {
            "rarr_id": Numbered("K", np.arange(number)),
            "recall_id": Numbered("R", recall),
            **{name: shared[name] for name in ("sentence_type", "probation_region")},
            "ground": Coded(generator.integers(0, 3, number), GROUNDS),
            "considered_on": considered,
            "decided_on": decided,
            "decision": Coded(np.isnat(released_on).astype(np.int8), DECISIONS),
            "released_on": released_on,
            "expected_hearing_on": decided + as_days(generator.integers(60, 240, number)),
        },
        {"decided_on": ("decision",), "released_on": ()},
    )
    return known_on(table, as_at)


def _considered(cohort: Cohort, generator: np.random.Generator) -> tuple[Integers, Days, Days]:
    """Recalls considered, the day of the decision, and the release that followed; NaT where refused."""
    releases, recalls, back = (
        cohort.events("re_release").where(cohort.rarr),
        cohort.events("recall"),
        returned_on(cohort),
    )
    granted = last_before(recalls.person, recalls.on, releases.person, releases.on)
    refused, refused_on = _refused(cohort, generator)
    before_release = releases.on - as_days(generator.integers(1, 5, len(granted)))
    granted_on = np.maximum(before_release, np.maximum(back[granted], RARR_FROM) + days(1))
    never = np.full(len(refused), NONE)
    return np.append(granted, refused), np.append(granted_on, refused_on), np.append(releases.on, never)


def _refused(cohort: Cohort, generator: np.random.Generator) -> tuple[Integers, Days]:
    """Recalls considered and refused, and the day: some weeks after the return, while the person is still in prison."""
    recalls, back = cohort.events("recall"), returned_on(cohort)
    earliest: Days = np.maximum(back, RARR_FROM)
    decided: Days = earliest + as_days(generator.integers(25, 75, len(back)))
    spell = cohort.spells.place_on(recalls.person, back)
    inside = (spell >= 0) & ~(cohort.spells.end[spell] <= decided) & (back > day("2024-06-01"))
    early = decided <= RECORD_END
    found = []
    for possible, number in ((inside & early, REFUSED_BY_RARR), (inside & ~early, REFUSED_AFTER)):
        places = np.flatnonzero(possible)
        found.append(places[draw_some(generator, len(places), cohort.number(number))])
    refused = np.sort(np.concatenate(found))
    return refused, decided[refused]
