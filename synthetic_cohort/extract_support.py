"""The extracts about support: Approved Premises, progressive transfers, accredited programmes, offender managers,
section 117 aftercare, and what Psychology Services and the progression regimes record beside it. Little of it is
published: rates and delays are plausible round numbers but where a figure is named.
"""

from __future__ import annotations

import functools

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Integers
from synthetic_cohort.cohort import Cohort
from synthetic_cohort.custody import ALLOCATED
from synthetic_cohort.dates import NONE, as_days, day, spread
from synthetic_cohort.extract_progress import while_lasting
from synthetic_cohort.lives import AT_LARGE, ON_LICENCE, UNRELEASED
from synthetic_cohort.parole import OUTCOMES
from synthetic_cohort.register import REGIONS, UNITS, choose
from synthetic_cohort.simulation import RECORD_END
from synthetic_cohort.spells import in_prison, last_before
from synthetic_cohort.tables import Coded, Column, Numbered, Table, known_on

PREMISES_A_REGION = 4
PREMISES = tuple(f"AP{number:02d}" for number in range(1, 1 + PREMISES_A_REGION * len(REGIONS)))
PILOT_STATUSES = ("pilot", "identified", "other")
PILOT_REGION, IDENTIFIED = REGIONS.index("North West"), 9
"""Four premises in the North-West, and nine more identified (annual report). The minutes say from three to twelve."""
WEEKS = (16, 12, 12)
"""Longest stay by pilot status: 16 weeks in the pilot (annual report), else an assumption."""
TO_PREMISES = 0.55
LEFT_BECAUSE = ("moved_on", "recalled", "licence_ended")
PREMISES_FROM, TRANSFERS_FROM, PROGRAMMES_FROM, AFTERCARE_FROM, CASES_FROM, REGIMES_FROM = (
    day(text) for text in ("2023-04-01", "2024-01-01", "2022-04-01", "2015-01-01", "2023-04-01", "2023-01-01")
)
PROGRESSIVE, UNMET_A_YEAR, ESCALATED = 0.3, 0.05, 0.2
PROGRAMMES = ("thinking_skills_programme", "horizon", "kaizen", "becoming_new_me_plus", "building_choices")
PROGRAMME_OUTCOMES = ("completed", "left_early", "not_started")
REFERRALS_A_YEAR, STARTED = 0.10, 0.8
MANAGERS, ALLOCATED_SHARES = ("prison", "community"), (0.97, 0.93)
DAYS_BETWEEN_CONTACTS = (25, 40)
PLANNED, PLANNED_LATE = 0.70, 0.15
DEEP_DIVE_DAY = RECORD_END
"""The never-released cohort of the deep dive: 1,012 people on 31 March 2025 (annual report)."""
BARRIERS = {
    "treatment_need_not_met": 0.46,
    "behaviour_in_custody": 0.38,
    "mental_health": 0.31,
    "engagement": 0.28,
    "substance_misuse": 0.24,
    "release_plan": 0.18,
    "fear_of_release": 0.12,
}
"""Share of people with each barrier: assumptions, the results are not published."""
SERVICES, CASES_A_YEAR = ("community_model", "womens_estate_psychology_service"), (0.06, 0.5)
REGIME_RECOMMENDED = 0.08
REGIME_DECISIONS = ("accepted", "not_met")
REFUSALS, REFUSAL_SHARES = ("six_months_good_behaviour", "no_place", "other"), (0.6, 0.25, 0.15)
"""The rule of six months is published in the minutes of 4 March 2025; how often it decides is not."""


def _region(cohort: Cohort, person: Integers) -> Column:
    """Probation region."""
    return Coded(cohort.register.region[person], REGIONS)


def _releases(cohort: Cohort, since: Day) -> tuple[Integers, Days]:
    """Person and day of every release from a day on."""
    first, again = cohort.events("first_release"), cohort.events("re_release")
    person, on = np.append(first.person, again.person), np.append(first.on, again.on)
    return person[on >= since], on[on >= since]


@functools.cache
def _pilot_statuses() -> Codes:
    """Pilot status of each of the premises: those of one region, then the next ones in order, then the others."""
    region = np.arange(len(PREMISES)) // PREMISES_A_REGION
    status = np.full(len(PREMISES), 2, np.int8)
    status[np.flatnonzero(region != PILOT_REGION)[:IDENTIFIED]] = 1
    status[region == PILOT_REGION] = 0
    return status


