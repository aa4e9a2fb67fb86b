"""What the benchmarks name is in the project: nothing else runs them often."""

from __future__ import annotations

import datetime as dt
import importlib
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.measuring import Run
from benchmarks.records import MODELS, OTHERS, fastest
from benchmarks.records_scope import COLUMNS
from benchmarks.staged_refresh import STAGES
from orchestration.records.contract import read_contracts
from orchestration.settings import ROOT


def test_the_models_that_are_measured_exist() -> None:
    models = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}
    assert set(MODELS) <= models


def test_the_columns_that_pandas_and_polars_read_are_in_the_contracts() -> None:
    contracts = read_contracts()
    unknown = {name: {*columns} - {*contracts[name].landed, "as_at"} for name, columns in COLUMNS.items()}
    assert {name: columns for name, columns in unknown.items() if columns} == {}


@pytest.mark.slow
def test_the_functions_that_a_profile_times_exist() -> None:
    for name in (name for names in STAGES.values() for name in names):
        module, _, function = name.rpartition(".")
        assert hasattr(importlib.import_module(module), function), name


AS_AT = dt.date(2017, 3, 31)
SENTENCED = dt.date(2010, 1, 10)
ONE, OTHER, THIRD = {"person_key": "a"}, {"person_key": "b"}, {"person_key": "c"}
IPP = {"sex": "male", "sentence_type": "IPP"}
RECORDS: dict[str, list[dict[str, Any]]] = {
    # One was released, recalled for eight months and released again; the other was never released. A third
    # died in prison.
    "ppud_sentence": [
        {**who, "sex": sex, "convicted_under_18": dpp, "date_of_sentence": SENTENCED, "as_at": AS_AT}
        for who, sex, dpp in ((ONE, "male", False), (OTHER, "female", True), (THIRD, "male", False))
    ],
    "ppud_release": [
        {**ONE, **IPP, "release_kind": "first_release", "released_on": dt.date(2015, 2, 3)},
        {**ONE, **IPP, "recall_id": "r", "release_kind": "re_release", "released_on": dt.date(2017, 1, 20)},
    ],
    "ppud_recall": [
        {
            **ONE,
            **IPP,
            "probation_region": "London",
            "recall_id": "r",
            "recall_number": 1,
            "licence_revoked_on": dt.date(2016, 5, 10),
            "returned_to_custody_on": dt.date(2016, 5, 12),
            "agreed_by_deputy_head": True,
        }
    ],
    "ppud_termination_review": [],
    "ndelius_caseload": [
        {**ONE, **IPP, "probation_region": "London", "supervision_started_on": dt.date(2015, 2, 3)},
    ],
    "nomis_custody_snapshot": [
        {
            **OTHER,
            "sex": "female",
            "ethnicity": "white",
            "imprisonment_status": "DPP",
            "legal_status": "SENTENCED",
            "received_on": SENTENCED,
        }
    ],
    "nomis_movements": [
        {**ONE, "movement_sequence": 1, "moved_on": SENTENCED, "movement_type": "admission", "to_prison": "LEI"},
        {**OTHER, "movement_sequence": 1, "moved_on": SENTENCED, "movement_type": "admission", "to_prison": "BZI"},
        {**THIRD, "movement_sequence": 1, "moved_on": SENTENCED, "movement_type": "admission", "to_prison": "LEI"},
        {**THIRD, "movement_sequence": 2, "moved_on": dt.date(2016, 8, 1), "movement_type": "death"},
    ],
}
COUNTED = {
    ("caseload", "count", "", "2015-03-31"): 3,
    ("caseload", "count", "", "2017-03-31"): 2,
    ("caseload", "count", "location=prison", "2015-03-31"): 2,
    ("caseload", "count", "location=community;probation_region=London", "2015-03-31"): 1,
    ("caseload", "count", "location=prison", "2016-06-30"): 3,
    ("caseload", "count", "custody_status=recalled", "2016-06-30"): 1,
    ("caseload", "count", "custody_status=unreleased", "2016-06-30"): 2,
    ("caseload", "count", "location=prison;sentence_type=DPP", "2016-06-30"): 1,
    ("caseload", "count", "location=prison;sex=female", "2017-03-31"): 1,
    ("caseload", "count", "prison_code=BZI", "2017-03-31"): 1,
    ("ipp_recalls", "count", "recall_number=1", "2016-06-30"): 1,
    ("ipp_recalls", "count", "ethnicity=not_recorded", "2016-12-31"): 1,
    ("ipp_people_recalled", "count", "", "2016-06-30"): 1,
    ("ipp_recalls_agreed_by_deputy_head", "share", "", "2016-06-30"): None,
    # 3 February 2015 to 10 May 2016; 12 May 2016 to 20 January 2017.
    ("time_to_recall", "survival after 462 days", "first_or_rerelease=first_release", "2015-03-31"): 0,
    ("time_recalled_all", "survival after 253 days", "", "2016-06-30"): 0,
}
"""What a person counts from RECORDS, by measure, statistic, breakdown and the last day of the period."""


def kind(name: str) -> pa.DataType:
    """The type of a column that the extracts are exported with."""
    if name in ("convicted_under_18", "agreed_by_deputy_head"):
        return pa.bool_()
    if name in ("movement_sequence", "recall_number"):
        return pa.int64()
    return pa.date32() if name.endswith("_on") or name in ("as_at", "date_of_sentence") else pa.string()


@pytest.mark.slow
@pytest.mark.parametrize("side", OTHERS)
def test_pandas_and_polars_count_what_a_person_counts(
    side: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for extract, columns in COLUMNS.items():
        schema = pa.schema([(name, kind(name)) for name in columns])
        pq.write_table(pa.Table.from_pylist(RECORDS[extract], schema), tmp_path / f"{extract}.parquet")
    file = tmp_path / "figures.parquet"
    monkeypatch.setattr("sys.argv", ["", str(tmp_path), str(file)])
    importlib.import_module(f"benchmarks.records_{side}").main()
    key = "measure, statistic, breakdown, period_end::date::text"
    found = {
        row[:4]: row[4]
        for row in duckdb.sql(f"select {key}, value from '{file}' where period_type <> 'period'").fetchall()
    }
    assert {key: found.get(key) for key in COUNTED} == COUNTED


def test_the_fastest_side_is_the_one_with_the_smallest_median() -> None:
    runs = {"sql": [3.0, 1.0, 9.0], "pandas": [4.0, 4.0, 4.0], "polars": [0.5, 5.0, 5.0]}
    assert fastest({side: [Run(seconds, 1.0, 1.0) for seconds in times] for side, times in runs.items()}) == "sql"
