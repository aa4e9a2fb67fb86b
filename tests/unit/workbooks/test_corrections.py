"""A published cell that is known to be wrong is read as declared, as long as it has what the correction is for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from orchestration.workbooks import release
from orchestration.workbooks.anchors import Region
from orchestration.workbooks.release import ReleaseReading, read_release
from orchestration.workbooks.tables import TableReading, read_table
from orchestration.workbooks.workbook import Workbook, read_workbook
from tests.real_files import OFFICIAL_2022, needs_real_files
from tests.small_tables import SYMBOLS, source, spec

CORRECTION = {
    "release": "1",
    "file": "a.csv",
    "sheet": "a",
    "cell": "C1",
    "published": "30 Jun 2020",
    "read_as": "30 Jun 2021",
    "reason": "the day of the column before is repeated here",
    "source": "the order of the columns",
}
TABLE = "Sex,30 Jun 2020,30 Jun 2020\nMale,1,2\n"


def _read(folder: Path, text: str = TABLE, release_id: str = "1", **changes: str) -> ReleaseReading:
    (folder / "a.csv").write_text(text, encoding="utf-8")
    declared = source(spec(), corrections=[CORRECTION | changes])
    return read_release([folder / "a.csv"], declared, release_id, "People by sex")


def test_a_correction_is_read_in_place_of_what_is_published(tmp_path):
    reading = _read(tmp_path)

    assert reading.problems == []
    assert {seen.cell: str(seen.period) for seen in reading.observations} == {"B2": "2020-06-30", "C2": "2021-06-30"}


@pytest.mark.parametrize(
    "changes", [{"published": "30 Jun 2019"}, {"cell": "Z9"}, {"sheet": "b"}, {"published": "30 jun 2020"}], ids=str
)
def test_a_correction_of_a_cell_that_prints_something_else_rejects_the_release(tmp_path, changes):
    reading = _read(tmp_path, **changes)
    guard = next(problem for problem in reading.problems if "corrections.yml" in problem.expected)

    assert (guard.release, guard.file) == ("small 1", "a.csv")
    assert (guard.sheet, guard.cell) == (changes.get("sheet", "a"), changes.get("cell", "C1"))
    assert guard.remedy == "the file has changed: take the correction away or renew it"


def test_a_re_issued_file_that_prints_it_right_rejects_the_release_until_the_correction_is_taken_away(tmp_path):
    reading = _read(tmp_path, "Sex,30 Jun 2020,30 Jun 2021\nMale,1,2\n")

    assert [problem.cell for problem in reading.problems] == ["C1"]


def test_a_correction_of_a_file_that_is_not_there_rejects_the_release(tmp_path):
    reading = _read(tmp_path, "Sex,30 Jun 2020\nMale,1\n", file="b.csv")

    assert [(problem.file, problem.expected) for problem in reading.problems] == [
        ("b.csv", "a file that corrections.yml corrects")
    ]


def test_a_correction_of_another_release_changes_nothing(tmp_path):
    reading = _read(tmp_path, "Sex,30 Jun 2020,30 Sep 2020\nMale,1,2\n", release_id="2")

    assert reading.problems == []


MALES_BY_OFFENCE = spec(
    label_columns=None,
    title={"all_of": ["under an immediate custodial sentence by offence"]},
    blocks=[{"head": ["Males"], "set": {"sex": "male"}}],
    figures=[{"measure": "sentenced_prisoners", "breakdown": ["sex"]}],
)
JUNE_2021 = {
    "release": "2022-q1",
    "file": "Population_30June2022_Annual.xlsx",
    "sheet": "A1_5i",
    "cell": "H187",
    "published": "2020-06-30",
    "read_as": "30-Jun-21",
    "reason": "30 June 2020 heads two columns of the men's part; the first part has 30 June 2021 in the second of them",
    "source": "table A1.5i, row 3",
}


@cache
def _official() -> Workbook:
    """The official workbook, read once."""
    return read_workbook(OFFICIAL_2022, "omsq 2022-q1", "")


def _males(corrections: list[dict[str, str]]) -> TableReading:
    """The men's part of table A1.5i, which starts under a separate row of headings, row 187 of the sheet."""
    declared = source(MALES_BY_OFFENCE, corrections=corrections)
    problems: list[object] = []
    book = release._corrected(_official(), declared, "2022-q1", problems)
    assert problems == []
    sheet = next(sheet for sheet in book.sheets if sheet.name == "A1_5i")
    part = Region("omsq 2022-q1", book.file, sheet, str(sheet.rows[0][0]), 185, 189)
    return read_table(part, MALES_BY_OFFENCE, SYMBOLS, {})


@needs_real_files
@pytest.mark.real_files
def test_a_real_heading_that_prints_30_june_2020_twice_is_reported():
    (problem,) = _males([]).problems

    assert (problem.sheet, problem.cell) == ("A1_5i", "H187")
    assert problem.found == "a second one; the first is in G187"


@needs_real_files
@pytest.mark.real_files
def test_a_real_heading_that_prints_30_june_2020_twice_is_corrected():
    """Men and women (2,523 in H373) of the corrected column add up to the total of 30 June 2021 in H5: 64,606."""
    reading = _males([JUNE_2021])
    males = {str(seen.period): seen.value for seen in reading.observations}

    assert reading.problems == []
    assert len(males) == 8
    assert (males["2020-06-30"], males["2021-06-30"]) == (64688.0, 62083.0)
    assert males["2021-06-30"] + 2523 == 64606
