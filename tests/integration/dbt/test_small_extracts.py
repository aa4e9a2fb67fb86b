"""What the models make of the extracts of a few people: the loader reads them, and DuckDB runs what dbt compiled.

Extracts whose events do not give the people that NOMIS and nDelius hold are not published. What does not apply to a
person can be guessed from missing records.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from orchestration.quality.runner import Target, run_suite
from orchestration.quality.suites import read_suite
from orchestration.records.contract import read_contracts
from orchestration.records.loader import load
from orchestration.settings import ROOT
from tests.record_models import RecordModels
from tests.small_records import AS_AT, Extracts, small_extracts, write

pytestmark = pytest.mark.slow

SUITE = ROOT / "expectations" / "candidate" / "status_agreement.json"
OF_EACH = 200
"""People of each status: 1,200 releases, of which the contract lets 24 be unreadable."""


@pytest.fixture(scope="module")
def models(compiled, tmp_path_factory) -> RecordModels:
    names = ["status_agreement", "caseload_by_location", "rag_ratings"]
    return RecordModels(compiled, tmp_path_factory.mktemp("small"), names)


def agreement(models: RecordModels, folder: Path, extracts: Extracts) -> pd.DataFrame:
    """The table that the models make of the extracts."""
    assert load(folder / "internal.duckdb", write(folder / "raw", extracts), read_contracts()) == []
    with models.run({}, landed=folder / "internal.duckdb") as connection:
        return connection.sql("from candidate.marts.status_agreement order by kind").df()


def outside(found: pd.DataFrame) -> dict[str, int]:
    """People of each kind of disagreement of whom there are too many."""
    rows = found[found["agreement"] == "outside_tolerance"]
    return {kind: int(people) for kind, people in zip(rows["kind"], rows["people"], strict=True)}


def judged(found: pd.DataFrame) -> list[str]:
    """What the checks say that fail."""
    results = run_suite(read_suite(SUITE, ROOT / "expectations"), Target("marts.status_agreement", found))
    return [str(result) for result in results if not result.success]


def test_extracts_that_agree_pass(models, tmp_path):
    found = agreement(models, tmp_path, small_extracts(OF_EACH))
    assert set(found["agreement"]) == {"equal"}
    assert set(found["people"]) == {0}
    assert judged(found) == []


def test_recalls_without_their_day_of_return_are_not_published(models, tmp_path):
    extracts = small_extracts(OF_EACH)
    in_prison = {row["prison_number"] for row in extracts["nomis_custody_snapshot"]}
    for row in [row for row in extracts["ppud_recall"] if row["prison_number"] in in_prison][:20]:
        row["returned_to_custody_on"] = ""
    found = agreement(models, tmp_path, extracts)
    assert outside(found) == {"in_nomis_derived_unlawfully_at_large": 20, "any_disagreement": 20}
    (said,) = judged(found)
    assert "in_nomis_derived_unlawfully_at_large: 20 people, at most 3 may disagree" in said
    assert "returned_to_custody_on in ppud_recall" in said


def test_days_of_release_written_with_the_day_first_are_not_published(models, tmp_path):
    """They are rejected, not read with the month first; the people then seem to be in prison still."""
    extracts = small_extracts(OF_EACH)
    for row in [row for row in extracts["ppud_release"] if row["release_kind"] == "re_release"][:14]:
        year, month, day = row["released_on"].split("-")
        row["released_on"] = f"{day}/{month}/{year}"
    found = agreement(models, tmp_path, extracts)
    assert outside(found) == {
        "derived_in_prison_not_in_nomis": 14,
        "in_ndelius_derived_prison": 14,
        "any_disagreement": 14,
    }
    (said,) = judged(found)
    assert "derived_in_prison_not_in_nomis: 14 people, at most 3 may disagree" in said
    assert "released_on in ppud_release" in said


def test_a_few_people_within_the_tolerance_pass_and_their_number_stays_inside(models, tmp_path):
    extracts = small_extracts(OF_EACH)
    extracts["nomis_custody_snapshot"] = extracts["nomis_custody_snapshot"][2:]
    found = agreement(models, tmp_path, extracts).set_index("kind")
    row = found.loc["derived_in_prison_not_in_nomis"]
    assert row["agreement"] == "within_tolerance"
    assert pd.isna(row["people"])
    assert row["finding"] == ""
    assert judged(found.reset_index()) == []


def test_an_absent_snapshot_is_not_compared(models, tmp_path):
    extracts = small_extracts(OF_EACH)
    del extracts["nomis_custody_snapshot"]
    found = agreement(models, tmp_path, extracts).set_index("kind")["agreement"]
    assert found["derived_in_prison_not_in_nomis"] == "not_comparable"
    assert found["in_ndelius_derived_prison"] == "equal"
    assert found["any_disagreement"] == "equal"


def counts(models: RecordModels, folder: Path, extracts: Extracts, measure: str, dimension: str) -> dict[str, float]:
    """The newest counts of a measure by one dimension."""
    assert load(folder / "internal.duckdb", write(folder / "raw", extracts), read_contracts()) == []
    with models.run({}, landed=folder / "internal.duckdb") as connection:
        rows = connection.execute(
            "select breakdown, value from figures_of_marts "
            "where measure = ? and statistic = 'count' and period_end = ? "
            "and breakdown like ? || '=%' and breakdown not like '%;%'",
            [measure, AS_AT, dimension],
        ).fetchall()
    return {breakdown.partition("=")[2]: value for breakdown, value in rows}


def test_a_custody_status_does_not_apply_outside_prison(models, tmp_path):
    found = counts(models, tmp_path, small_extracts(10), "ipp_caseload", "custody_status")
    assert found == {"unreleased": 10, "recalled": 10, "not_applicable": 30}


def test_a_probation_region_does_not_apply_before_the_first_release(models, tmp_path):
    extracts = small_extracts(10)
    released = [row for row in extracts["ppud_release"] if row["release_kind"] == "first_release"]
    unsupervised = {f"X{row['prison_number'][1:5].zfill(6)}" for row in released if row["prison_number"] == "A0002BC"}
    extracts["ndelius_caseload"] = [
        row for row in extracts["ndelius_caseload"] if row["case_reference_number"] not in unsupervised
    ]
    found = counts(models, tmp_path, extracts, "ipp_caseload", "probation_region")
    assert found == {"london": 39, "not_recorded": 1, "not_applicable": 10}


def test_a_prison_does_not_apply_to_a_rating_in_the_community(models, tmp_path):
    extracts = small_extracts(10)
    extracts["rag_exercise"] = [
        {
            "exercise_on": str(AS_AT),
            "prison_number": row["prison_number"],
            "sex": "male",
            "cohort": "recalled" if index else "community",
            "rating": "red",
            "delivery_unit": "NE",
            "prison_code": "LEI" if index else "",
            "probation_region": "London",
            "source_kind": "synthetic",
        }
        for index, row in enumerate(extracts["ppud_recall"])
    ]
    assert load(tmp_path / "internal.duckdb", write(tmp_path / "raw", extracts), read_contracts()) == []
    with models.run({}, landed=tmp_path / "internal.duckdb") as connection:
        rows = connection.execute(
            "select category, people from candidate.marts.rag_ratings "
            "where breakdown = 'prison_code' and period_end = ?",
            [AS_AT],
        ).fetchall()
    assert dict(rows) == {"LEI": 29, "not_applicable": 1}
