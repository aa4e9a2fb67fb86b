"""Every figure published in a file of raw/ is extracted, from its cell and with its value; no other does."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from orchestration.settings import ROOT
from tests.golden.make_cited_cells import COUNTS, Cited, as_csv, cited_cells, data_files, unavailable_cells
from tests.readings import by_place, raw_releases, read_raw
from tests.workbooks import RAW

GOLDEN = ROOT / "tests/golden/cited_cells.csv"

NOT_TAKEN = {
    "Table_1_Q_1": "the whole prison population by custody type; it has no IPP row",
    "Table_5_Q_1": "all recalls together; it has no IPP row",
}
"""Sheets whose figures are left where they are, and why."""


def _golden() -> dict[str, list[Cited]]:
    cells = defaultdict(list)
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            cells[row["release"]].append(Cited(**row))
    return cells


CITED = _golden()


def test_reading_raw_anew_without_the_project_gives_the_golden_file():
    assert as_csv(cited_cells(RAW)) == GOLDEN.read_text(encoding="utf-8")


def test_every_rebuilt_or_transcribed_release_has_its_figures_in_the_golden_file():
    assert raw_releases("rebuilt", "transcribed") == sorted(CITED)


@pytest.mark.parametrize("release", sorted(CITED))
def test_every_published_figure_comes_out_at_its_cell_with_its_value(release):
    places = by_place(read_raw(release).observations)
    taken = [cited for cited in CITED[release] if cited.sheet not in NOT_TAKEN]

    assert taken
    for cited in taken:
        seen = places[cited.file, cited.sheet, cited.cell]
        assert seen.value == (float(cited.value) if cited.value else None), cited


@pytest.mark.parametrize("release", sorted(CITED))
def test_no_value_comes_out_that_is_not_published(release):
    cited_places = {(cited.file, cited.sheet, cited.cell) for cited in CITED[release] if cited.value}
    values = {place for place, seen in by_place(read_raw(release).observations).items() if seen.value is not None}

    assert values == {place for place in cited_places if place[1] not in NOT_TAKEN}


@pytest.mark.parametrize("path", sorted(COUNTS))
def test_every_cell_without_a_cited_figure_comes_out_unavailable(path):
    marked = unavailable_cells(RAW / path)
    release, file = path.rsplit("/", 1)
    seen = [seen for seen in read_raw(release).observations if seen.file == file]
    unavailable = {(found.sheet, found.cell) for found in seen if found.value_status == "unavailable"}
    in_words = {(cited.sheet, cited.cell) for cited in CITED[release] if cited.file == file and not cited.value}

    assert len(marked) == COUNTS[path][1]
    assert unavailable - in_words == {(sheet, cell) for sheet, cell in marked if sheet not in NOT_TAKEN}


def test_the_sheets_that_are_not_taken_are_known_and_hold_figures():
    left = {cited.sheet for cells in CITED.values() for cited in cells} & NOT_TAKEN.keys()

    assert left == NOT_TAKEN.keys()


def test_every_data_file_of_raw_has_a_figure_in_the_golden_file():
    files = {f"{cited.release}/{cited.file}" for cells in CITED.values() for cited in cells}

    assert files == {str(path.relative_to(RAW)) for path in data_files(RAW)}
