"""The extracts about parole: reviews, milestones, events at the Board, and the reports of the offender manager."""

from __future__ import annotations

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Flags, Integers
from synthetic_cohort.cohort import Cohort
from synthetic_cohort.dates import NONE, as_days, day, days, spread
from synthetic_cohort.parole import HEARING_TYPES, OUTCOMES, SERIES
from synthetic_cohort.register import REGIONS, SENTENCES, choose
from synthetic_cohort.reviews import RECOMMEND_OPEN
from synthetic_cohort.sampling import draw_some
from synthetic_cohort.simulation import HORIZON
from synthetic_cohort.spells import last_before
from synthetic_cohort.tables import Coded, Column, Known, Numbered, Table, days_in, known_on

STATUSES = ("Active", "Active - Referred", "Inactive")
TYPES = ("GPP ISP OnPost Tariff", "GPP SOPC Parole Review")
CUSTODY = ("unreleased", "recalled")
DECISIONS = ("accepted", "rejected")
REFERRAL_DAYS = days(28)
"""A recalled person is referred within 28 days of return."""
MILESTONES = ("referral", "dossier", "case_assessment", "decision")
MILESTONE_DAYS = (0, 56, 98, 210)
"""Days from the day the referral is due to the day each milestone is: an assumption."""
EVENT_TYPES = ("mca_concluded", "oral_hearing_concluded", "deferral", "adjournment")
EVENT_REASONS = (
    "report_not_ready",
    "intervention_not_completed",
    "witness_not_available",
    "at_the_request_of_the_prisoner",
    "release_plan_not_confirmed",
)
DIRECTED_BY = ("panel_chair", "duty_member", "case_assessment_member")
DEFERRALS, ADJOURNMENTS = 0.24, 0.38
"""Deferrals of a review and adjournments of an oral hearing, on average: assumptions."""
SAMPLE_FROM, SAMPLE_TO = day("2023-10-01"), day("2024-09-30")
SAMPLE = (104, 57)
"""Cases in the Board's sample: never released and recalled; of 161, 101 with an assessment directed and 112 with one
available (minutes of 4 March 2025). The dates are an assumption.
"""
DIRECTED, AVAILABLE = 101, 112
PAROM1_DAYS, PAROM1_FROM = days(56), day("2016-01-01")
PAROM1_ON_TIME = 0.83
"""Reports received by the deadline, 1 June 2024 to 31 May 2025 (annual report; not stated to be IPP only)."""
PAROM1_ON_TIME_BEFORE, PAROM1_NEVER = 0.78, 0.015


def recalled(cohort: Cohort) -> Flags:
    """Whether the person of each review was recalled."""
    return np.asarray(cohort.reviews.recall >= 0)


def referral_due_on(cohort: Cohort) -> Days:
    """Day each referral is due: 28 days after the return for the first review of a recall, else two weeks after it was
    made.
    """
    reviews, returns = cohort.reviews, cohort.events("return")
    back = returns.on[last_before(returns.person, returns.on, reviews.person, reviews.referred_on)]
    return np.where(reviews.series == 1, back + REFERRAL_DAYS, reviews.referred_on + days(14))


def reviews(cohort: Cohort, as_at: Day) -> Table:
    """Every review begun."""
    found = cohort.reviews
    status_code = recalled(cohort).astype(np.int8)
    table = Table(
        found.person,
        found.referred_on,
        {
            "review_id": Numbered("V", np.arange(len(found.person))),
            **_person(cohort, found.person),
            "review_series": Coded(found.series, SERIES),
            "review_type": Coded(status_code, TYPES),
            "custody_status": Coded(status_code, CUSTODY),
            "prison_code": Coded(_prison(cohort), cohort.prisons.codes),
            "recall_id": Numbered("R", found.recall),
            "referral_due_on": referral_due_on(cohort),
            "referred_on": found.referred_on,
            "hearing_type": Coded(np.where(found.outcome < 0, -1, found.oral), HEARING_TYPES),
            "concluded_on": found.concluded_on,
            "outcome": Coded(found.outcome, OUTCOMES),
            "termination_added_on": found.termination_added_on,
            **_open_conditions(cohort),
        },
        {
            "concluded_on": ("outcome", "hearing_type"),
            "secretary_of_state_decided_on": ("secretary_of_state_decision",),
            "termination_added_on": (),
        },
    )
    return _with_status(known_on(table, as_at))


