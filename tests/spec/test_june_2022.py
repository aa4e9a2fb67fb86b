"""The IPP tables of 30 June 2022 come out of extraction, cell by cell, as openpyxl reads the official workbook."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from orchestration.settings import ROOT
from orchestration.workbooks.observations import Observation
from tests.golden.make_june_2022 import as_csv, figures, opened
from tests.readings import by_place, read_folder
from tests.real_files import OFFICIAL_2022, real_file
from tests.workbooks import RAW

GOLDEN = ROOT / "tests/golden/june_2022_ipp_cells.csv"
REBUILT = RAW / "omsq" / "2022-q1" / "Population_30June2022_Annual_rebuilt.xlsx"
WORKBOOKS = [pytest.param(REBUILT, id="rebuilt"), real_file(OFFICIAL_2022)]

IPP = "Indeterminate Sentence for Public Protection"
TARIFF_LENGTHS = {
    "Less than 2 years": "under_2_years",
    "2 years to less than or equal to 4 years": "2_to_4_years",
    "Greater than 4 years to less than or equal to 6 years": "over_4_to_6_years",
    "Greater than 6 years to less than or equal to 10 years": "over_6_to_10_years",
    "Greater than 10 years": "over_10_years",
}
SEXES = {"Males and females": "all", "Males": "male", "Females": "female"}
AGES = {
    "15-17": "15_to_17",
    "18-20": "18_to_20",
    "21-24": "21_to_24",
    "25-29": "25_to_29",
    "30-39": "30_to_39",
    "40-49": "40_to_49",
    "50-59": "50_to_59",
    "60-69": "60_to_69",
    "70 and over": "70_and_over",
    "All ages": "all",
}
ETHNICITIES = {
    "Asian or Asian British": "asian",
    "Black or Black British": "black",
    "Mixed": "mixed",
    "Other": "other",
    "White": "white",
    "Not Stated": "not_stated",
    "Unrecorded": "unrecorded",
    "Total": "all",
}


def _paths_of_table_14() -> dict[str, tuple[str, str, str]]:
    """What each path of labels means: section, whether the tariff has expired, tariff length."""
    paths = {f"All Indeterminate Sentenced Prisoners > {IPP}": ("summary", "all", "all"), IPP: ("detail", "all", "all")}
    paths[f"{IPP} > Tariff expiry date and length not available"] = ("detail", "all", "not_available")
    paths[f"{IPP} > Tariff expiry date not available(3)"] = ("detail", "not_available", "all")
    for label, length in TARIFF_LENGTHS.items():
        paths[f"{IPP} > {label}"] = ("detail", "all", length)
    for status, said in (("not_passed", "Tariff expiry date not passed"), ("passed", "Tariff expiry date passed")):
        paths[f"{IPP} > {said}"] = ("detail", status, "all")
        for label, length in {**TARIFF_LENGTHS, "Tariff length not available": "not_available"}.items():
            paths[f"{IPP} > {said} > {label}"] = ("detail", status, length)
    return paths


PATHS_OF_TABLE_14 = _paths_of_table_14()


def _meaning(row: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The table and the dimensions that a row of the golden file must come out with."""
    path, heading = row["row_path"], row["column_heading"]
    if row["table_number"] == "A1.14":
        section, status, length = PATHS_OF_TABLE_14[path]
        dimensions = {"section": section, "tariff_expiry_status": status, "tariff_length": length}
        return "indeterminate_by_tariff", {**dimensions, "sentence_type": "ipp"}
    about = {"sex": SEXES[path.removesuffix(" > IPP")], "sentence_type": "ipp"}
    if row["table_number"] == "A1.15":
        series = {"old system": "before_system_change", "": "all"}[row["series"]]
        return "indeterminate_by_sex", {**about, "series": series}
    if row["table_number"] == "A1.16":
        return "indeterminate_by_age", {**about, "age_band": AGES[heading]}
    return "indeterminate_by_ethnicity", {**about, "ethnicity": ETHNICITIES[heading]}


def _golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _read(workbook: Path) -> list[Observation]:
    reading = read_folder(workbook.parent)
    assert reading.problems == []
    return [seen for seen in reading.observations if seen.dimensions["sentence_type"] == "ipp"]


def test_the_golden_file_holds_the_1109_ipp_cells_of_four_tables():
    counts = Counter(row["table_number"] for row in _golden())

    assert counts == {"A1.14": 989, "A1.15": 66, "A1.16": 30, "A1.17": 24}
    assert sum(counts.values()) == 1109
    assert len(PATHS_OF_TABLE_14) == 23


@pytest.mark.parametrize("workbook", WORKBOOKS)
def test_reading_the_workbook_anew_without_the_project_gives_the_golden_file(workbook):
    assert as_csv(figures(workbook)) == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("workbook", WORKBOOKS)
def test_extraction_gives_every_ipp_cell_with_its_figure_day_and_meaning(workbook):
    places = by_place(_read(workbook))
    expected = {(workbook.name, row["sheet"], row["cell"]): (row, *_meaning(row)) for row in _golden()}

    assert places.keys() == expected.keys()
    for place, (row, table, dimensions) in expected.items():
        seen = places[place]
        assert (seen.value, seen.unit) == (float(row["value"]), "people"), place
        assert (seen.period.type, seen.period.end.isoformat()) == ("as_at", row["period_end"]), place
        assert (seen.table, dict(seen.dimensions)) == (table, dimensions), place
        assert seen.table_number == row["table_number"], place
        assert seen.value_status == ("nil" if row["value"] == "0" else "final"), place


@pytest.mark.parametrize("workbook", WORKBOOKS)
def test_the_figures_of_27_hidden_columns_are_read(workbook):
    from openpyxl.utils import get_column_letter

    sheet = opened(workbook)["A1_14"]
    dimensions = [column for column in sheet.column_dimensions.values() if column.hidden]
    hidden = {get_column_letter(number) for column in dimensions for number in range(column.min, column.max + 1)}
    read = Counter(
        seen.cell.rstrip("0123456789") for seen in _read(workbook) if seen.table == "indeterminate_by_tariff"
    )

    assert len(hidden) == 27
    assert {column: read[column] for column in hidden} == dict.fromkeys(hidden, 23)


@pytest.mark.parametrize("workbook", WORKBOOKS)
def test_the_figures_of_30_june_2022_are_named_as_measures(workbook):
    june = [seen for seen in _read(workbook) if seen.period.end.isoformat() == "2022-06-30"]
    published = {(seen.measure, seen.breakdown): seen.value for seen in june}

    assert published["ipp_unreleased_prisoners", ""] == 1492
    assert published["ipp_unreleased_prisoners", "sex=male"] == 1475
    assert published["ipp_unreleased_prisoners", "sex=female"] == 17
    assert published["ipp_unreleased_by_tariff", "tariff_expiry_status=passed"] == 1442
    assert published["ipp_unreleased_by_tariff", "tariff_band=over_10_years;tariff_expiry_status=passed"] == 17
    assert published["ipp_unreleased_demographics", "age_band=70_and_over"] == 42
    assert published["ipp_unreleased_demographics", "ethnicity=white;sex=female"] == 13
