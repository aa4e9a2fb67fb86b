"""The extracts about progress: psychology, RAG ratings, appropriate prisons, panels, temporary release, ACCT plans and
the OPD pathway. Rates and delays are plausible round numbers but where a figure is named.
"""

from __future__ import annotations

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Floats, Integers
from synthetic_cohort.cohort import Cohort
from synthetic_cohort.dates import as_days, day, days, spread
from synthetic_cohort.lives import ON_LICENCE, RECALLED
from synthetic_cohort.parole import OUTCOMES
from synthetic_cohort.register import REGIONS, SENTENCES, SEXES, UNITS, choose
from synthetic_cohort.sampling import draw_some
from synthetic_cohort.simulation import HORIZON
from synthetic_cohort.spells import in_prison
from synthetic_cohort.tables import Coded, Column, Numbered, Table, known_on

CUSTODY, COHORTS, RATINGS = (
    ("unreleased", "recalled"),
    ("never_released", "recalled", "community"),
    ("red", "amber", "green"),
)
RAG_DAYS = tuple(day(text) for text in ("2024-03-31", "2024-09-30", "2025-03-31"))
"""Every six months; the first days are an assumption."""
NOT_RATED = 0.04
PRISON_EXERCISES = ((day("2024-08-31"), 0.70), (day("2025-02-28"), 0.80))
"""30% not in the most appropriate prison, then 10 more in a hundred (annual report; read as points). All women are."""
NEEDS = (
    "offending_behaviour_work",
    "psychological_service",
    "progression_regime",
    "open_conditions",
    "health",
    "resettlement",
)
DPP_QUARTERS = tuple(
    (day(start), day(end))
    for start, end in (("2024-07-01", "2024-09-30"), ("2024-10-01", "2024-12-31"), ("2025-01-01", "2025-03-31"))
)
DPP_REVIEWED = 0.95
"""Case files of DPP prisoners reviewed each quarter (annual report)."""
PSYCHOLOGY_KINDS, ADVICE = ("case_file_review", "pca_n", "pra"), ("pra", "no_pra", *OUTCOMES)
REASONS_FOR_NO_PRA = ("risks_known", "core_work_done", "intervention_not_done")
ADVICE_FROM, ASSESSMENTS_FROM = day("2023-01-01"), day("2021-01-01")
ACCT_FROM, ROTL_FROM, PANELS_FROM, OPD_FROM = (
    day(text) for text in ("2020-01-01", "2022-01-01", "2022-04-01", "2022-04-01")
)
ACCT_A_YEAR, ROTL_A_YEAR, PANELS_A_YEAR = 0.22, 14.0, (0.6, 0.8, 0.15)
ROTL_TYPES = ("resettlement_day_release", "resettlement_overnight_release", "special_purpose")
PANEL_PURPOSES = ("sentence_planning", "recall_review", "release_preparation")
OPD_A_QUARTER = 75
"""People who come to the pathway in a quarter: an assumption."""
OPD_STAGES = ("screening", "triage", "consultation", "formulation", "service")
OPD_GO_ON = (1.0, 0.80, 0.75, 0.60, 0.45)
"""Share of those before who go on to each stage."""
OPD_WAIT = (0, 35, 60, 90, 150)
OPD_OUTCOMES = ("screened_in", "screened_out", "completed", "declined", "withdrew")
OPD_SERVICES = ("treatment", "progression_unit", "pipe", "mentoring", "community_intervention")
LOCATIONS = ("custody", "community")


def _custody_on(cohort: Cohort, person: Integers, on: Days | Day) -> Codes:
    """0 unreleased, 1 recalled: of people in prison on a day."""
    return np.asarray(cohort.spells.status_on(person, on) == RECALLED).astype(np.int8)


def _sex(cohort: Cohort, person: Integers) -> Column:
    """Sex."""
    return Coded(cohort.sex(person), SEXES)


def _sentence(cohort: Cohort, person: Integers) -> Column:
    """Sentence."""
    return Coded(cohort.register.sentence[person], SENTENCES)


def _region(cohort: Cohort, person: Integers) -> Column:
    """Probation region."""
    return Coded(cohort.register.region[person], REGIONS)


