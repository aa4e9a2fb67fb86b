"""What the benchmarks name is in the project: nothing else runs them often."""

from __future__ import annotations

from benchmarks.records import MODELS
from benchmarks.records_scope import COLUMNS
from orchestration.records.contract import read_contracts
from orchestration.settings import ROOT


def test_the_models_that_are_measured_exist() -> None:
    models = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}
    assert set(MODELS) <= models


def test_the_columns_that_pandas_reads_are_in_the_contracts() -> None:
    contracts = read_contracts()
    unknown = {name: {*columns} - {*contracts[name].landed, "as_at"} for name, columns in COLUMNS.items()}
    assert {name: columns for name, columns in unknown.items() if columns} == {}