def _open_conditions(cohort: Cohort) -> dict[str, Column]:
    """The decisions on recommendations for open conditions, and the days on which hearings were expected."""
    found, generator, number = cohort.reviews, cohort.stream("review rows"), len(cohort.reviews.person)
    decision = np.where(found.outcome == RECOMMEND_OPEN, np.where(cohort.accepted, 0, 1), -1)
    later = found.concluded_on + as_days(generator.integers(14, 100, number))
    hoped_for = found.referred_on + as_days(generator.integers(170, 300, number))
    return {
        "expected_hearing_on": hoped_for,
        "secretary_of_state_decision": Coded(decision, DECISIONS),
        "secretary_of_state_decided_on": np.where(decision >= 0, later, NONE),
    }


def _with_status(table: Table) -> Table:
    """The reviews with a status, and the hearing expected on the day of its conclusion once there is one: those not
    concluded are active.
    """
    concluded_on, expected_on = (days_in(table, name) for name in ("concluded_on", "expected_hearing_on"))
    under_way = np.isnat(concluded_on)
    status = np.where(under_way, np.where(table.person % 4 == 0, 0, 1), 2)
    columns = {
        **table.columns,
        "review_status": Coded(status, STATUSES),
        "expected_hearing_on": np.where(under_way, expected_on, concluded_on),
    }
    return Table(table.person, table.known_from, columns)


def _person(cohort: Cohort, person: Integers) -> dict[str, Column]:
    """Sentence and region."""
    return {
        "sentence_type": Coded(cohort.register.sentence[person], SENTENCES),
        "probation_region": Coded(cohort.register.region[person], REGIONS),
    }


def _prison(cohort: Cohort) -> Integers:
    """Prison of each review: at referral, or where the person was next in prison after it."""
    found, stays = cohort.reviews, cohort.stays
    prison = cohort.prison_on(found.person, found.referred_on)
    place = last_before(
        stays.person, stays.start, found.person, np.where(np.isnat(found.concluded_on), HORIZON, found.concluded_on)
    )
    return np.where(prison >= 0, prison, stays.prison[place])


def milestones(cohort: Cohort, as_at: Day) -> Table:
    """Milestones of every review."""
    found, generator = cohort.reviews, cohort.stream("milestones")
    number, due = len(found.person), referral_due_on(cohort)
    place = np.repeat(np.arange(number), len(MILESTONES))
    kind = np.tile(np.arange(len(MILESTONES)), number)
    due_on = due[place] + as_days(np.array(MILESTONE_DAYS)[kind])
    by = np.where(np.isnat(found.concluded_on), HORIZON + days(400), found.concluded_on)[place]
    reached = due_on + as_days(generator.normal(-2, 12, len(place)))
    reached = np.where(
        kind == 0, found.referred_on[place], np.minimum(np.maximum(reached, found.referred_on[place]), by)
    )
    reached = np.where(kind == len(MILESTONES) - 1, np.where(np.isnat(found.concluded_on[place]), NONE, by), reached)
    table = Table(
        found.person[place],
        found.referred_on[place],
        {
            "milestone_id": Numbered("N", np.arange(len(place))),
            "review_id": Numbered("V", place),
            "milestone": Coded(kind.astype(np.int8), MILESTONES),
            "due_on": due_on,
            "reached_on": reached,
        },
        {"reached_on": ()},
    )
    return known_on(table, as_at)


def hearing_events(cohort: Cohort, as_at: Day) -> Table:
    """Conclusions, deferrals and adjournments of every review."""
    found, generator = cohort.reviews, cohort.stream("hearing events")
    concluded = np.flatnonzero(found.outcome >= 0)
    pauses, pause_on, pause_kind = _pauses(cohort, generator)
    place = np.append(concluded, pauses)
    on = np.append(found.concluded_on[concluded], pause_on)
    kind = np.append(found.oral[concluded].astype(np.int8), pause_kind)
    pause, number = kind >= 2, len(place)
    reason = np.where(pause, choose(generator, number, (0.34, 0.22, 0.14, 0.16, 0.14)), -1)
    by = np.where(pause, np.where(kind == 3, 0, generator.integers(1, 3, number)), -1)
    table = Table(
        found.person[place],
        on,
        {
            "event_id": Numbered("E", np.arange(number)),
            "review_id": Numbered("V", place),
            "probation_region": Coded(cohort.register.region[found.person[place]], REGIONS),
            "review_series": Coded(found.series[place], SERIES),
            "event_type": Coded(kind, EVENT_TYPES),
            "event_on": on,
            "outcome": Coded(np.where(pause, -1, found.outcome[place]), OUTCOMES),
            "reason": Coded(reason, EVENT_REASONS),
            "directed_by": Coded(by, DIRECTED_BY),
            "days_added": Known(generator.integers(21, 180, number), pause),
            **_sample(cohort, place, on, kind, generator),
        },
    )
    return known_on(table, as_at)