def rag_exercise(cohort: Cohort, as_at: Day) -> Table:
    """Ratings of everyone in prison or on licence on the days of the exercise."""
    persons, ons, ratings = [], [], []
    generator, everyone = cohort.stream("rag"), np.arange(len(cohort.lives.people))
    for on in RAG_DAYS:
        who = everyone[cohort.cohort_on(everyone, on) >= 0]
        score = cohort.register.struggles[who] + 0.6 * generator.normal(size=len(who))
        rating = np.searchsorted(np.array([-0.7, 0.6]), -score).astype(np.int8)
        ratings.append(np.where(generator.random(len(who)) < NOT_RATED, -1, rating))
        persons.append(who)
        ons.append(np.full(len(who), on))
    person, on_day = np.concatenate(persons), np.concatenate(ons)
    table = Table(
        person,
        on_day,
        {
            "exercise_on": on_day,
            "sex": _sex(cohort, person),
            "cohort": Coded(cohort.cohort_on(person, on_day), COHORTS),
            "rating": Coded(np.concatenate(ratings), RATINGS),
            "delivery_unit": Coded(cohort.unit_on(person, on_day), UNITS),
            "prison_code": Coded(cohort.prison_on(person, on_day), cohort.prisons.codes),
            "probation_region": _region(cohort, person),
        },
    )
    return known_on(table, as_at)


def appropriate_prison_exercise(cohort: Cohort, as_at: Day) -> Table:
    """Whether each person in prison on the days of the exercise was in the most appropriate prison."""
    persons, ons, found = [], [], []
    generator = cohort.stream("appropriate prison")
    for on, share in PRISON_EXERCISES:
        who = cohort.inside_on(on)
        men = np.flatnonzero(cohort.sex(who) == 0)
        appropriate = np.ones(len(who), np.bool_)
        appropriate[men[draw_some(generator, len(men), round((1 - share) * len(who)))]] = False
        persons.append(who)
        ons.append(np.full(len(who), on))
        found.append(appropriate)
    person, on_day = np.concatenate(persons), np.concatenate(ons)
    table = Table(
        person,
        on_day,
        {
            "exercise_on": on_day,
            "sex": _sex(cohort, person),
            "custody_status": Coded(_custody_on(cohort, person, on_day), CUSTODY),
            "prison_code": Coded(cohort.prison_on(person, on_day), cohort.prisons.codes),
            "delivery_unit": Coded(cohort.unit_on(person, on_day), UNITS),
            "priority_need": Coded(choose(generator, len(person), (0.34, 0.2, 0.12, 0.1, 0.1, 0.14)), NEEDS),
            "is_appropriate": np.concatenate(found),
        },
    )
    return known_on(table, as_at)


Psychology = tuple[Integers, Days, Codes, Integers, Codes]
"""Person, day, kind, review (-1) and recommendation (-1)."""


def psychology_reviews(cohort: Cohort, as_at: Day) -> Table:
    """Reviews of case files, advice notes and risk assessments."""
    generator = cohort.stream("psychology")
    parts = [*_case_files(cohort, generator), _advice(cohort, generator), _assessments(cohort, generator)]
    person, on, kind, review, advice = (np.concatenate(column) for column in zip(*parts, strict=True))
    inside = in_prison(cohort.spells.status_on(person, on))
    person, on, kind, review, advice = (array[inside] for array in (person, on, kind, review, advice))
    reason = np.where(advice == 1, choose(generator, len(person), (0.4, 0.35, 0.25)), -1)
    table = Table(
        person,
        on,
        {
            "psychology_review_id": Numbered("Y", np.arange(len(person))),
            "sentence_type": _sentence(cohort, person),
            "custody_status": Coded(_custody_on(cohort, person, on), CUSTODY),
            "delivery_unit": Coded(cohort.unit_on(person, on), UNITS),
            "review_kind": Coded(kind, PSYCHOLOGY_KINDS),
            "review_id": Numbered("V", review),
            "completed_on": on,
            "recommendation": Coded(advice, ADVICE),
            "reason_for_no_pra": Coded(reason, REASONS_FOR_NO_PRA),
        },
    )
    return known_on(table, as_at)


def _case_files(cohort: Cohort, generator: np.random.Generator) -> list[Psychology]:
    """Reviews of case files: of DPP prisoners every quarter, of a few others."""
    found = []
    for start, end in DPP_QUARTERS:
        who = cohort.inside_on(end)
        dpp = cohort.register.sentence[who] == 1
        number = round(DPP_REVIEWED * int(dpp.sum()))
        chosen = np.zeros(len(who), np.bool_)
        chosen[np.flatnonzero(dpp)[draw_some(generator, int(dpp.sum()), number)]] = True
        chosen |= ~dpp & (generator.random(len(who)) < 0.05)
        person = who[chosen]
        since = cohort.spells.start[cohort.spells.place_on(person, end)]
        on = spread(generator, np.maximum(since, start), end)
        none = np.full(len(person), -1)
        found.append((person, on, none.astype(np.int8) + np.int8(1), none, none.astype(np.int8)))
    return found


