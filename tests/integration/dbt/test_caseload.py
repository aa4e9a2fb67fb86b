"""Who is counted where on a day: the caseload models on records written here."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.record_models import RecordModels

DAY = "2021-03-31"


@pytest.fixture(scope="module")
def models(compiled, tmp_path_factory) -> RecordModels:
    marts = ("caseload_by_location", "community_caseload", "dpp_people")
    return RecordModels(compiled, tmp_path_factory.mktemp("caseload"), marts)


def test_a_person_whose_supervision_is_suspended_still_serves_the_sentence(models):
    """Two people serve DPP on licence since 2014; the supervision of one is suspended."""
    people = ("supervised", "suspended")
    shared = [{"person_key": person, "as_at": DAY, "sex": "male"} for person in people]
    records = {
        "ppud_sentence": [
            {
                **row,
                "sentence_id": row["person_key"],
                "custody_type": "DPP",
                "convicted_under_18": True,
                "date_of_sentence": "2007-01-10",
                "is_governing_sentence": True,
            }
            for row in shared
        ],
        "ppud_release": [
            {
                **row,
                "sentence_type": "DPP",
                "release_id": row["person_key"],
                "release_kind": "first_release",
                "released_on": "2014-05-10",
            }
            for row in shared
        ],
        "ndelius_caseload": [
            {
                **row,
                "sentence_type": "DPP",
                "supervision_id": row["person_key"],
                "supervision_started_on": "2014-05-10",
                "supervision_suspended_on": "2020-06-01" if row["person_key"] == "suspended" else None,
            }
            for row in shared
        ],
    }
    frames = {name: pd.DataFrame(rows) for name, rows in records.items()}
    query = f"select measure, breakdown, value from figures_of_marts where period_end = date '{DAY}'"
    with models.run(frames) as connection:
        found = {(measure, breakdown): value for measure, breakdown, value in connection.execute(query).fetchall()}
    assert found["dpp_people", ""] == found["ipp_caseload", "sentence_type=dpp"] == 2
    assert found["dpp_people", "location=community"] == found["ipp_caseload", "location=community"] == 2
    assert found["ipp_community_caseload", "sentence_type=dpp"] == 1
