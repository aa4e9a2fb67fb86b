"""What must not change a figure on parole: the very SQL of the models, run on records before and after a change.

The rules themselves have dbt unit tests beside the models; here a whole chain of models runs from the extracts on.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.record_models import RecordModels

EXTRACT_ON = "2024-03-31"
PERSON = {"person_key": "a", "as_at": EXTRACT_ON}
REGION = {"probation_region": "Wales"}
REVIEW = {**PERSON, **REGION, "sentence_type": "IPP", "custody_status": "unreleased", "prison_code": "LEI"}

Records = dict[str, list[dict[str, Any]]]


def event(number: int, kind: str, day: str, **more: Any) -> dict[str, Any]:
    """One event at the Parole Board on review 1."""
    row = {**PERSON, **REGION, "event_id": str(number), "review_id": "1", "event_type": kind, "event_on": day}
    return {**row, "review_series": "ipp_review", "in_psychology_sample": False, **more}


def lives() -> Records:
    """One person with two concluded reviews, one under way, and their reports."""
    reviews = [
        ("1", "2022-06-01", "2022-12-01", "remain_in_custody"),
        ("2", "2023-10-01", "2024-02-01", "release"),
        ("3", "2024-03-01", None, None),
    ]
    return {
        "ppud_sentence": [{**PERSON, "sentence_id": "s", "date_of_sentence": "2007-01-10", "sex": "male"}],
        "ppud_review": [
            {
                **REVIEW,
                "review_id": number,
                "referred_on": referred_on,
                "concluded_on": concluded_on,
                "outcome": outcome,
                "hearing_type": "oral_hearing" if outcome else None,
            }
            for number, referred_on, concluded_on, outcome in reviews
        ],
        "hearing_events": [
            event(1, "oral_hearing_concluded", "2022-12-01", outcome="remain_in_custody"),
            event(2, "oral_hearing_concluded", "2024-02-01", outcome="release"),
        ],
        "parom1_reports": [
            {
                **PERSON,
                **REGION,
                "report_id": "p1",
                "sentence_type": "IPP",
                "due_on": "2023-04-20",
                "received_on": "2023-04-20",
            },
            {
                **PERSON,
                **REGION,
                "report_id": "p2",
                "sentence_type": "IPP",
                "due_on": "2023-11-26",
                "received_on": "2023-12-24",
            },
        ],
    }


MARTS = ("parole_hearings", "parole_reports", "parole_intervals", "deferrals_and_adjournments")


@pytest.fixture(scope="module")
def models(compiled, tmp_path_factory) -> RecordModels:
    return RecordModels(compiled, tmp_path_factory.mktemp("parole"), MARTS)


def figures(models: RecordModels, records: Records, mart: str, columns: str = "*") -> set[tuple[Any, ...]]:
    """The rows of a mart made from these records."""
    frames = {name: pd.DataFrame(rows).astype(object).where(pd.notna) for name, rows in records.items()}
    with models.run(frames) as connection:
        return set(connection.execute(f"select {columns} from candidate.marts.{mart}").fetchall())


@pytest.mark.parametrize("kind", ["deferral", "adjournment"])
def test_a_deferral_or_an_adjournment_concludes_nothing(models, kind) -> None:
    moved = lives()
    moved["hearing_events"].append(event(3, kind, "2023-12-01", reason="report_not_ready", days_added=60))
    deferred = "deferrals_and_adjournments"

    assert figures(models, moved, "parole_hearings") == figures(models, lives(), "parole_hearings") != set()
    assert figures(models, moved, deferred) != figures(models, lives(), deferred)


def test_a_late_report_and_one_that_never_came_are_late_alike(models) -> None:
    never = lives()
    never["parom1_reports"][1]["received_on"] = None

    def on_time(records: Records) -> set[tuple[Any, ...]]:
        columns = "period_type, period_start, breakdown, category, on_time_percent, received_on_time, reports_due"
        return figures(models, records, "parole_reports", columns)

    assert on_time(never) == on_time(lives())
    assert {row[4:] for row in on_time(never) if row[0] == "financial_year" and row[2] == "total"} == {(50.0, 1, 2)}


def test_a_recall_later_begins_the_wait_for_a_review_afresh(models) -> None:
    recalled = lives()
    reviewed = {
        "custody_status": "recalled",
        "recall_id": "r",
        "review_series": "recall",
        "outcome": "remain_in_custody",
    }
    recalled["ppud_review"].append(
        {**REVIEW, **reviewed, "review_id": "4", "referred_on": "2024-03-10", "concluded_on": "2024-03-20"}
    )

    assert figures(models, recalled, "parole_intervals") == figures(models, lives(), "parole_intervals") != set()


def test_a_review_under_way_is_in_no_interval(models) -> None:
    waiting = lives()
    waiting["ppud_review"] = [row for row in waiting["ppud_review"] if row["outcome"]]

    assert figures(models, waiting, "parole_intervals") == figures(models, lives(), "parole_intervals")