def _pauses(cohort: Cohort, generator: np.random.Generator) -> tuple[Integers, Days, Codes]:
    """Deferrals and adjournments: place of the review, day and kind."""
    found = cohort.reviews
    by = np.where(np.isnat(found.concluded_on), HORIZON, found.concluded_on - days(3))
    long = by - found.referred_on > days(60)
    number = generator.poisson(DEFERRALS * long)
    deferred = np.repeat(np.arange(len(long)), number)
    number = generator.poisson(ADJOURNMENTS * (long & found.oral))
    adjourned = np.repeat(np.arange(len(long)), number)
    place = np.append(deferred, adjourned)
    kind = np.append(np.full(len(deferred), 2, np.int8), np.full(len(adjourned), 3, np.int8))
    return place, spread(generator, found.referred_on[place] + days(40), by[place]), kind


def _sample(
    cohort: Cohort, place: Integers, on: Days, kind: Codes, generator: np.random.Generator
) -> dict[str, Column]:
    """The Board's sample: which conclusions are in it, and what it notes of them."""
    found = cohort.reviews
    possible = (kind == 1) & (on >= SAMPLE_FROM) & (on <= SAMPLE_TO)
    chosen = np.zeros(len(place), np.bool_)
    for status, number in enumerate(SAMPLE):
        here = np.flatnonzero(possible & ((found.recall[place] >= 0) == bool(status)))
        chosen[here[draw_some(generator, len(here), cohort.number(number))]] = True
    cases = np.flatnonzero(chosen)
    directed, available = (np.zeros(len(place), np.bool_) for _ in range(2))
    directed[cases[draw_some(generator, len(cases), cohort.number(DIRECTED))]] = True
    weights = np.where(directed[cases], 4.0, 1.0)
    available[cases[draw_some(generator, len(cases), cohort.number(AVAILABLE), weights)]] = True
    agrees = generator.random(len(place)) < 0.8
    other = generator.integers(0, 3, len(place))
    advice = np.where(agrees, found.outcome[place], other)
    met = generator.random(len(place)) < np.where(found.outcome[place] == 2, 0.7, 0.35)
    return {
        "in_psychology_sample": chosen,
        "psychology_risk_assessment_directed": Known(directed, chosen),
        "psychology_risk_assessment_available": Known(available, chosen),
        "psychology_recommendation": Coded(np.where(available, advice, -1), OUTCOMES),
        "earlier_recommendations_met": Known(met, chosen),
    }


def parom1_reports(cohort: Cohort, as_at: Day) -> Table:
    """The report of the community offender manager for every review since 2016."""
    found, generator = cohort.reviews, cohort.stream("parom1")
    place = np.flatnonzero(found.referred_on >= PAROM1_FROM)
    person, number = found.person[place], len(place)
    due_on = found.referred_on[place] + PAROM1_DAYS
    share = np.where(due_on >= day("2024-06-01"), PAROM1_ON_TIME, PAROM1_ON_TIME_BEFORE)
    luck = generator.random(number)
    early, late = (
        due_on - as_days(generator.integers(0, 15, number)),
        due_on + as_days(generator.integers(1, 45, number)),
    )
    received = np.where(luck < share, early, np.where(luck > 1 - PAROM1_NEVER, NONE, late))
    table = Table(
        person,
        found.referred_on[place],
        {
            "report_id": Numbered("P", np.arange(number)),
            "review_id": Numbered("V", place),
            **_person(cohort, person),
            "due_on": due_on,
            "received_on": received,
        },
        {"received_on": ()},
    )
    return known_on(table, as_at)
