"""What is no case for the Parole Board, and what a day can know: the termination models on records written here."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.record_models import RecordModels

PRINTED_FOR = "2025-03-04"
"""A day in the seed published_periods on which cases of termination are counted."""

Records = dict[str, list[dict[str, Any]]]


def case(person: str, **more: Any) -> dict[str, Any]:
    """A case of the surge, referred on its first day, with no decision yet."""
    given = {
        "person_key": person,
        "termination_review_id": person,
        "sentence_type": "IPP",
        "probation_region": "Wales",
        "termination_route": "parole_board",
        "termination_regime": "from_2025_02_01",
        "is_surge_case": True,
        "referral_due_on": "2025-02-01",
        "referred_on": "2025-02-01",
    }
    return {**given, **more}


def lives(as_at: str, cases: list[dict[str, Any]], reviews: list[dict[str, Any]] | None = None) -> Records:
    """People on licence since 2021 with these cases and reviews, as an extract of a day has them."""
    people = sorted({row["person_key"] for row in [*cases, *(reviews or [])]})
    found: Records = {
        "ppud_sentence": [
            {"person_key": person, "sentence_id": person, "date_of_sentence": "2007-01-10", "convicted_under_18": False}
            for person in people
        ],
        "ppud_release": [
            {"person_key": person, "release_id": person, "released_on": "2021-05-10"} for person in people
        ],
        "ppud_termination_review": cases,
        "ppud_review": reviews or [],
    }
    return {name: [{**row, "as_at": as_at} for row in rows] for name, rows in found.items() if rows}


@pytest.fixture(scope="module")
def models(compiled, tmp_path_factory) -> RecordModels:
    return RecordModels(compiled, tmp_path_factory.mktemp("termination"), ("termination_reviews",))


def figures(models: RecordModels, records: Records) -> dict[tuple[str, str], float]:
    """Totals on the day of the minutes, by measure and statistic."""
    frames = {name: pd.DataFrame(rows).astype(object).where(pd.notna) for name, rows in records.items()}
    query = f"""
        select measure, statistic, value from figures_of_marts
        where breakdown = '' and period_type = 'as_at' and period_end = date '{PRINTED_FOR}'
    """
    with models.run(frames) as connection:
        return {(measure, statistic): value for measure, statistic, value in connection.execute(query).fetchall()}


def test_an_automatic_end_is_no_decision_of_the_board(models) -> None:
    ended = {"termination_route": "automatic", "referral_due_on": None, "referred_on": None, "outcome": "terminated"}
    cases = [case("a"), case("b", **ended, licence_ended_on="2025-02-20")]

    assert figures(models, lives("2025-03-31", cases)) == figures(models, lives("2025-03-31", [case("a")]))


def test_a_recall_review_with_termination_added_is_apart_from_the_referrals(models) -> None:
    review = {
        "person_key": "b",
        "review_id": "b",
        "custody_status": "recalled",
        "referred_on": "2025-01-10",
        "termination_added_on": "2025-02-10",
    }
    found = figures(models, lives("2025-03-31", [case("a")], [review]))

    assert found["termination_added_to_recall_referral", "count"] == 1
    assert found["termination_referrals", "count"] == 1


def test_what_was_decided_after_a_day_was_waiting_on_it(models) -> None:
    decided = {"decided_on": "2025-03-05", "outcome": "refused"}
    found = figures(models, lives("2025-03-31", [case("a", **decided)]))

    assert found["termination_referrals", "awaiting_decision"] == 1
    assert ("termination_decisions", "count") not in found


def test_a_case_goes_on_waiting_when_the_rules_change(models) -> None:
    before = {"termination_regime": "from_2024_11_01", "is_surge_case": False}
    waiting = case("b", **before, referral_due_on="2025-01-15", referred_on="2025-01-15")
    found = figures(models, lives("2025-03-31", [case("a"), waiting]))

    assert found["termination_referrals", "count"] == 1
    assert found["termination_referrals", "awaiting_decision"] == 2
    assert found["termination_referrals", "awaiting_decision_past_target"] == 1


def test_an_extract_of_an_earlier_day_says_nothing_of_a_later_one(models) -> None:
    assert figures(models, lives("2025-03-03", [case("a")])) == {}