def approved_premises_stays(cohort: Cohort, as_at: Day) -> Table:
    """Stays in Approved Premises after release, until the planned end, a recall or the end of the licence."""
    generator = cohort.stream("approved premises")
    person, on = _releases(cohort, PREMISES_FROM)
    sent = generator.random(len(person)) < TO_PREMISES
    person, on = person[sent], on[sent]
    premises = PREMISES_A_REGION * cohort.register.region[person].astype(np.int64)
    premises += generator.integers(0, PREMISES_A_REGION, len(person))
    status = _pilot_statuses()[premises]
    planned = on + as_days(7 * np.array(WEEKS)[status] * (0.5 + 0.5 * generator.random(len(person))))
    spell = cohort.spells.place_on(person, on)
    cut = cohort.spells.end[spell] <= planned
    recalled = cohort.spells.next_status()[spell] == AT_LARGE
    left: Days = np.where(cut, cohort.spells.end[spell], planned).astype("datetime64[D]")
    because = np.where(cut, np.where(recalled, 1, 2), 0)
    table = Table(
        person,
        on,
        {
            "stay_id": Numbered("AP", np.arange(len(person))),
            "approved_premises": Coded(premises, PREMISES),
            "pilot_status": Coded(status, PILOT_STATUSES),
            "probation_region": _region(cohort, person),
            "arrived_on": on,
            "left_on": left,
            "left_because": Coded(because, LEFT_BECAUSE),
        },
        {"left_on": ("left_because",)},
    )
    return known_on(table, as_at)


def progressive_transfers(cohort: Cohort, as_at: Day) -> Table:
    """Transfers asked for to progress: some of the moves made, and others that were not."""
    stays, generator = cohort.stays, cohort.stream("progressive transfers")
    moves = np.flatnonzero((stays.why == ALLOCATED) & (stays.start >= TRANSFERS_FROM))
    moves = moves[(stays.prison[moves] != stays.prison[moves - 1]) & (generator.random(len(moves)) < PROGRESSIVE)]
    before = as_days(generator.integers(10, 150, len(moves)))
    asked: Days = np.maximum(stays.start[moves] - before, stays.start[moves - 1])
    unmet, unmet_on = while_lasting(stays.start, stays.end, TRANSFERS_FROM, UNMET_A_YEAR, generator)
    on, moved = np.append(asked, unmet_on), np.append(stays.start[moves], np.full(len(unmet), NONE))
    wanted = _another_prison(cohort, stays.person[unmet], stays.prison[unmet], generator)
    later = on + as_days(generator.integers(30, 90, len(on)))
    escalated = np.where((generator.random(len(on)) < ESCALATED) & ~(later >= moved), later, NONE)
    table = Table(
        np.append(stays.person[moves], stays.person[unmet]),
        on,
        {
            "transfer_id": Numbered("T", np.arange(len(on))),
            "from_prison": Coded(np.append(stays.prison[moves - 1], stays.prison[unmet]), cohort.prisons.codes),
            "to_prison": Coded(np.append(stays.prison[moves], wanted), cohort.prisons.codes),
            "requested_on": on,
            "escalated_on": escalated,
            "transferred_on": moved,
        },
        {"escalated_on": (), "transferred_on": ()},
    )
    return known_on(table, as_at)


def _another_prison(cohort: Cohort, person: Integers, prison: Integers, generator: np.random.Generator) -> Integers:
    """A prison of category C, or for women a women's prison, that is not the one each person is in."""
    wanted = np.zeros(len(person), np.int64)
    for sex, use in enumerate(("category_c", "women")):
        places = cohort.prisons.of_use(use)
        drawn = generator.integers(0, len(places), len(person))
        drawn = np.where(places[drawn] == prison, (drawn + 1) % len(places), drawn)
        wanted = np.where(cohort.sex(person) == sex, places[drawn], wanted)
    return wanted


def accredited_programmes(cohort: Cohort, as_at: Day) -> Table:
    """Referrals to accredited programmes: begun and ended within the stay, or closed with it."""
    stays, generator = cohort.stays, cohort.stream("programmes")
    place, on = while_lasting(stays.start, stays.end, PROGRAMMES_FROM, REFERRALS_A_YEAR, generator)
    start = on + as_days(generator.integers(30, 400, len(place)))
    start[(generator.random(len(place)) >= STARTED) | (start >= stays.end[place])] = NONE
    end = np.fmin(start + as_days(generator.integers(60, 200, len(place))), stays.end[place])
    early = (generator.random(len(place)) < 0.12) | (end == stays.end[place])
    outcome = np.where(np.isnat(start), 2, early.astype(np.int64))
    table = Table(
        stays.person[place],
        on,
        {
            "referral_id": Numbered("PR", np.arange(len(place))),
            "programme": Coded(choose(generator, len(place), (0.3, 0.2, 0.2, 0.1, 0.2)), PROGRAMMES),
            "prison_code": Coded(stays.prison[place], cohort.prisons.codes),
            "referred_on": on,
            "started_on": start,
            "closed_on": end,
            "outcome": Coded(np.where(np.isnat(end), -1, outcome), PROGRAMME_OUTCOMES),
        },
        {"started_on": (), "closed_on": ("outcome",)},
    )
    return known_on(table, as_at)


