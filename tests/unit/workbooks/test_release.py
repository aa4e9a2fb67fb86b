"""A release is read file by file, table by table; everything wrong is reported at once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from orchestration.sources.spec import Source, TableSpec
from orchestration.workbooks.release import ReleaseReading, read_release
from tests.fixtures.published_layouts.make_fixtures import write_ods
from tests.independent_reader import read_grids
from tests.small_tables import source, spec
from tests.workbooks import RAW

TITLE = "People by sex"
RECALLS = {"recalls_by_sentence", "recalls_by_reason", "releases_after_recall"}
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


def test_the_problems_of_every_file_are_reported_at_once(tmp_path):
    reading = _read(
        tmp_path, source(spec()), a="Sex,30 Jun 2024\nBoys,1\n", b='Sex,"30 Sep', c="Sex,30 Sep 2024\nMale,\n"
    )

    assert sorted(problem.file for problem in reading.problems) == ["a.csv", "b.csv", "c.csv"]


@pytest.mark.parametrize("kinds", [["^b"], ["^a", "csv$"]], ids=["no kind", "two kinds"])
def test_a_file_whose_name_does_not_say_its_kind_is_of_the_kind_that_its_tables_say(tmp_path, kinds):
    declared = _with_files(*({"name": kind, "tables": ["small"]} for kind in kinds))
    reading = _read(tmp_path, declared, a="Sex,30 Jun 2024\nMale,1\n")

    assert reading.problems == []
    assert [seen.value for seen in reading.observations] == [1.0]


def test_a_file_whose_name_and_tables_say_nothing_is_reported_with_what_is_in_it(tmp_path):
    declared = _with_files({"name": "^b", "tables": ["other"]}, specs=(OTHER,))
    (problem,) = _read(tmp_path, declared, a="Sex,30 Jun 2024\nMale,1\n").problems

    assert (problem.file, problem.found) == ("a.csv", "none of its tables (there: 'People by sex')")
    assert problem.expected.startswith("a file that its name or its tables show to be of one kind")


def test_a_file_of_no_known_name_must_hold_all_that_its_kind_must(tmp_path):
    declared = _with_files({"name": "^b", "tables": ["small", "other"]}, specs=(spec(), OTHER))
    (problem,) = _read(tmp_path, declared, a="Sex,30 Jun 2024\nMale,1\n").problems

    assert problem.found == "only small"


@pytest.mark.parametrize(
    ("name", "months"),
    [
        ("people 31-Mar-2025", [0]),
        ("people_31_March_2025", [0]),
        ("People.31st.Mar.2025.final", []),
        ("people Jan to Mar 2025", [0]),
        ("people-january-2025-to-march-2025", []),
        ("people-2019", [0]),
        ("release-of-may-2025", []),
        ("table 1", [0]),
    ],
)
def test_a_name_that_is_not_planned_for_is_taken_where_it_says_the_period_of_its_tables_or_none(tmp_path, name, months):
    kind = {"name": "^b", "tables": ["small"], "months_before_release": months}
    (tmp_path / f"{name}.csv").write_text("Sex,31 Mar 2025\nMale,1\n", encoding="utf-8")

    reading = read_release(tmp_path.glob("*.csv"), _with_files(kind), "1", "People by sex", dt.date(2025, 3, 31))
    assert reading.problems == []


@pytest.mark.parametrize("name", ["people 31 Dec 2024", "people_Oct_to_Dec_2024", "october-2024-to-december-2024"])
def test_a_name_that_is_not_planned_for_and_that_says_another_period_is_refused(tmp_path, name):
    (tmp_path / f"{name}.csv").write_text("Sex,31 Mar 2025\nMale,1\n", encoding="utf-8")

    (problem,) = read_release(
        tmp_path.glob("*.csv"), _with_files({"name": "^b", "tables": ["small"]}), "1", TITLE
    ).problems
    assert problem.expected.startswith("the newest period to be that of the file's name")


def test_a_file_of_no_known_name_is_held_against_the_release(tmp_path):
    kind = {"name": "^b", "tables": ["small"], "months_before_release": [0]}
    (tmp_path / "a.csv").write_text("Sex,31 Mar 2025\nMale,1\n", encoding="utf-8")

    (problem,) = read_release([tmp_path / "a.csv"], _with_files(kind), "1", TITLE, dt.date(2025, 6, 30)).problems
    assert problem.expected.startswith("a newest period that ends in June 2025")


@pytest.mark.parametrize(
    "name",
    [
        *("licence_recalls_Oct_to_Dec_2024.ods", "Licence-Recall-Oct-to-Dec-2024.ods", "recalls.ods", "Table 5.ods"),
        *("licence%20recalls%20Oct%20to%20Dec%202024.ods", "omsq-october-2024-to-december-2024-recalls.ods"),
    ],
)
def test_the_recalls_are_read_under_any_name(tmp_path, sources, name):
    shutil.copy(RAW / "omsq/2024-q4/licence-recalls-Oct-to-Dec-2024.ods", tmp_path / name)
    reading = read_release([tmp_path / name], sources["omsq"], "2024-q4", "x", dt.date(2025, 3, 31))

    assert reading.problems == []
    assert {table.spec.table for table in reading.tables} == RECALLS


def test_one_file_may_hold_the_tables_of_several_kinds(tmp_path, sources):
    sheets = {}
    for name in (
        "licence-recalls-Oct-to-Dec-2024.ods",
        "Probation-Oct-to-Dec-2024.ods",
        "prison-population-31-Mar-2025.ods",
    ):
        sheets |= read_grids(RAW / "omsq/2024-q4" / name)
    path = tmp_path / "omsq_october_to_december_2024.ods"
    write_ods(path, {sheet: [[cell or "" for cell in row] for row in rows] for sheet, rows in sheets.items()})
    reading = read_release([path], sources["omsq"], "2024-q4", "x", dt.date(2025, 3, 31))

    assert reading.problems == []
    assert {table.spec.table for table in reading.tables} > RECALLS | {"community_caseload", "ipp_prisoners_by_status"}


def test_a_table_that_a_file_should_hold_and_does_not_is_reported_with_what_is_there(tmp_path):
    reading = _read(tmp_path, source(spec(), OTHER), a="Sex,30 Jun 2024\nMale,1\n")

    (problem,) = reading.problems
    assert (problem.file, problem.expected) == ("a.csv", "a table whose title says 'people by age'")
    assert problem.found == "none (titles there: People by sex)"
    assert problem.remedy == "if it was renamed, declare the new title in the table's spec"


def test_tables_of_one_title_are_distinguished_by_their_headings(tmp_path):
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


def test_a_table_that_two_specs_fit_is_reported(tmp_path):
    twin = spec(table="twin")
    reading = _read(tmp_path, source(spec(), twin), a="Sex,30 Jun 2024\nMale,1\n")

    assert any(
        "expected headings that one spec alone fits; found 2 of small, twin" in problem for problem in _said(reading)
    )
    assert reading.observations == []


def test_a_table_about_what_must_be_mapped_without_a_spec_is_reported_and_others_are_remembered(tmp_path):
    declared = _with_files({"name": ".", "tables": []}, specs=(OTHER,))
    quiet = _read(tmp_path, declared, a="Sex,30 Jun 2024\nMale,1\n")
    strict = _read(
        tmp_path, declared.model_copy(update={"must_be_mapped": "(?i)by sex"}), a="Sex,30 Jun 2024\nMale,1\n"
    )

    assert (quiet.problems, quiet.not_taken) == ([], ["People by sex"])
    assert any("expected a spec for every table about these sentences" in problem for problem in _said(strict))
