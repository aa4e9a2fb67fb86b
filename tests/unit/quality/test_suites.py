"""A suite runs just as written in its file, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.quality import suites
from orchestration.quality.engine import dataframe_batch
from orchestration.quality.judge import target_of
from orchestration.quality.runner import Target, run_suite
from orchestration.quality.suites import (
    DeclaredExpectation,
    DeclaredSuite,
    SuiteError,
    load_suite,
    read_suite,
    suite_name,
)
from orchestration.settings import ROOT
from orchestration.sources.spec import BlockRows, Source, TableSpec

FOLDER = ROOT / "expectations"
FILES = sorted(FOLDER.rglob("*.json"))
NOT_NULL: dict[str, Any] = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "sex"},
    "meta": {"reason": "A row without a sex would be found by no filter."},
}


def write(folder: Path, *expectations: Any, **changes: Any) -> Path:
    """A suite file, by default a sound one, with keys changed; a value of None takes the key out."""
    content = {
        "name": "landing.t",
        "expectations": list(expectations),
        "meta": {"great_expectations_version": "1.24.1"},
    }
    path = folder / "landing" / "t.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({key: value for key, value in (content | changes).items() if value is not None}))
    return path


@pytest.mark.parametrize("path", FILES, ids=[suite_name(path, FOLDER) for path in FILES])
def test_suite_of_the_repository_is_loaded_as_written(path: Path) -> None:
    declared = read_suite(path, FOLDER)
    assert len(load_suite(declared).expectations) == len(declared.expectations)


@pytest.mark.parametrize("path", FILES, ids=[suite_name(path, FOLDER) for path in FILES])
def test_every_expectation_gives_its_reason_in_one_plain_sentence(path: Path) -> None:
    for expectation in read_suite(path, FOLDER).expectations:
        assert expectation.reason.endswith("."), expectation.reason
        assert 5 <= len(expectation.reason.split()) <= 30, expectation.reason
        assert ". " not in expectation.reason, expectation.reason


def members(spec: TableSpec) -> dict[str, set[str]]:
    """Every member that a table's spec can give a dimension."""
    found: dict[str, set[str]] = {name: {"all"} for name in spec.dimensions}
    for one in (*spec.label_columns, *spec.headings, *(block.rows for block in spec.blocks if block.rows)):
        if one.dimension:
            found[one.dimension] |= set(one.labels if isinstance(one, BlockRows) else one.members)
    fixed: list[Mapping[str, str]] = [
        spec.set,
        *(block.set for block in spec.blocks),
        *(n.set for n in spec.note_figures),
    ]
    for name, member in ((name, member) for pairs in fixed for name, member in pairs.items()):
        found[name].add(member)
    for repeated in spec.repeated_periods:
        found[repeated.dimension] |= set(repeated.members)
    return found


def test_every_dimension_of_every_published_table_has_a_closed_set_or_a_pattern(sources: Mapping[str, Source]) -> None:
    for source in sources.values():
        for name, spec in source.tables.items():
            suite = read_suite(FOLDER / "landing" / source.publication / f"{name}.json", FOLDER)
            closed = {
                item.kwargs["column"]: set(item.kwargs["value_set"])
                for item in suite.expectations
                if item.type == "expect_column_values_to_be_in_set" and "row_condition" not in item.kwargs
            }
            assert target_of(suite.name) == f"landing.{source.landing_name(name)}"
            gains = {block.rows.dimension for block in spec.blocks if block.rows and block.rows.new_members}
            patterns = {item.kwargs["column"] for item in suite.expectations if item.type.endswith("to_match_regex")}
            assert gains <= patterns, f"{suite.name}: a dimension that can gain members has a pattern"
            for dimension, known in members(spec).items():
                assert dimension in gains or closed[dimension] <= known, f"{suite.name}: {dimension}"
            assert closed["measure"] == {figure.measure for figure in spec.figures}, suite.name


def test_sound_suite_is_read(tmp_path: Path) -> None:
    declared = read_suite(write(tmp_path, NOT_NULL), tmp_path)
    assert [item.name for item in declared.expectations] == ["expect_column_values_to_not_be_null(sex)"]
    load_suite(declared)


def test_condition_is_shown_in_words(tmp_path: Path) -> None:
    is_ipp = {"type": "comparison", "column": {"name": "sentence"}, "operator": "IN", "parameter": ["ipp", "dpp"]}
    is_known = {"type": "nullity", "column": {"name": "age"}, "is_null": False}
    condition = {"type": "and", "conditions": [is_ipp, is_known]}
    kwargs = {"column": "sex", "row_condition": condition}
    (item,) = read_suite(write(tmp_path, NOT_NULL | {"kwargs": kwargs}), tmp_path).expectations
    assert item.name == "expect_column_values_to_not_be_null(sex) where sentence in ipp, dpp and age is not null"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"type": "expect_column_values_to_be_splendid"}, "is not known and was dropped"),
        ({"type": "expect_column_values_to_not_be_nul"}, "is not known and was dropped"),
        ({"kwargs": {"colum": "sex"}}, "cannot be loaded"),
        ({"kwargs": {"column": "sex", "mostly_all": 1}}, "cannot be loaded"),
        ({"kwargs": {}}, "cannot be loaded"),
        ({"kwargs": {"column": "sex", "row_condition": {"type": "perhaps"}}}, "cannot be loaded"),
    ],
)
def test_expectation_that_is_not_known_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    declared = read_suite(write(tmp_path, NOT_NULL, NOT_NULL | changes), tmp_path)
    with pytest.raises(SuiteError, match=said):
        load_suite(declared)


