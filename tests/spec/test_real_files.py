"""The monthly population bulletins as published, 2018 to 2024, in all their variants."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from pathlib import Path

import pytest

from orchestration.workbooks.observations import Observation
from tests.independent_reader import Grid, address, read_grids
from tests.readings import by_place, opened, read_folder
from tests.real_files import BULLETINS, REAL_FILES, WHY_NOT

pytestmark = [pytest.mark.real_files, pytest.mark.slow]

EVERY_MONTH = BULLETINS or [pytest.param("", marks=pytest.mark.skip(reason=WHY_NOT))]
every_month = pytest.mark.parametrize("month", EVERY_MONTH)
STATISTICS = ("baseline_cna", "in_use_cna", "operational_capacity", "population")
REMOVAL_CENTRES_UNTIL = "2021-05"
"""The last bulletin here with a separate section for immigration removal centres."""


def folder(month: str) -> Path:
    """The release of one month."""
    return REAL_FILES / "prison_population_monthly" / month


def bulletin_rows(month: str) -> Grid:
    """The bulletin of one month as an independent reader has it."""
    (path,) = opened(folder(month)).paths
    return read_grids(path)["MonthlyBulletin"]


def number(text: object) -> float | None:
    """A published figure: a number, or a text such as `86,515 **`; None when nothing is published."""
    return float(str(text).replace(",", "").rstrip("* ")) if text is not None else None


def by_place_of(month: str) -> dict[tuple[str, str], dict[str, dict[str, Observation]]]:
    """Observations of a month: estate, then prison or total, then statistic."""
    found: dict[tuple[str, str], dict[str, Observation]] = defaultdict(dict)
    for seen in read_folder(folder(month)).observations:
        found[seen.dimensions["estate"], seen.dimensions["prison"]][seen.dimensions["statistic"]] = seen
    return found


def total_of_prisons(month: str, statistic: str, *estates: str) -> float:
    """The sum over the prisons of some estates, places without a figure left out."""
    rows = by_place_of(month)
    values = [row[statistic].value for (estate, prison), row in rows.items() if estate in estates and prison != "all"]
    return sum(value for value in values if value is not None)


@pytest.mark.skipif(not BULLETINS, reason=WHY_NOT)
def test_41_bulletins_are_at_hand():
    assert len(BULLETINS) == 41


@every_month
def test_a_bulletin_is_read_without_a_problem(month):
    reading = read_folder(folder(month))

    assert reading.problems == []
    assert len(reading.observations) > 470


@every_month
def test_every_cell_of_the_table_comes_out_as_an_independent_reader_has_it(month):
    rows = bulletin_rows(month)
    (total,) = [row for row, cells in enumerate(rows) if cells and cells[0] == "Total"]
    expected = {
        address(row, column): number(rows[row][column] if column < len(rows[row]) else None)
        for row in range(4, total + 1)
        if len(rows[row]) > 1
        for column in range(1, 5)
    }
    seen = {cell: seen for (_, _, cell), seen in by_place(read_folder(folder(month)).observations).items()}

    assert {cell: seen[cell].value for cell in seen if not cell.startswith("A")} == expected
    assert all((seen[cell].value_status == "unavailable") == (value is None) for cell, value in expected.items())


@every_month
def test_every_row_keeps_its_own_label(month):
    """The prison an observation is about is the one whose name is in its row."""
    rows = bulletin_rows(month)
    for (_, _, cell), seen in by_place(read_folder(folder(month)).observations).items():
        label = str(rows[int(cell.lstrip("ABCDE")) - 1][0])
        if seen.dimensions["prison"] != "all":
            key = seen.dimensions["prison"].replace("_", "")
            letters = "".join(letter for letter in label.split("(", maxsplit=1)[0].casefold() if letter.isalpha())
            assert letters.startswith(key) or key.startswith(letters), (cell, label)
        else:
            assert label in ("Total", "Sub total") or "less" in label, (cell, label)


@every_month
def test_the_bulletin_is_of_the_day_it_prints(month):
    said = str(bulletin_rows(month)[1][0]).removeprefix("Report Date : ")
    day = dt.date(*(int(part) for part in reversed(said.split("/"))))

    assert {(seen.period.start, seen.period.end) for seen in read_folder(folder(month)).observations} == {(day, day)}
    assert opened(folder(month)).release_id == f"{day:%Y-%m}" == month


@every_month
@pytest.mark.parametrize("statistic", ["baseline_cna", "in_use_cna", "population"])
def test_the_total_is_the_sum_of_the_prisons(month, statistic):
    total = by_place_of(month)["all", "all"][statistic].value

    assert total == total_of_prisons(month, statistic, "prison", "immigration_removal_centre")


@every_month
def test_the_total_capacity_is_the_sum_less_the_operating_margin_of_the_note(month):
    totals = by_place_of(month)["all", "all"]
    margin = totals["operating_margin"]
    capacity = total_of_prisons(month, "operational_capacity", "prison", "immigration_removal_centre")

    assert margin.value
    assert 1000 < margin.value <= 3000
    assert totals["operational_capacity"].value == capacity - margin.value
    assert margin.measure == "prison_capacity"
    assert margin.breakdown == "statistic=operating_margin"
    assert f"less {margin.value:.0f} places" in margin.note_texts[0]


@every_month
@pytest.mark.parametrize("estate", ["prison", "immigration_removal_centre"])
def test_the_sub_totals_are_the_sums_of_their_sections(month, estate):
    rows = by_place_of(month)
    if month > REMOVAL_CENTRES_UNTIL:
        assert (estate, "all") not in rows
        return
    published_totals = {statistic: rows[estate, "all"][statistic].value for statistic in STATISTICS}

    assert published_totals == {statistic: total_of_prisons(month, statistic, estate) for statistic in STATISTICS}


@every_month
def test_the_number_of_prisons_is_the_number_of_published_rows(month):
    rows = bulletin_rows(month)
    (total,) = [row for row, cells in enumerate(rows) if cells and cells[0] == "Total"]
    names = [cells[0] for cells in rows[4:total] if len(cells) > 1 and cells[0] != "Sub total"]
    read = [prison for _, prison in by_place_of(month) if prison != "all"]

    assert len(read) == len(names) == len(set(read))
    assert 116 <= len(names) <= 121


@every_month
def test_the_note_on_population_is_carried(month):
    population = by_place_of(month)["prison", "leeds"]["population"]

    assert len(population.note_texts) == 1
    assert population.note_texts[0].startswith("The prison unlock figure may be lower")


@pytest.mark.skipif(not BULLETINS, reason=WHY_NOT)
def test_the_variants_of_the_layout_are_all_among_the_bulletins():
    """Numbers stored as text, blank cells, a second section, phantom sheets, a total with its mark apart and joined."""
    grids = {month: bulletin_rows(month) for month in BULLETINS}
    as_text = {month for month, rows in grids.items() if isinstance(rows[4][1], str)}
    sections = {month for month, rows in grids.items() if ["Sub total"] in [cells[:1] for cells in rows]}
    blank = {month for month in BULLETINS if _statuses(month) == {"final", "unavailable"}}
    joined = {month for month, rows in grids.items() if re.search(r"\d\*\*$", _total_capacity(rows))}
    phantom = {month for month in BULLETINS if len(read_grids(opened(folder(month)).paths[0])) > 1}

    assert len(as_text) == 16
    assert sections == {month for month in BULLETINS if month <= REMOVAL_CENTRES_UNTIL}
    assert blank == {"2018-03", "2018-04", "2018-06", "2018-08", "2018-10", "2018-12", "2019-03", "2019-05"}
    assert joined == {month for month in BULLETINS if month >= "2021-02"}
    assert phantom == {"2021-09"}


def _statuses(month: str) -> set[str]:
    return {seen.value_status for seen in read_folder(folder(month)).observations}


def _total_capacity(rows: Grid) -> str:
    return next(str(cells[3]) for cells in rows if cells and cells[0] == "Total")
