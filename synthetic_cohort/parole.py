"""Parole reviews of the cohort: those that ended without release, those that ended in it, and those under way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_cohort.arrays import Codes, Days, Flags, Integers
from synthetic_cohort.dates import NONE, add_years, as_days, day, days, spread, whole_months
from synthetic_cohort.lives import RECALLED, UNRELEASED
from synthetic_cohort.people import DPP
from synthetic_cohort.register import stream
from synthetic_cohort.reviews import RECALL_REVIEW, RECOMMEND_OPEN
from synthetic_cohort.sampling import draw_some
from synthetic_cohort.simulation import HORIZON, RECORD_END, Lives
from synthetic_cohort.spells import Spells, last_before
from synthetic_cohort.targets import Targets

OUTCOMES = ("remain_in_custody", "recommend_open", "release")
RELEASE = 2
SERIES = ("ipp_review", "recall")
HEARING_TYPES = ("mca", "oral_hearing")
ORAL_BEFORE_2018 = (0.75, 0.60)
"""Share of reviews at an oral hearing before the published series begin, by series: an assumption."""
RELEASES_AT_HEARINGS = 0.45
"""About 45% of concluded oral hearings end in release (annual report), from 2019/20."""
RARR_FROM, RARR_COUNTED_TO = day("2024-11-01"), day("2025-03-20")
RARR_RELEASES = 21
"""Releases by RARR from 1 November 2024 to 20 March 2025 (freedom of information answer)."""
RARR_RELEASES_AFTER = 55
"""Releases by RARR in the year after the record: as often as before."""
ADDED_TO_RECALL_REFERRAL, ADDED_BY = 717, day("2025-03-04")
"""Active recall reviews whose referral was updated to include termination (minutes of 4 March 2025)."""


@dataclass(frozen=True)
class Reviews:
    """Reviews in the order of person and referral. `recall` is the place among the recalls, -1 for the unreleased."""

    person: Integers
    series: Codes
    recall: Integers
    referred_on: Days
    concluded_on: Days
    outcome: Codes
    oral: Flags
    released_on: Days
    termination_added_on: Days


def rarr_releases(lives: Lives, targets: Targets, seed: int) -> Flags:
    """Which re-releases are by RARR: as many as published, of those recalled a short time."""
    events, returns = lives.events["re_release"], lives.events["return"]
    last = last_before(returns.person, returns.on, events.person, events.on)
    months = whole_months(returns.on[last], events.on)
    chosen = np.zeros(len(events), np.bool_)
    generator = stream(seed, "rarr")
    for start, end, number in (
        (RARR_FROM + days(7), RARR_COUNTED_TO, RARR_RELEASES),
        (RARR_COUNTED_TO + days(1), RECORD_END, 2),
        (RECORD_END + days(1), HORIZON, RARR_RELEASES_AFTER),
    ):
        possible = np.flatnonzero((events.on >= start) & (events.on <= end))
        weights = np.where(months[possible] < 9, 1.0, 0.02)
        chosen[possible[draw_some(generator, len(possible), targets.people(number), weights)]] = True
    return chosen


@dataclass(frozen=True)
class Ended:
    """Reviews by person, day of conclusion (NaT while under way) and outcome (-1), with the release that followed and,
    of those under way, a day on which they may have begun.
    """

    person: Integers
    on: Days
    outcome: Codes
    released_on: Days
    asked_on: Days

    @staticmethod
    def joined(parts: list[Ended]) -> Ended:
        """The parts as one, in the order of person and conclusion, those under way last."""
        person, on = np.concatenate([part.person for part in parts]), np.concatenate([part.on for part in parts])
        order = np.lexsort((np.where(np.isnat(on), HORIZON + days(1), on), person))
        outcome = np.concatenate([part.outcome for part in parts])
        released_on = np.concatenate([part.released_on for part in parts])
        asked_on = np.concatenate([part.asked_on for part in parts])
        return Ended(person[order], on[order], outcome[order].astype(np.int8), released_on[order], asked_on[order])

    @property
    def by(self) -> Days:
        """The conclusion, or the horizon for those under way."""
        return np.where(np.isnat(self.on), HORIZON, self.on)


def make_reviews(lives: Lives, spells: Spells, rarr: Flags, targets: Targets, seed: int) -> Reviews:
    """Every review begun by the horizon."""
    generator = stream(seed, "reviews")
    ended = Ended.joined([*_concluded(lives, rarr, generator), _under_way(lives, spells, generator)])
    recall, first = _recall_of(lives, ended)
    reviews = Reviews(
        ended.person,
        first.astype(np.int8),
        recall,
        _referred(lives, ended, recall >= 0, first, generator),
        ended.on,
        ended.outcome,
        _oral(targets, first, ended, generator),
        ended.released_on,
        np.full(len(ended.person), NONE),
    )
    return _with_termination_added(lives, reviews, targets.people(ADDED_TO_RECALL_REFERRAL), generator)


def _concluded(lives: Lives, rarr: Flags, generator: np.random.Generator) -> list[Ended]:
    """The reviews concluded: those after which people stayed, and those that led to a release some days later."""
    stayed = lives.events["review"]
    never = np.full(len(stayed), NONE)
    found = [Ended(stayed.person, stayed.on, stayed.detail % RECALL_REVIEW, never, never)]
    for events in (lives.events["first_release"], lives.events["re_release"].where(~rarr)):
        decided_on = events.on - as_days(generator.integers(5, 21, len(events)))
        for earlier, rest in ((stayed, 20), (lives.events["return"], 12)):
            last = last_before(earlier.person, earlier.on, events.person, events.on - days(1))
            after = np.where(last >= 0, earlier.on[last] + days(rest), decided_on)
            decided_on = np.maximum(decided_on, after)
        decided_on = np.minimum(np.maximum(decided_on, _year_begins(events.on)), events.on - days(1))
        outcome = np.full(len(events), RELEASE, np.int8)
        found.append(Ended(events.person, decided_on, outcome, events.on, np.full(len(events), NONE)))
    return found


def _year_begins(on: Days) -> Days:
    """First day of the financial year of each day. Release and decision are put in one financial year: decisions by
    year then come out as the releases do.
    """
    april = on.astype("datetime64[Y]").astype("datetime64[M]") + 3
    april = np.where(on < april.astype("datetime64[D]"), april - 12, april)
    return np.asarray(april.astype("datetime64[D]"))


def _under_way(lives: Lives, spells: Spells, generator: np.random.Generator) -> Ended:
    """Reviews under way at the horizon."""
    everyone = np.arange(len(lives.people))
    status = spells.status_on(everyone, HORIZON)
    due = (status == UNRELEASED) & (lives.people.tariff_expires_on <= HORIZON + days(120))
    stayed, returns = lives.events["review"], lives.events["return"]
    reviewed = last_before(stayed.person, stayed.on, everyone, HORIZON)
    back = last_before(returns.person, returns.on, everyone, HORIZON)
    fresh = (status == RECALLED) & ((reviewed < 0) | (stayed.on[reviewed] < returns.on[back]))
    begun = fresh | ((due | (status == RECALLED)) & (generator.random(len(everyone)) < 0.72))
    rested = (reviewed < 0) | (stayed.on[reviewed] < HORIZON - days(60))
    returned = (status != RECALLED) | (returns.on[back] < HORIZON - days(40))
    who = np.flatnonzero(begun & rested & returned)
    earliest = np.where(reviewed[who] >= 0, stayed.on[reviewed[who]] + days(30), HORIZON - days(240))
    asked_on = spread(generator, np.maximum(earliest, HORIZON - days(240)), HORIZON)
    never = np.full(len(who), NONE)
    return Ended(who, never, np.full(len(who), -1, np.int8), never, asked_on)


def _recall_of(lives: Lives, ended: Ended) -> tuple[Integers, Flags]:
    """Place of the recall under review, -1 for the unreleased; and whether it is the first review of that recall."""
    recalls, returns = lives.events["recall"], lives.events["return"]
    recall = last_before(recalls.person, recalls.on, ended.person, ended.by)
    back = last_before(returns.person, returns.on, ended.person, ended.by)
    same = np.append(False, (ended.person[1:] == ended.person[:-1]) & (back[1:] == back[:-1]))
    return recall, (recall >= 0) & ~same


def _referred(lives: Lives, ended: Ended, recalled: Flags, first: Flags, generator: np.random.Generator) -> Days:
    """Day of referral: soon after the return for the first review of a recall, else some months before the conclusion,
    and never before the last review was over.
    """
    returns, number = lives.events["return"], len(ended.person)
    months_before = ended.on - as_days(generator.integers(150, 260, number))
    usual = np.where(np.isnat(ended.on), ended.asked_on, months_before)
    back = returns.on[last_before(returns.person, returns.on, ended.person, ended.by)]
    soon = back + as_days(1 + np.minimum(generator.gamma(6, 3.4, number), 60))
    same = np.append(False, ended.person[1:] == ended.person[:-1])
    over = np.where(same, np.append(NONE, ended.by[:-1]), lives.people.sentenced_on[ended.person])
    floor = np.where(recalled, np.fmax(over, back), over)
    wanted = np.where(first, soon, usual)
    late = floor + as_days(np.maximum((ended.by - floor).astype(np.int64) // 4, 0))
    return np.minimum(np.where(wanted > floor, wanted, late), ended.by)


def _oral(targets: Targets, first: Flags, ended: Ended, generator: np.random.Generator) -> Flags:
    """Which reviews were at an oral hearing: as many as the series say for each financial year; from 2019/20 about 45%
    of them release.
    """
    concluded_on, outcome = ended.on, ended.outcome
    oral = generator.random(len(first)) < np.where(first, ORAL_BEFORE_2018[1], ORAL_BEFORE_2018[0])
    for year in range(2018, 2025):
        start, end = day(f"{year}-04-01"), day(f"{year + 1}-03-31")
        for series, name in enumerate(SERIES):
            here = (concluded_on >= start) & (concluded_on <= end) & (first == bool(series))
            number = targets.flow("oral_hearings", name, start, end)
            oral[here] = False
            released, stayed = np.flatnonzero(here & (outcome == RELEASE)), np.flatnonzero(here & (outcome != RELEASE))
            share = RELEASES_AT_HEARINGS if year >= 2019 else len(released) / max(len(released) + len(stayed), 1)
            releasing = min(max(round(share * number), number - len(stayed)), len(released))
            oral[released[draw_some(generator, len(released), releasing)]] = True
            oral[stayed[draw_some(generator, len(stayed), number - releasing)]] = True
    return oral & (outcome >= 0)


def _with_termination_added(lives: Lives, reviews: Reviews, number: int, generator: np.random.Generator) -> Reviews:
    """Termination added to so many recall reviews that were active, of people past their qualifying period."""
    first = lives.events["first_release"]
    released = last_before(first.person, first.on, reviews.person, ADDED_BY)
    years = np.where(lives.people.group[reviews.person] == DPP, 2, 3)
    past = (released >= 0) & (add_years(first.on[released], years) <= ADDED_BY)
    active = (reviews.referred_on <= ADDED_BY - days(3)) & ~(reviews.concluded_on <= ADDED_BY)
    possible = np.flatnonzero(past & active & (reviews.recall >= 0))
    chosen = possible[draw_some(generator, len(possible), number)]
    reviews.termination_added_on[chosen] = spread(
        generator, np.maximum(reviews.referred_on[chosen], day("2025-02-01")), ADDED_BY
    )
    return reviews


def accepted(reviews: Reviews, seed: int) -> Flags:
    """Which recommendations for open conditions the Secretary of State accepted: nearly all until mid-2022, then fewer.
    The shares are assumptions.
    """
    luck = stream(seed, "secretary of state").random(len(reviews.person))
    share = np.where(
        reviews.concluded_on < day("2022-06-01"), 0.94, np.where(reviews.concluded_on < day("2023-07-01"), 0.25, 0.6)
    )
    return np.asarray((reviews.outcome == RECOMMEND_OPEN) & (luck < share))
