"""A release is read file by file, table by table; what is wrong with any of it is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.extraction.release import ReleaseReading, read_release
from orchestration.sources.spec import Source, TableSpec
from tests.small_tables import source, spec

OTHER = spec(table="other", title={"all_of": ["people by age"]})


def _read(folder: Path, declared: Source, **files: str) -> ReleaseReading:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_release(folder.glob("*.csv"), declared, "1", "People by sex")


def _said(reading: ReleaseReading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def _with_files(*kinds: dict[str, object], specs: tuple[TableSpec, ...] = (spec(),)) -> Source:
    return source(*specs, files=list(kinds))


def test_every_file_of_a_release_is_read(tmp_path):
    reading = _read(tmp_path, source(spec()), a="Sex,30 Jun 2024\nMale,1\n", b="Sex,30 Sep 2024\nMale,2\n")

    assert reading.problems == []
    assert [(seen.file, seen.value) for seen in reading.observations] == [("a.csv", 1.0), ("b.csv", 2.0)]


def test_the_problems_of_every_file_are_told_at_once(tmp_path):
    reading = _read(
        tmp_path, source(spec()), a="Sex,30 Jun 2024\nBoys,1\n", b='Sex,"30 Sep', c="Sex,30 Sep 2024\nMale,\n"
    )

    assert sorted(problem.file for problem in reading.problems) == ["a.csv", "b.csv", "c.csv"]


@pytest.mark.parametrize(("kinds", "found"), [(["^b"], "none of them"), (["^a", "csv$"], "2 of them")])
def test_a_file_name_of_no_kind_or_of_two_is_told(tmp_path, kinds, found):
    declared = _with_files(*({"name": kind, "tables": ["small"]} for kind in kinds))
    (problem,) = _read(tmp_path, declared, a="Sex,30 Jun 2024\nMale,1\n").problems

    assert (problem.file, problem.found) == ("a.csv", found)
    assert "a file name of one known kind" in problem.expected


def test_a_table_that_a_file_should_hold_and_does_not_is_told_with_what_is_there(tmp_path):
    reading = _read(tmp_path, source(spec(), OTHER), a="Sex,30 Jun 2024\nMale,1\n")

    (problem,) = reading.problems
    assert (problem.file, problem.expected) == ("a.csv", "a table whose title says 'people by age'")
    assert problem.found == "none (titles there: People by sex)"
    assert problem.remedy == "if it was renamed, declare the new title in the table's spec"


def test_tables_of_one_title_are_told_apart_by_their_headings(tmp_path):
    by_age = spec(
        table="other",
        label_columns=[{"heading": "Age", "dimension": "age", "members": {"young": ["Young"]}}],
        figures=[],
    )
    declared = source(spec(), by_age, files=[{"name": "^a", "tables": ["small"]}, {"name": "^b", "tables": ["other"]}])
    reading = _read(tmp_path, declared, a="Sex,30 Jun 2024\nMale,1\n", b="Age,30 Jun 2024\nYoung,2\n")

    assert reading.problems == []
    assert [(table.region.file, table.spec.table) for table in reading.tables] == [
        ("a.csv", "small"),
        ("b.csv", "other"),
    ]


def test_a_table_that_two_specs_fit_is_told(tmp_path):
    twin = spec(table="twin")
    reading = _read(tmp_path, source(spec(), twin), a="Sex,30 Jun 2024\nMale,1\n")

    assert any(
        "expected headings that one spec alone fits; found 2 of small, twin" in problem for problem in _said(reading)
    )
    assert reading.observations == []


def test_a_table_about_what_must_be_mapped_without_a_spec_is_told_and_others_are_remembered(tmp_path):
    declared = _with_files({"name": ".", "tables": []}, specs=(OTHER,))
    quiet = _read(tmp_path, declared, a="Sex,30 Jun 2024\nMale,1\n")
    strict = _read(
        tmp_path, declared.model_copy(update={"must_be_mapped": "(?i)by sex"}), a="Sex,30 Jun 2024\nMale,1\n"
    )

    assert (quiet.problems, quiet.not_taken) == ([], ["People by sex"])
    assert any("expected a spec for every table about these sentences" in problem for problem in _said(strict))
