"""A prison that is in no register is read under its published name and reported; a row that is no prison is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from orchestration.sources.spec import read_sources
from orchestration.workbooks.tables import TableReading, read_table
from orchestration.workbooks.text import key_of
from tests.bulletins import PRISONS, Figures, bulletin
from tests.small_tables import region, said

NEW: Mapping[str, Figures] = {**PRISONS, "Welland Oaks": (1468, 1468, 960, 944)}


def read_bulletin(rows: list[list[object]]) -> TableReading:
    """What is read of the rows of a bulletin."""
    source = read_sources()["prison_population_monthly"]
    spec = source.tables["prisons"]
    cells = [["" if cell is None else cell for cell in row] for row in rows]
    return read_table(region(cells, spec), spec, source.symbols_of(spec), {})


def people(reading: TableReading) -> dict[str, float | None]:
    """The population of each prison that was read."""
    return {
        seen.dimensions["prison"]: seen.value
        for seen in reading.observations
        if seen.dimensions["statistic"] == "population" and seen.dimensions["prison"] != "all"
    }


def test_millsike_is_read_as_any_other_prison() -> None:
    """As every official bulletin has had it since April 2025."""
    reading = read_bulletin(bulletin({**PRISONS, "Millsike": (1468, 1468, 960, 944)}))
    assert said(reading) == []
    assert people(reading)["millsike"] == 944
    assert reading.remarks == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Elmley (Sheppey)", "Elmley"),
        ("Swaleside (Sheppey)", "Swaleside"),
        ("Standford Hill (Sheppey)", "Standford Hill"),
        ("Highpoint (North and South)", "Highpoint"),
        ("Grendon / Springhill", "Grendon/Springhill"),
        ("Usk / Prescoed", "Usk and Prescoed"),
        ("Guys Marsh", "Guy’s Marsh"),
        ("Elmley (Sheppey)", "HMP/YOI Elmley"),
        ("Millsike", "HMP Millsike"),
        ("Millsike", "MILLSIKE (HMP) (1)"),
        ("Millsike", "Millsike²"),
    ],
)
def test_a_prison_has_one_key_by_all_its_labels(old: str, new: str) -> None:
    readings = [
        read_bulletin(bulletin({"Altcourse": (790, 790, 1204, 1189), label: (1, 2, 3, 4)})) for label in (old, new)
    ]
    assert [said(reading) for reading in readings] == [[], []]
    if new != "Usk and Prescoed":
        assert people(readings[0]) == people(readings[1])
        assert readings[1].remarks == []
    else:
        assert "'Usk / Prescoed' renamed" in readings[1].remarks[0]


def test_a_prison_in_no_register_is_read_under_its_published_name_and_reported() -> None:
    reading = read_bulletin(bulletin(NEW))
    assert said(reading) == []
    assert people(reading)["welland_oaks"] == 944
    (remark,) = reading.remarks
    assert remark.startswith(
        "new prison 'Welland Oaks' in row 9: dbt_project/seeds/prisons.csv does not have it. "
        "Its figures are landed as 'welland_oaks'. Add it to that file."
    )


def test_figures_that_are_stored_as_text_make_a_prison_too() -> None:
    reading = read_bulletin(bulletin({**PRISONS, "Welland Oaks (1)": ("1,468", "1,468", "960", "944")}))
    assert said(reading) == []
    assert people(reading)["welland_oaks"] == 944


def test_a_renamed_prison_is_reported_with_the_known_one_that_is_missing() -> None:
    others = {name: figures for name, figures in PRISONS.items() if not name.startswith("Elmley")}
    (remark,) = read_bulletin(bulletin({**others, "Elmley Park": (1007, 1007, 1043, 1034)})).remarks
    assert "If it is 'Elmley' renamed, which this table does not have, add the label there." in remark


@pytest.mark.parametrize(
    "label",
    [
        *("Estate total", "Sub-total", "Subtotal", "Total of prisons", "All", "All prisons", "Overall", "Of which"),
        *(
            "Women's estate",
            "Female",
            "Male and female",
            "Open prisons",
            "HMP",
            "HMP/YOI",
            "Adult male",
            "Contracted out",
        ),
        *(
            "High security",
            "Youth custody",
            "Immigration Removal Centres",
            "Morton Hall (IRC)",
            "Secure training centres",
        ),
        *("Note", "Source: HMPPS", "2025", "x", "Figures include Dartmoor, which is closed.", "Operating margin"),
        *("See the notes", "Dartmoor is closed until the work against radon has ended and places are open again"),
    ],
)
@pytest.mark.parametrize("figures", [(1, 2, 3, 4), (None, None, None, None)])
def test_a_row_that_is_no_prison_is_refused(label: str, figures: Figures) -> None:
    reading = read_bulletin(bulletin({**PRISONS, label: figures}))
    (problem,) = said(reading)
    assert "A9" in problem
    assert f"{label!r}" in problem


def test_an_unknown_head_is_refused_though_its_rows_are_prisons() -> None:
    """Rows under a head without figures would be read as part of the section above it."""
    rows = {**PRISONS, "Training sites": (None, None, None, None), "Welland Oaks": (1, 2, 3, 4)}
    (problem,) = said(read_bulletin(bulletin(rows)))
    assert "'Training sites'" in problem


def test_nothing_is_a_prison_below_the_total_of_its_section() -> None:
    rows = bulletin(PRISONS)
    rows[8:8] = [["Sub total", 1, 2, 3, 4], ["Welland Oaks", 1, 2, 3, 4]]
    (problem,) = said(read_bulletin(rows))
    assert "'Welland Oaks'" in problem


@pytest.mark.parametrize("label", ["Welland Oaks", "welland oaks", "Welland-Oaks", "Altcourse"])
def test_a_prison_stands_once_in_a_table(label: str) -> None:
    rows = bulletin(NEW)
    rows[9:9] = [[label, 1, 2, 3, 4]]
    (problem,) = said(read_bulletin(rows))
    assert "each label once in its block" in problem


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Usk / Prescoed (1)", "usk_prescoed"),
        ("Guy’s Marsh", "guys_marsh"),
        ("HMP Welland Oaks**", "hmp_welland_oaks"),
        ("Peterborough (Male & Female)", "peterborough_male_female"),
        ("Brynbuga – Llandŵ", "brynbuga_llandw"),
    ],
)
def test_a_label_as_a_key(label: str, key: str) -> None:
    assert key_of(label) == key