def test_great_expectations_does_drop_what_it_does_not_know() -> None:
    """The trap itself: when this fails, the comparison may no longer be needed."""
    dataframe_batch()
    from great_expectations import ExpectationSuite

    suite = ExpectationSuite(name="t", expectations=[NOT_NULL, NOT_NULL | {"type": "expect_nothing_known"}])
    assert len(suite.expectations) == 1


@pytest.mark.parametrize(
    "loaded",
    [
        [],
        [{"type": "expect_column_values_to_be_null", "kwargs": {"column": "sex"}, "meta": {"position": 0}}],
        [{"type": NOT_NULL["type"], "kwargs": {"column": "age"}, "meta": {"position": 0}}],
        [{"type": NOT_NULL["type"], "kwargs": {"column": "sex", "mostly": 0.5}, "meta": {"position": 0}}],
        [{"type": NOT_NULL["type"], "kwargs": {"column": "sex"}, "meta": {"position": 1}}],
        [{"type": NOT_NULL["type"], "kwargs": {"column": "sex"}}],
    ],
)
def test_whatever_was_loaded_otherwise_is_a_difference(loaded: list[dict[str, Any]]) -> None:
    declared = [{"type": NOT_NULL["type"], "kwargs": {"column": "sex"}, "meta": {"position": 0}}]
    assert suites._differences(declared, loaded)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expectations": []}, "at least one expectation"),
        ({"expectations": {}}, "at least one expectation"),
        ({"expectations": None}, "exactly the keys"),
        ({"expectation": []}, "exactly the keys"),
        ({"name": "landing.other"}, "expected name 'landing.t'"),
        ({"meta": {}}, "great_expectations_version"),
        ({"expectations": [{"type": "t", "kwargs": {}}]}, "exactly the keys type, kwargs, meta"),
        ({"expectations": [NOT_NULL | {"meta": {}}]}, "expected meta.reason"),
        ({"expectations": [NOT_NULL | {"meta": {"reason": " "}}]}, "expected meta.reason"),
        ({"expectations": [NOT_NULL | {"meta": {"reason": "Because.", "note": "x"}}]}, "expected meta.reason"),
        ({"expectations": [NOT_NULL | {"kwargs": []}]}, "an object as kwargs"),
        ({"expectations": ["expect"]}, "exactly the keys type, kwargs, meta"),
    ],
)
def test_file_that_is_no_suite_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SuiteError, match=said):
        read_suite(write(tmp_path, NOT_NULL, **changes), tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "a", "name": "b"}', "\x00"])
def test_file_that_is_no_json_object_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, NOT_NULL)
    path.write_text(text)
    with pytest.raises(SuiteError, match=r"landing.t\.json"):
        read_suite(path, tmp_path)


def test_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, NOT_NULL)
    path.write_text(path.read_text().replace('"column": "sex"', '"column": "sex", "column": "age"'))
    with pytest.raises(SuiteError, match="appears twice"):
        read_suite(path, tmp_path)


def told_apart(frame: pd.DataFrame, item: DeclaredExpectation) -> pd.DataFrame:
    """One row of the frame for each that the row condition of an expectation could take another way."""
    condition = str(item.kwargs.get("row_condition", ""))
    named = [name for name in frame.columns if name in condition]
    return frame.drop_duplicates(named) if named else frame.head(1)


def spoilt(frame: pd.DataFrame, item: DeclaredExpectation) -> pd.DataFrame:
    """The frame with the column an expectation is about spoilt in every row."""
    if item.type == "expect_column_values_to_not_be_null":
        return frame.assign(**{item.kwargs["column"]: None})
    if item.type == "expect_column_values_to_be_between":
        return frame.assign(**{item.kwargs["column"]: 1e9})
    return frame.assign(**{item.kwargs["column"]: "not known"})


LANDING = [path for path in FILES if path.parent.parent.name == "landing"]


@pytest.mark.parametrize("path", LANDING, ids=[suite_name(path, FOLDER) for path in LANDING])
def test_every_expectation_fails_once_its_column_is_spoilt(path: Path, untouched: duckdb.DuckDBPyConnection) -> None:
    """So none is idle: a row condition with a member misspelt would apply to no row, and hold for ever."""
    suite = read_suite(path, FOLDER)
    frame = untouched.execute(f"select * from {target_of(suite.name)}").df()
    if frame.empty:
        pytest.skip("raw/ holds no release of this table")
    for item in suite.expectations:
        alone = DeclaredSuite(suite.name, suite.path, (item,))
        (result,) = run_suite(alone, Target(suite.name, spoilt(told_apart(frame, item), item)))
        assert (result.success, result.could_run) == (False, True), result