def _advice(cohort: Cohort, generator: np.random.Generator) -> Psychology:
    """Advice notes at the beginning of a review."""
    reviews = cohort.reviews
    place = np.flatnonzero((reviews.referred_on >= ADVICE_FROM) & (generator.random(len(reviews.person)) < 0.55))
    on = reviews.referred_on[place] + as_days(generator.integers(10, 50, len(place)))
    within = np.isnat(reviews.concluded_on[place]) | (on < reviews.concluded_on[place])
    place, on = place[within], on[within]
    advice = (generator.random(len(place)) < 0.42).astype(np.int8)
    return reviews.person[place], on, np.ones(len(place), np.int8), place, advice


def _assessments(cohort: Cohort, generator: np.random.Generator) -> Psychology:
    """Risk assessments before the end of a review; they mostly say what the Board decides."""
    reviews = cohort.reviews
    late_enough = (reviews.outcome >= 0) & reviews.oral & (reviews.concluded_on >= ASSESSMENTS_FROM)
    place = np.flatnonzero(late_enough & (generator.random(len(reviews.person)) < 0.5))
    on = reviews.concluded_on[place] - as_days(generator.integers(15, 60, len(place)))
    on = np.maximum(on, reviews.referred_on[place])
    agrees = generator.random(len(place)) < 0.8
    advice = 2 + np.where(agrees, reviews.outcome[place], generator.integers(0, 3, len(place)))
    return reviews.person[place], on, np.full(len(place), 2, np.int8), place, advice.astype(np.int8)


def while_lasting(
    start: Days, end: Days, since: Day, a_year: Floats | float, generator: np.random.Generator
) -> tuple[Integers, Days]:
    """Days at a yearly rate while something lasts, from a first day on: the place of each in the list, and the day."""
    first, last = np.maximum(start, since), np.where(np.isnat(end), HORIZON, end - days(1))
    length = np.maximum((last - first).astype(np.int64), 0)
    place = np.repeat(np.arange(len(start)), generator.poisson(np.asarray(a_year) * length / 365.25))
    return place, spread(generator, first[place], last[place])


def rotl(cohort: Cohort, as_at: Day) -> Table:
    """Temporary releases: from open prisons, and from the pilot since June 2024."""
    stays, generator = cohort.stays, cohort.stream("rotl")
    opened = np.array([use == "open" for use in cohort.prisons.use])[stays.prison]
    pilot = np.array(cohort.prisons.rotl_pilot)[stays.prison]
    place, on = while_lasting(stays.start, stays.end, ROTL_FROM, ROTL_A_YEAR * opened + 1.5 * pilot, generator)
    kept = opened[place] | (on >= day("2024-06-01"))
    place, on = place[kept], on[kept]
    kind = choose(generator, len(place), (0.68, 0.26, 0.06))
    back = on + as_days(np.where(kind == 1, generator.integers(1, 5, len(place)), 0))
    table = Table(
        stays.person[place],
        on,
        {
            "rotl_id": Numbered("O", np.arange(len(place))),
            "prison_code": Coded(stays.prison[place], cohort.prisons.codes),
            "rotl_type": Coded(kind, ROTL_TYPES),
            "left_on": on,
            "returned_on": np.fmin(back, stays.end[place]),
        },
        {"returned_on": ()},
    )
    return known_on(table, as_at)


def acct(cohort: Cohort, as_at: Day) -> Table:
    """ACCT plans, each closed when the stay ends at the latest."""
    stays, generator = cohort.stays, cohort.stream("acct")
    place, on = while_lasting(stays.start, stays.end, ACCT_FROM, ACCT_A_YEAR, generator)
    closed = on + as_days(1 + generator.exponential(24, len(place)))
    closed = np.fmin(closed, stays.end[place])
    person = stays.person[place]
    table = Table(
        person,
        on,
        {
            "acct_id": Numbered("A", np.arange(len(place))),
            "custody_status": Coded(_custody_on(cohort, person, on), CUSTODY),
            "prison_code": Coded(stays.prison[place], cohort.prisons.codes),
            "opened_on": on,
            "closed_on": closed,
        },
        {"closed_on": ()},
    )
    return known_on(table, as_at)


