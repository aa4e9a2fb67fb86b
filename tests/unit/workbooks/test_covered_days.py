"""What a manifest says its release covers holds for every table: nothing beyond it, and nothing short of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.build.inputs import gather
from orchestration.problems import InputRejected, Problem
from orchestration.settings import Settings
from tests.workbooks import copy_raw, edit_cell, edit_manifest, rehash

pytestmark = pytest.mark.usefixtures("in_this_process")

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
ANSWER, TABLE = "written_answers/UIN123795", "UIN123795_table_1.csv"


def problems(raw: Path, sources) -> list[Problem]:
    """What is wrong with the releases of a copy of raw/, whose manifests list the files as they now are."""
    for manifest in raw.glob("*/*/manifest.yml"):
        rehash(manifest.parent)
    try:
        gather(Settings(raw, raw.parent / "work", raw.parent / "published"), sources, NOW)
    except InputRejected as rejected:
        return list(rejected.problems)
    return []


def replace(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def without_line(number: int) -> Callable[[str], str]:
    """A text without one line, counted from 1."""
    return lambda text: "".join(line for at, line in enumerate(text.splitlines(keepends=True), 1) if at != number)


def changed(tmp_path: Path, release: str, file: str, change: Callable[[str], str]) -> Path:
    """A copy of one release with a CSV file changed."""
    raw = copy_raw(tmp_path, release)
    path = raw / release / file
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")
    return raw


@pytest.mark.parametrize(
    ("release", "file", "change", "cell", "expected", "found"),
    [
        (ANSWER, TABLE, replace("2013", "2031"), "A5", "the period 12 months after that of the row before", "'2031'"),
        (ANSWER, TABLE, replace("2013", "1913"), "A5", "the period 12 months after that of the row before", "'1913'"),
        (ANSWER, TABLE, replace("2010", "2001"), "A2", "days from 2010-01-01 to 2016-12-31", "'2001'"),
        (ANSWER, TABLE, lambda text: text + "2017,23,490,220\n", "A9", "days from 2010-01-01 to 2016-12-31", "'2017'"),
        (ANSWER, TABLE, without_line(8), "A7", "a newest period that ends on 2016-12-31", "'2015'"),
        (ANSWER, TABLE, without_line(2), "A2", "the period that begins on 2010-01-01", "'2011'"),
        (
            ANSWER,
            TABLE,
            without_line(5),
            "A5",
            "the period 12 months after that of the row before, '2012(2)'",
            "'2014'",
        ),
        (
            "written_answers/UIN20193",
            "UIN20193_table_1.csv",
            without_line(3),
            "A3",
            "the period 3 months after that of the row before",
            "'Oct to Dec 2023'",
        ),
        (
            "written_answers/HL4437",
            "HL4437_table_1.csv",
            without_line(7),
            "A6",
            "a newest period that ends on 2026-12-31",
            "'End of 2025'",
        ),
        (
            "written_answers/HL1503",
            "HL1503_table_1.csv",
            without_line(5),
            "A4",
            "a newest period that ends on 2023-06-30",
            "'2022'",
        ),
        (
            "written_answers/UIN24924",
            "UIN24924_table_2.csv",
            without_line(2),
            "A2",
            "the period that begins on 2020-01-01",
            "'2021'",
        ),
        (
            "hansard/2008-02-26",
            "figures_hansard_2008-02-26.csv",
            replace("31 January 2008", "31 January 2018"),
            "D2",
            "days from 2005-04-04 to 2008-01-31",
            "'4 April 2005 to 31 January 2018'",
        ),
    ],
)
def test_a_period_that_is_wrong_or_lost_is_named(tmp_path, sources, release, file, change, cell, expected, found):
    found_problems = problems(changed(tmp_path, release, file, change), sources)
    (problem,) = [one for one in found_problems if one.cell == cell]

    assert problem.file == file
    assert problem.expected.startswith(expected)
    assert problem.found == found
    assert problem.remedy
    assert len(found_problems) <= 2


def test_a_row_without_a_period_that_is_lost_is_named(tmp_path, sources):
    release, file = "written_answers/UIN257599", "UIN257599_table_1.csv"
    (problem,) = problems(changed(tmp_path, release, file, without_line(15)), sources)

    assert problem.expected == "a row for time_over_tariff_band not_recorded"


def test_a_wrong_period_is_one_problem(tmp_path, sources):
    """Three figures are beside 2031, and the year before the next row's: the label is wrong once."""
    assert len(problems(changed(tmp_path, ANSWER, TABLE, replace("2013", "2031")), sources)) == 1


def test_a_rebuilt_workbook_is_held_to_its_manifest(tmp_path, sources):
    raw = copy_raw(tmp_path, "parole_board/2023-24")
    edit_manifest(raw / "parole_board/2023-24", lambda manifest: manifest["covers"].update(first=dt.date(2006, 4, 1)))
    (problem,) = problems(raw, sources)

    assert (problem.cell, problem.found) == ("A6", "'2005/6'")
    assert problem.expected.startswith("days from 2006-04-01 to 2024-03-31")


def test_an_official_release_may_go_back_before_its_title(tmp_path, sources):
    """What a fetched release covers is read from its title, which does not say how far back the tables go."""
    raw = copy_raw(tmp_path, "restricted_patients/2023")

    def official(manifest) -> None:
        manifest.update(kind="official")
        manifest["covers"].update(first=dt.date(2023, 1, 1))

    edit_manifest(raw / "restricted_patients/2023", official)

    assert problems(raw, sources) == []


def test_an_official_release_does_not_reach_beyond_its_title(tmp_path, sources):
    raw = copy_raw(tmp_path, "restricted_patients/2023")

    def earlier(manifest) -> None:
        manifest.update(kind="official")
        manifest["covers"].update(last=dt.date(2022, 12, 31))

    edit_manifest(raw / "restricted_patients/2023", earlier)

    assert {problem.found for problem in problems(raw, sources)} == {"'31 Dec 2023'", "'2023'"}


def test_a_day_that_stands_in_for_an_unknown_day_is_held_against_nothing(tmp_path, sources):
    raw = copy_raw(tmp_path, ANSWER)
    day = dt.date(2018, 2, 22)
    edit_manifest(raw / ANSWER, lambda manifest: manifest["covers"].update(first=day, last=day, is_stand_in=True))

    assert problems(raw, sources) == []


def test_a_release_in_which_every_figure_is_unavailable_is_named(tmp_path, sources):
    release, file = "restricted_patients/2023", "restricted-patients-ipp-2023.ods"
    raw = copy_raw(tmp_path, release)
    from tests.readings import read_folder

    for seen in read_folder(raw / release).observations:
        edit_cell(raw / release / file, seen.sheet, seen.cell, "[x]")
    (problem,) = problems(raw, sources)

    assert problem.release == "restricted_patients 2023"
    assert problem.expected == "at least one figure"
    assert problem.found.startswith("no value in any of ")
