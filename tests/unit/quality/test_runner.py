"""What a suite says of a frame: where it fails, that it could not be checked, and never a record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.quality import runner
from orchestration.quality.results import CheckResult
from orchestration.quality.runner import Target, run_suite
from orchestration.quality.suites import DeclaredExpectation, DeclaredSuite

SECRET = "Jane Doe, HMP Somewhere"


def expectation(kind: str, **kwargs: Any) -> DeclaredExpectation:
    return DeclaredExpectation(f"expect_{kind}", kwargs, f"Why {kind}.")


def where(column: str, value: str) -> dict[str, Any]:
    """The condition that a column has a value."""
    return {"type": "comparison", "column": {"name": column}, "operator": "==", "parameter": value}


def suite(*expectations: DeclaredExpectation) -> DeclaredSuite:
    return DeclaredSuite("landing.t", Path("expectations/landing/t.json"), expectations)


SEX = expectation("column_values_to_be_in_set", column="sex", value_set=["male", "female"])
VALUE = expectation("column_values_to_be_between", column="value", min_value=0)
KEY = expectation("compound_columns_to_be_unique", column_list=["sex", "value"])
ROWS = expectation("table_row_count_to_equal", value=3)
ABSENT = expectation("column_values_to_not_be_null", column="no_such_column")
STATUS = expectation("column_values_to_not_be_null", column="value", row_condition=where("status", "final"))


def frame(**changes: Any) -> pd.DataFrame:
    """Three landed figures."""
    content = {
        "sex": ["male", "female", "male"],
        "value": [1.0, 2.0, None],
        "status": ["final", "final", "suppressed"],
        "release_id": ["2024-q4"] * 3,
        "source_file": ["a.ods"] * 3,
        "source_sheet": ["T"] * 3,
        "source_cell": ["B1", "B2", "B3"],
    }
    return pd.DataFrame(content | changes)


def run(declared: DeclaredSuite, rows: pd.DataFrame) -> tuple[CheckResult, ...]:
    return run_suite(declared, Target("landing.t", rows))


def test_every_expectation_gives_one_result_in_the_order_of_the_file() -> None:
    results = run(suite(ROWS, ABSENT, SEX, STATUS), frame())
    assert [result.reason for result in results] == [item.reason for item in (ROWS, ABSENT, SEX, STATUS)]
    assert [result.success for result in results] == [True, False, True, True]
    assert [result.could_run for result in results] == [True, False, True, True]
    assert {result.suite for result in results} == {result.target for result in results} == {"landing.t"}


def test_failure_names_rows_places_and_values() -> None:
    (result,) = run(suite(SEX), frame(sex=["male", "mael", "female"]))
    assert (result.success, result.could_run) == (False, True)
    assert result.observed == "1 of 3 rows: 2024-q4 / a.ods / T / B2: sex = mael"


def test_many_failures_are_counted_and_the_first_are_named() -> None:
    rows = pd.concat([frame(sex=["x", "y", "z"])] * 4, ignore_index=True)
    (result,) = run(suite(SEX), rows)
    assert result.observed.startswith("12 of 12 rows: ")
    assert result.observed.count("sex = ") == runner.SHOWN
    assert result.observed.endswith("; …")


def test_missing_column_could_not_be_checked() -> None:
    (result,) = run(suite(ABSENT), frame())
    assert (result.success, result.could_run) == (False, False)
    assert result.observed.startswith("could not be checked")
    assert "no_such_column" in result.observed


@pytest.mark.parametrize(
    "broken",
    [
        expectation("column_values_to_be_between", column="sex", min_value=0),
        expectation("column_values_to_not_be_null", column="value", row_condition=where("no_such_column", "x")),
        expectation("column_values_to_match_regex", column="sex", regex="["),
        DeclaredExpectation("unexpected_rows_expectation", {"unexpected_rows_query": "select 1 from {batch}"}, "Why."),
    ],
)
def test_expectation_that_errors_blocks(broken: DeclaredExpectation) -> None:
    sound, failed = run(suite(ROWS, broken), frame())
    assert sound.success
    assert (failed.success, failed.could_run) == (False, False)
    assert "could not be checked" in failed.observed


def test_unknown_expectation_stops_its_whole_suite() -> None:
    (result,) = run(suite(ROWS, expectation("something_unknown")), frame())
    assert (result.success, result.could_run) == (False, False)
    assert "not known and was dropped" in result.observed


def test_engine_that_breaks_leaves_every_expectation_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down() -> None:
        raise MemoryError(SECRET)

    monkeypatch.setattr(runner, "dataframe_batch", break_down)
    results = run(suite(ROWS, SEX), frame())
    assert [(result.success, result.could_run) for result in results] == [(False, False)] * 2
    assert SECRET in results[0].observed


def test_result_that_does_not_come_back_is_not_taken_for_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    real = runner._outcomes

    def forgetful(*arguments: Any) -> dict[int, Any]:
        return {position: outcome for position, outcome in real(*arguments).items() if position != 1}

    monkeypatch.setattr(runner, "_outcomes", forgetful)
    results = run(suite(ROWS, SEX), frame())
    assert [result.success for result in results] == [True, False]
    assert "there is no result for it" in results[1].observed


def test_empty_table_passes() -> None:
    every = suite(SEX, VALUE, KEY, STATUS, expectation("table_row_count_to_equal", value=0))
    assert all(result.success for result in run(every, frame().iloc[:0]))


def test_rows_do_not_reach_the_log(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    rows = frame(sex=[SECRET] * 3)
    run(suite(SEX, expectation("column_values_to_be_between", column="sex", min_value=0)), rows)
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())