def progression_panels(cohort: Cohort, as_at: Day) -> Table:
    """Progression Panels in prison and in the community."""
    spells, generator = cohort.spells, cohort.stream("panels")
    rate = np.zeros(11)
    rate[[1, RECALLED, ON_LICENCE]] = PANELS_A_YEAR
    place, on = while_lasting(spells.start, spells.end, PANELS_FROM, rate[spells.status], generator)
    person = spells.person[place]
    group = cohort.cohort_on(person, on)
    purpose = np.where(
        (group == 1) & (generator.random(len(place)) < 0.6), 1, np.where(generator.random(len(place)) < 0.3, 2, 0)
    )
    table = Table(
        person,
        on,
        {
            "panel_id": Numbered("W", np.arange(len(place))),
            "cohort": Coded(group, COHORTS),
            "delivery_unit": Coded(cohort.unit_on(person, on), UNITS),
            "probation_region": _region(cohort, person),
            "held_on": on,
            "purpose": Coded(purpose.astype(np.int8), PANEL_PURPOSES),
        },
    )
    return known_on(table, as_at)


def opd_activity(cohort: Cohort, as_at: Day) -> Table:
    """The OPD pathway: stage after stage while people go on and stay in prison or on licence."""
    generator, parts = cohort.stream("opd"), []
    who, earliest = _entered_pathway(cohort, generator)
    for stage in range(len(OPD_STAGES)):
        on = earliest + as_days(1 + generator.exponential(max(OPD_WAIT[stage], 1), len(who)))
        goes_on = (generator.random(len(who)) < OPD_GO_ON[stage]) & (on <= HORIZON)
        goes_on &= cohort.cohort_on(who, on) >= 0
        who, on = who[goes_on], on[goes_on]
        over = on + as_days(1 + generator.exponential(12 if stage == 0 else 1.5 * OPD_WAIT[stage], len(who)))
        outcome = (
            choose(generator, len(who), (0.85, 0.15))
            if stage == 0
            else 2 + choose(generator, len(who), (0.85, 0.09, 0.06))
        )
        parts.append((who, on, over, np.full(len(who), stage, np.int8), outcome))
        through = ((outcome == 0) | (outcome == 2)) & (over <= HORIZON)
        who, earliest = who[through], over[through]
    person, on, over, stage_of, outcome = (np.concatenate(column) for column in zip(*parts, strict=True))
    return known_on(_opd_table(cohort, person, on, over, (stage_of, outcome), generator), as_at)


def _entered_pathway(cohort: Cohort, generator: np.random.Generator) -> tuple[Integers, Days]:
    """People who come to the pathway, each once, and the day: so many in every quarter, as the services have places."""
    entered = np.zeros(len(cohort.lives.people), np.bool_)
    persons, ons = [], []
    for month in np.arange(OPD_FROM.astype("datetime64[M]"), HORIZON.astype("datetime64[M]"), 3):
        first = month.astype("datetime64[D]")
        last = (month + 3).astype("datetime64[D]") - days(1)
        there = np.flatnonzero(~entered & (cohort.cohort_on(np.arange(len(entered)), first) >= 0))
        who = there[draw_some(generator, len(there), cohort.number(OPD_A_QUARTER))]
        entered[who] = True
        persons.append(who)
        ons.append(spread(generator, np.full(len(who), first), last))
    return np.concatenate(persons), np.concatenate(ons)


def _opd_table(
    cohort: Cohort, person: Integers, on: Days, over: Days, codes: tuple[Codes, Codes], generator: np.random.Generator
) -> Table:
    """The rows of the pathway."""
    stage, outcome = codes
    service = np.where(stage == 4, generator.integers(0, len(OPD_SERVICES), len(person)), -1)
    return Table(
        person,
        on,
        {
            "activity_id": Numbered("D", np.arange(len(person))),
            "sex": _sex(cohort, person),
            "location": Coded((cohort.cohort_on(person, on) == 2).astype(np.int8), LOCATIONS),
            "region": _region(cohort, person),
            "stage": Coded(stage, OPD_STAGES),
            "service_type": Coded(service, OPD_SERVICES),
            "started_on": on,
            "completed_on": over,
            "outcome": Coded(outcome, OPD_OUTCOMES),
        },
        {"completed_on": ("outcome",)},
    )
