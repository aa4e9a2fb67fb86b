"""The extracts about the end of the licence: automatic ends, referrals to the Parole Board, and reports for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Flags, Integers
from synthetic_cohort.cohort import Cohort
from synthetic_cohort.dates import NONE, add_years, as_days, day, days, spread, whole_years
from synthetic_cohort.lives import AUTOMATIC_END_FROM, ON_LICENCE
from synthetic_cohort.moves import DECIDED_WITHIN, SECOND_PHASE
from synthetic_cohort.people import DPP
from synthetic_cohort.register import REGIONS, SENTENCES, SEXES, choose
from synthetic_cohort.sampling import draw_some
from synthetic_cohort.simulation import HORIZON, RECORD_END
from synthetic_cohort.spells import last_before
from synthetic_cohort.tables import Coded, Numbered, Table, known_on

ROUTES = ("automatic", "parole_board")
REGIMES = ("before_2024_11_01", "from_2024_11_01", "from_2025_02_01")
OUTCOMES = ("terminated", "refused_licence_varied", "refused", "adjourned_deferred", "oral_hearing")
COUNTED_ON = day("2025-03-04")
REFERRED, OUTCOME_COUNTS = 527, (198, 66, 137, 36, 2)
"""Cases referred by 4 March 2025, and the 439 decisions by outcome: 45, 15, 31, 8 and 0.5 per cent (minutes)."""
REFUSED_BEFORE = 0.6
"""Refusals under the ten-year rule, to one termination: an assumption."""
REFERRED_LATER = 0.75
"""Share of the cases not referred by 4 March 2025 and not ended by the Board that are referred later: an assumption."""
REFERRED_AGAIN = days(180)
"""A licence that the Board ends later than this after the referral was due was referred again: an assumption."""
REPORT_LEAD = 28
"""Days: a termination report is due four weeks before the referral."""
ON_TIME, SUBMITTED = 0.07, 0.96
"""Reports on time and reports submitted, of those due (annual report, as at 17 July 2025)."""


@dataclass(frozen=True)
class Cases:
    """Termination cases: dates are NaT and codes -1 where there is none."""

    person: Integers
    route: Codes
    regime: Codes
    qualified_on: Days
    due_on: Days
    referred_on: Days
    decided_on: Days
    outcome: Codes
    ended_on: Days

    @property
    def surge(self) -> Flags:
        """Whether the referral fell due with the change of the rules."""
        return np.asarray((self.due_on == SECOND_PHASE) & (self.regime == 2) & (self.route == 1))

    @property
    def known_from(self) -> Days:
        """Day a case comes to be known: that of an automatic end, else some weeks before the report is due."""
        return np.where(self.route == 0, self.ended_on, np.fmin(self.due_on + days(-60), self.referred_on))


def make_cases(cohort: Cohort) -> Cases:
    """Every automatic end, and every referral due to the Board."""
    generator = cohort.stream("termination")
    parts = [_automatic(cohort), *_under_ten_years(cohort, generator), _second_phase(cohort, generator)]
    names = ("person", "route", "regime", "qualified_on", "due_on", "referred_on", "decided_on", "outcome", "ended_on")
    return Cases(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def qualified_on(cohort: Cohort, person: Integers, years: Integers | int) -> Days:
    """First day after so many years from the first release of each person."""
    first = cohort.events("first_release")
    return add_years(first.on[last_before(first.person, first.on, person, HORIZON)], years)


def _short(cohort: Cohort, person: Integers) -> Integers:
    """Years of the qualifying period since the Act: three, for DPP two."""
    return np.where(cohort.lives.people.group[person] == DPP, 2, 3)


def _automatic(cohort: Cohort) -> Cases:
    """Licences that ended by themselves."""
    events = cohort.events("automatic_end")
    number = len(events)
    never, none = np.full(number, NONE), np.full(number, -1, np.int8)
    regime = np.where(events.on < SECOND_PHASE, 1, 2).astype(np.int8)
    qualified = qualified_on(cohort, events.person, _short(cohort, events.person))
    return Cases(events.person, none + 1, regime, qualified, never, never, never, none + 1, events.on)


def _under_ten_years(cohort: Cohort, generator: np.random.Generator) -> list[Cases]:
    """Licences the Board ended, and refused to end, under the rule of ten years."""
    events = cohort.events("board_end")
    events = events.where(events.on < SECOND_PHASE)
    referred = events.on - as_days(generator.integers(20, 70, len(events)))
    ended = _board(cohort, events.person, referred, events.on, np.zeros(len(events), np.int8))
    automatic = cohort.events("automatic_end")
    licence = cohort.spells.place_on(automatic.person, automatic.on - days(1))
    ten = qualified_on(cohort, automatic.person, 10)
    earliest = np.maximum(np.maximum(ten, cohort.spells.start[licence] + days(90)), day("2022-07-01"))
    possible = np.flatnonzero((earliest < day("2024-09-01")) & (automatic.on == AUTOMATIC_END_FROM))
    refused = possible[draw_some(generator, len(possible), round(REFUSED_BEFORE * len(events)))]
    decided = spread(generator, earliest[refused], day("2024-10-15"))
    outcome = np.where(generator.random(len(refused)) < 0.7, 2, 1).astype(np.int8)
    referred = decided - as_days(generator.integers(20, 70, len(refused)))
    return [ended, _board(cohort, automatic.person[refused], referred, decided, outcome)]


def _board(cohort: Cohort, person: Integers, referred: Days, decided: Days, outcome: Codes) -> Cases:
    """Cases decided under the rule of ten years."""
    ten = qualified_on(cohort, person, 10)
    regime = np.where(np.maximum(ten, referred) < AUTOMATIC_END_FROM, 0, 1).astype(np.int8)
    ended = np.where(outcome == 0, decided, NONE)
    referred = np.minimum(np.maximum(referred, ten), decided)
    return Cases(person, np.ones(len(person), np.int8), regime, ten, ten, referred, decided, outcome, ended)


def _second_phase(cohort: Cohort, generator: np.random.Generator) -> Cases:
    """Referrals due from 1 February 2025: all at once those already past the period, then others day by day."""
    person, due = _falling_due(cohort)
    board = cohort.events("board_end")
    place = last_before(board.person, board.on, person, HORIZON)
    this_referral = (board.on[place] >= SECOND_PHASE) & (board.on[place] < due + REFERRED_AGAIN)
    ended = np.where((place >= 0) & this_referral, board.on[place], NONE)
    outcome, decided, referred = _decisions(cohort, person, due, ended, generator)
    number = len(person)
    qualified = qualified_on(cohort, person, _short(cohort, person))
    return Cases(
        person, np.ones(number, np.int8), np.full(number, 2, np.int8), qualified, due, referred, decided, outcome, ended
    )


def _falling_due(cohort: Cohort) -> tuple[Integers, Days]:
    """People whose referral falls due from 1 February 2025 while they are on licence, and the day."""
    first = cohort.events("first_release")
    due: Days = np.maximum(add_years(first.on, _short(cohort, first.person)), SECOND_PHASE)
    on_licence = cohort.spells.status_on(first.person, due + days(-1)) == ON_LICENCE
    not_yet_ten = whole_years(first.on, SECOND_PHASE) < 10
    chosen = on_licence & not_yet_ten & (due <= HORIZON) & ~cohort.lives.people.other_life[first.person]
    return first.person[chosen], due[chosen]


def _decisions(
    cohort: Cohort, person: Integers, due: Days, ended: Days, generator: np.random.Generator
) -> tuple[Codes, Days, Days]:
    """Outcome, day of decision and day of referral: as many by 4 March 2025 as the minutes say, then the rest."""
    outcome, decided = np.where(np.isnat(ended), -1, 0).astype(np.int8), ended.copy()
    taken = _refused_early(cohort, person, due, ended, generator)
    outcome[taken] = np.repeat(np.arange(1, 5), [cohort.number(count) for count in OUTCOME_COUNTS[1:]])[: len(taken)]
    decided[taken] = spread(generator, due[taken] + days(16), COUNTED_ON)
    before = as_days(np.clip(generator.normal(18, 4, len(person)), 8, 40))
    referred = np.maximum(decided - before, due)
    open_then = np.flatnonzero(~(decided <= COUNTED_ON))
    referred[open_then] = _referred_after(cohort, person[open_then], due[open_then], ended[open_then], generator)
    later = np.flatnonzero(np.isnat(decided) & ~np.isnat(referred))
    decided[later] = np.maximum(referred[later] + before[later], COUNTED_ON + days(1))
    there = cohort.spells.status_on(person[later], decided[later]) == ON_LICENCE
    decided[later[~there]] = NONE
    shares = tuple(count / sum(OUTCOME_COUNTS[1:]) for count in OUTCOME_COUNTS[1:])
    outcome[later] = np.where(there, 1 + choose(generator, len(later), shares), -1)
    return outcome, decided, np.fmin(referred, decided)


def _refused_early(
    cohort: Cohort, person: Integers, due: Days, ended: Days, generator: np.random.Generator
) -> Integers:
    """Cases decided by 4 March 2025 in another way than by ending the licence: so many as the minutes say."""
    stays = cohort.spells.status_on(person, RECORD_END) == ON_LICENCE
    free = np.flatnonzero(np.isnat(ended) & stays & (due <= COUNTED_ON - days(18)))
    number = sum(cohort.number(count) for count in OUTCOME_COUNTS[1:])
    return free[draw_some(generator, len(free), number)]


def _referred_after(cohort: Cohort, person: Integers, due: Days, ended: Days, generator: np.random.Generator) -> Days:
    """Day of referral of the cases not decided by 4 March 2025, NaT for those never referred: as many by that day as
    the minutes say, three in four of the others later.
    """
    missing = cohort.number(REFERRED - sum(OUTCOME_COUNTS))
    referred = np.where(np.isnat(ended), NONE, np.maximum(ended - as_days(generator.integers(8, 35, len(due))), due))
    soon = (ended <= COUNTED_ON + DECIDED_WITHIN) & (due < COUNTED_ON)
    there = cohort.spells.status_on(person, COUNTED_ON) == ON_LICENCE
    others = np.flatnonzero(np.isnat(ended) & there & (due < COUNTED_ON))
    waiting = others[draw_some(generator, len(others), missing - int(soon.sum()))]
    by_then = np.append(np.flatnonzero(soon)[:missing], waiting)
    rest = np.setdiff1d(np.flatnonzero(np.isnat(ended)), waiting)
    sent = rest[generator.random(len(rest)) < REFERRED_LATER]
    referred[sent] = np.maximum(due[sent], COUNTED_ON) + as_days(generator.integers(1, 45, len(sent)))
    gone = cohort.spells.status_on(person, referred) != ON_LICENCE
    referred[gone & np.isnat(ended)] = NONE
    after = np.setdiff1d(np.arange(len(due)), by_then)
    referred[after] = np.where(referred[after] <= COUNTED_ON, COUNTED_ON + days(1), referred[after])
    referred[by_then] = spread(generator, np.maximum(due[by_then], day("2025-02-14")), COUNTED_ON)
    return referred


def termination_reviews(cohort: Cohort, as_at: Day) -> Table:
    """Every automatic end and every case for the Board."""
    cases = make_cases(cohort)
    table = Table(
        cases.person,
        cases.known_from,
        {
            "termination_review_id": Numbered("T", np.arange(len(cases.person))),
            "sex": Coded(cohort.sex(cases.person), SEXES),
            "sentence_type": Coded(cohort.register.sentence[cases.person], SENTENCES),
            "probation_region": Coded(cohort.register.region[cases.person], REGIONS),
            "termination_route": Coded(cases.route, ROUTES),
            "termination_regime": Coded(cases.regime, REGIMES),
            "qualifying_period_ended_on": cases.qualified_on,
            "referral_due_on": cases.due_on,
            "is_surge_case": cases.surge,
            "referred_on": cases.referred_on,
            "decided_on": cases.decided_on,
            "outcome": Coded(cases.outcome, OUTCOMES),
            "licence_ended_on": cases.ended_on,
        },
        {"referred_on": (), "decided_on": ("outcome",), "licence_ended_on": ("outcome",)},
    )
    return known_on(table, as_at)


def termination_reports(cohort: Cohort, as_at: Day) -> Table:
    """The report of the Probation Service for every case of the Board since 1 February 2025."""
    cases, generator = make_cases(cohort), cohort.stream("termination reports")
    place = np.flatnonzero((cases.route == 1) & (cases.regime == 2))
    person, due_on = cases.person[place], cases.due_on[place] + days(-REPORT_LEAD)
    table = Table(
        person,
        cases.known_from[place],
        {
            "report_id": Numbered("Q", np.arange(len(place))),
            "termination_review_id": Numbered("T", place),
            "sentence_type": Coded(cohort.register.sentence[person], SENTENCES),
            "probation_region": Coded(cohort.register.region[person], REGIONS),
            "is_surge_case": cases.surge[place],
            "due_on": due_on,
            "submitted_on": _submitted_on(due_on, cases.referred_on[place], cases.surge[place], generator),
        },
        {"submitted_on": ()},
    )
    return known_on(table, as_at)


def _submitted_on(due: Days, referred: Days, surge: Flags, generator: np.random.Generator) -> Days:
    """Day each report is submitted: before the referral, and as many on time and at all as published; NaT for the
    others.

    The published shares are of the surge cases, whose reports were in by the end of the record.
    """
    submitted = np.full(len(due), NONE)
    sent = ~np.isnat(referred)
    latest = np.where(surge, np.minimum(referred - days(1), RECORD_END), referred - days(1))
    submitted[sent] = spread(generator, due[sent] + days(3), latest[sent])
    for group, last in ((surge, RECORD_END), (~surge, HORIZON)):
        cases, before, missing = (np.flatnonzero(group & part) for part in (True, sent, ~sent))
        on_time = before[draw_some(generator, len(before), round(ON_TIME * len(cases)))]
        submitted[on_time] = due[on_time] - as_days(generator.integers(0, 20, len(on_time)))
        late = missing[draw_some(generator, len(missing), round(SUBMITTED * len(cases)) - len(before))]
        late_from = np.maximum(due[late] + days(20), COUNTED_ON)
        submitted[late] = spread(generator, late_from, np.minimum(late_from + days(60), last))
    return submitted