def offender_manager_contacts(cohort: Cohort, as_at: Day) -> Table:
    """Offender managers that people should have on the day of the extract, and the last contact with each: in prison a
    prison and a community one, on licence a community one.
    """
    generator, everyone = cohort.stream("offender managers"), np.arange(len(cohort.lives.people))
    status = cohort.spells.status_on(everyone, as_at)
    inside, outside = everyone[in_prison(status)], everyone[status == ON_LICENCE]
    person = np.concatenate((inside, inside, outside))
    manager = np.concatenate((np.zeros(len(inside), np.int8), np.ones(len(inside) + len(outside), np.int8)))
    since = cohort.spells.start[cohort.spells.place_on(person, as_at)]
    allocated = np.minimum(since + as_days(generator.integers(0, 30, len(person))), as_at)
    contact = as_at - as_days(generator.exponential(np.array(DAYS_BETWEEN_CONTACTS)[manager]))
    missing = generator.random(len(person)) >= np.array(ALLOCATED_SHARES)[manager]
    return Table(
        person,
        np.full(len(person), as_at),
        {
            "manager_type": Coded(manager, MANAGERS),
            "delivery_unit": Coded(cohort.unit_on(person, as_at), UNITS),
            "probation_region": _region(cohort, person),
            "allocated_on": np.where(missing, NONE, allocated),
            "last_contact_on": np.where(missing, NONE, np.maximum(contact, allocated)),
        },
    )


def s117_aftercare(cohort: Cohort, as_at: Day) -> Table:
    """Releases of people entitled to aftercare: those who had been in a secure hospital under the sentence."""
    generator, hospital = cohort.stream("aftercare"), cohort.events("to_hospital")
    person, on = _releases(cohort, AFTERCARE_FROM)
    entitled = last_before(hospital.person, hospital.on, person, on) >= 0
    person, on = person[entitled], on[entitled]
    luck = generator.random(len(person))
    early, late = as_days(generator.integers(0, 90, len(person))), as_days(generator.integers(1, 120, len(person)))
    agreed = np.where(luck < PLANNED, on - early, np.where(luck < PLANNED + PLANNED_LATE, on + late, NONE))
    table = Table(
        person,
        on,
        {
            "aftercare_id": Numbered("AC", np.arange(len(person))),
            "probation_region": _region(cohort, person),
            "released_on": on,
            "plan_agreed_on": agreed,
        },
        {"plan_agreed_on": ()},
    )
    return known_on(table, as_at)


def never_released_barriers(cohort: Cohort, as_at: Day) -> Table:
    """Barriers found by the deep dive, one at least for everybody never released on its day."""
    generator, everyone = cohort.stream("barriers"), np.arange(len(cohort.lives.people))
    who = everyone[cohort.spells.status_on(everyone, DEEP_DIVE_DAY) == UNRELEASED]
    found = generator.random((len(who), len(BARRIERS))) < np.array(list(BARRIERS.values()))
    found[~found.any(axis=1), 0] = True
    place, barrier = np.nonzero(found)
    on = np.full(len(place), DEEP_DIVE_DAY)
    table = Table(who[place], on, {"barrier": Coded(barrier, tuple(BARRIERS)), "reviewed_on": on})
    return known_on(table, as_at)


def community_psychology_cases(cohort: Cohort, as_at: Day) -> Table:
    """Cases of Psychology Services in the community, while on licence; women have a separate service."""
    spells, generator = cohort.spells, cohort.stream("community psychology")
    women = cohort.sex(spells.person) == 1
    rate = np.where(spells.status == ON_LICENCE, np.array(CASES_A_YEAR)[women.astype(np.int64)], 0.0)
    place, on = while_lasting(spells.start, spells.end, CASES_FROM, rate, generator)
    closed = np.fmin(on + as_days(generator.integers(30, 270, len(place))), spells.end[place])
    person = spells.person[place]
    table = Table(
        person,
        on,
        {
            "case_id": Numbered("CP", np.arange(len(place))),
            "service": Coded(women[place].astype(np.int8), SERVICES),
            "probation_region": _region(cohort, person),
            "opened_on": on,
            "closed_on": closed,
        },
        {"closed_on": ()},
    )
    return known_on(table, as_at)


def progression_regime_recommendations(cohort: Cohort, as_at: Day) -> Table:
    """Recommendations of a progression regime with decisions to remain in custody, and what the regime answered."""
    reviews, generator = cohort.reviews, cohort.stream("progression regimes")
    remain = (reviews.outcome == OUTCOMES.index("remain_in_custody")) & (reviews.concluded_on >= REGIMES_FROM)
    place = np.flatnonzero(remain & (generator.random(len(reviews.person)) < REGIME_RECOMMENDED))
    place = place[cohort.sex(reviews.person[place]) == 0]
    on, number = reviews.concluded_on[place], len(place)
    regimes = np.flatnonzero(cohort.prisons.progression_regime)
    decided = spread(generator, on + as_days(np.full(number, 20)), on + as_days(np.full(number, 120)))
    decision = (generator.random(number) < 0.45).astype(np.int64)
    reason = np.where(decision == 1, choose(generator, number, REFUSAL_SHARES), -1)
    table = Table(
        reviews.person[place],
        on,
        {
            "recommendation_id": Numbered("RR", np.arange(number)),
            "prison_code": Coded(regimes[generator.integers(0, len(regimes), number)], cohort.prisons.codes),
            "recommended_on": on,
            "decided_on": decided,
            "decision": Coded(decision, REGIME_DECISIONS),
            "refusal_reason": Coded(reason, REFUSALS),
        },
        {"decided_on": ("decision", "refusal_reason")},
    )
    return known_on(table, as_at)
