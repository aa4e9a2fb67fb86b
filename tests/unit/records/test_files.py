"""Which files of a folder are extracts: what lies where none belongs is reported, with where it belongs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestration.records.contract import read_contracts
from orchestration.records.files import days_apart, every_file, extract_files, misnamed, misplaced

EXTRACTS = tuple(read_contracts())


def put(folder: Path, place: str) -> Path:
    """A file at a place in a folder."""
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("invented\n")
    return path


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("ppud_recall/2025-03-31.CSV", "the ending .CSV"),
        ("ppud_recall/2025-03-31.xlsx", "the ending .xlsx"),
        ("ppud_recall/2025-03-31.txt", "the ending .txt"),
        ("ppud_recall/2025-03-31.csv.gz", "the ending .gz"),
        ("ppud_recall/2025-03-31", "a name without an ending"),
        ("ppud_recalls/2025-03-31.csv", "a folder named as no extract that has a contract"),
        ("PPUD_recall/2025-03-31.csv", "a folder named as no extract that has a contract"),
        ("ppud_recall.csv", "a file outside the folder of an extract"),
        ("ppud_recall/2025-03-31/extract.csv", "a folder within that of the extract"),
    ],
)
def test_a_file_that_is_no_extract_is_reported_with_where_it_belongs(tmp_path, place, found):
    put(tmp_path, place)
    put(tmp_path, "rotl/2025-03-31.csv")
    (problem,) = misplaced(tmp_path, EXTRACTS)
    assert (*problem.release.split(), problem.file) == ("internal", *Path(place).parts)
    assert problem.found == found
    assert "internal/ppud_recall/<day>.csv" in problem.remedy


def test_what_is_like_no_extract_is_still_reported(tmp_path):
    put(tmp_path, "holidays/plan.docx")
    (problem,) = misplaced(tmp_path, EXTRACTS)
    assert "internal/<extract>/<day>.csv" in problem.remedy


@pytest.mark.parametrize("place", ["ppud_recall/2025-03-31.csv", "ppud_recall/2025-03-31.parquet"])
def test_an_extract_is_where_it_belongs(tmp_path, place):
    path = put(tmp_path, place)
    assert list(misplaced(tmp_path, EXTRACTS)) == []
    assert extract_files(tmp_path, "ppud_recall") == {path: dt.date(2025, 3, 31)}


@pytest.mark.parametrize(
    "place", [".gitkeep", "README.md", "ppud_recall/.DS_Store", "ppud_recall/._2025-03-31.csv", ".x/y"]
)
def test_hidden_files_and_readmes_are_no_extracts_and_no_mistake(tmp_path, place):
    put(tmp_path, place)
    assert list(every_file(tmp_path)) == []
    assert list(misplaced(tmp_path, EXTRACTS)) == []
    assert extract_files(tmp_path, "ppud_recall") == {}


def test_a_linked_folder_is_looked_into_and_a_link_to_nothing_is_reported(tmp_path):
    put(tmp_path, "elsewhere/2025-03-31.csv")
    folder = tmp_path / "internal"
    folder.mkdir()
    (folder / "rotl").symlink_to(tmp_path / "elsewhere")
    assert list(every_file(folder)) == [folder / "rotl/2025-03-31.csv"]
    (folder / "acct").symlink_to(tmp_path / "taken away")
    (problem,) = misplaced(folder, EXTRACTS)
    assert problem.found == "a link that leads to no file"


def test_a_folder_that_is_a_link_to_nothing_does_not_count_as_empty(tmp_path):
    (tmp_path / "internal").symlink_to(tmp_path / "not mounted")
    assert list(every_file(tmp_path / "internal")) == [tmp_path / "internal"]
    (problem,) = misplaced(tmp_path / "internal", EXTRACTS)
    assert problem.found == "a link that leads to no file"


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert list(every_file(tmp_path / "internal")) == []
    assert list(misplaced(tmp_path / "internal", EXTRACTS)) == []


def test_an_extract_of_today_is_taken_and_one_of_tomorrow_is_not(tmp_path):
    put(tmp_path, "rotl/2025-03-31.csv")
    assert list(misnamed(tmp_path, "rotl", dt.date(2025, 3, 31))) == []
    (problem,) = misnamed(tmp_path, "rotl", dt.date(2025, 3, 30))
    assert problem.expected == "the day the extract was taken, 2025-03-30 or before"


def test_an_extract_that_is_not_there_has_no_day(tmp_path):
    put(tmp_path, "rotl/2025-03-31.csv")
    put(tmp_path, "acct/2025-03-31.parquet")
    assert list(days_apart(tmp_path, EXTRACTS)) == []
