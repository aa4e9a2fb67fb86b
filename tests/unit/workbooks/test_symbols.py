"""What a cell says: a figure, how exact it is, or one of the symbols of its family; anything else is no figure."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.sources.spec import Symbols
from orchestration.workbooks.symbols import CellValue, read_cell, status_of_marks

WITHOUT_A_VALUE = {"suppressed", "unavailable", "not_applicable"}


@pytest.fixture(scope="module")
def families(sources) -> dict[str, Symbols]:
    """The families of symbols, by name."""
    return sources["omsq"].families


@pytest.mark.parametrize(
    ("family", "symbol", "status"),
    [
        ("omsq_2024", "[x]", "unavailable"),
        ("omsq_2024", "[c]", "suppressed"),
        ("omsq_2024", "[z]", "not_applicable"),
        ("omsq_probation", "[x]", "unavailable"),
        ("omsq_probation", "[z]", "not_applicable"),
        ("omsq_before_2024", "..", "unavailable"),
        ("omsq_before_2024", "-", "not_applicable"),
        ("omsq_before_2024", "*", "suppressed"),
        ("omsq_before_2024", "**", "not_applicable"),
        ("safety_in_custody", "[..]", "suppressed"),
        ("safety_in_custody", "[-]", "not_applicable"),
        ("safety_in_custody", "[~]", "not_applicable"),
        ("parole_board", "No records", "unavailable"),
        ("parole_board", "[x]", "unavailable"),
        ("restricted_patients", "[x]", "unavailable"),
        ("written_answers", "-", "not_applicable"),
        ("written_answers", "No records", "unavailable"),
        ("omsq_2024", " [C] ", "suppressed"),
    ],
)
def test_a_symbol_has_the_meaning_of_its_family_and_no_value(families, family, symbol, status):
    assert read_cell(symbol, families[family]) == CellValue(None, status)


@pytest.mark.parametrize(
    ("family", "symbol"),
    [
        ("omsq_2024", ".."),
        ("omsq_2024", "-"),
        ("omsq_2024", "*"),
        ("omsq_probation", "[c]"),
        ("omsq_before_2024", "[x]"),
        ("safety_in_custody", ".."),
        ("prison_population_monthly", "[x]"),
        ("prison_population_monthly", "-"),
    ],
)
def test_a_symbol_of_another_family_is_no_figure(families, family, symbol):
    assert read_cell(symbol, families[family]) is None


@pytest.mark.parametrize(
    ("family", "suppressed", "unavailable", "zero", "status_of_zero"),
    [
        ("omsq_2024", "[c]", "[x]", 0, "final"),
        ("omsq_before_2024", "*", "..", 0, "nil"),
        ("safety_in_custody", "[..]", "[x]", "[0]", "nil"),
    ],
)
def test_a_suppressed_an_unavailable_and_a_zero_cell_are_three_things(
    families, family, suppressed, unavailable, zero, status_of_zero
):
    read = [read_cell(cell, families[family]) for cell in (suppressed, unavailable, zero)]

    assert read == [CellValue(None, "suppressed"), CellValue(None, "unavailable"), CellValue(0.0, status_of_zero)]


@pytest.mark.parametrize("zero", [0, 0.0, "0"], ids=repr)
def test_a_plain_zero_is_nil_where_the_family_says_it_may_be_less_than_half(families, zero):
    assert read_cell(zero, families["omsq_probation"]) == CellValue(0.0, "nil")
    assert read_cell(zero, families["written_answers"]) == CellValue(0.0, "final")


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (1492, CellValue(1492.0, "final")),
        (4717.04, CellValue(4717.04, "final")),
        ("1,742", CellValue(1742.0, "final")),
        ("1,234,567", CellValue(1234567.0, "final")),
        ("794", CellValue(794.0, "final")),
        ("-3", CellValue(-3.0, "final")),
        (" 12 ", CellValue(12.0, "final")),
        ("c.100", CellValue(100.0, "final", "about")),
        ("c. 100", CellValue(100.0, "final", "about")),
        ("around 600", CellValue(600.0, "final", "about")),
        ("About 1,100", CellValue(1100.0, "final", "about")),
        ("approximately 45%", CellValue(45.0, "final", "about", is_percent=True)),
        ("more than 10", CellValue(10.0, "final", "more than")),
        ("fewer than 5", CellValue(5.0, "final", "less than")),
        ("45%", CellValue(45.0, "final", is_percent=True)),
        ("0.5%", CellValue(0.5, "final", is_percent=True)),
        ("4*", CellValue(4.0, "final", marks=("*",))),
        ("86,515 **", CellValue(86515.0, "final", marks=("**",))),
        ("81195**", CellValue(81195.0, "final", marks=("**",))),
        ("20(3)", CellValue(20.0, "final", marks=("(3)",))),
        ("151 [note 2][note 5]", CellValue(151.0, "final", marks=("[note 2]", "[note 5]"))),
    ],
)
def test_a_figure_is_read_however_it_is_published(families, published, expected):
    assert read_cell(published, families["written_answers"]) == expected


@pytest.mark.parametrize(
    ("family", "published", "expected"),
    [
        ("omsq_probation", "3,018 [r]", CellValue(3018.0, "revised")),
        ("omsq_2024", "3,018 [rev]", CellValue(3018.0, "revised")),
        ("omsq_2024", "3,018 [P]", CellValue(3018.0, "provisional")),
        ("safety_in_custody", "17 (p)", CellValue(17.0, "provisional")),
        ("safety_in_custody", "17(r)", CellValue(17.0, "revised")),
        ("omsq_before_2024", "17 (r) (1)", CellValue(17.0, "revised", marks=("(1)",))),
    ],
)
def test_a_mark_beside_a_figure_gives_its_status(families, family, published, expected):
    assert read_cell(published, families[family]) == expected


@pytest.mark.parametrize(
    "published",
    [
        "",
        "   ",
        "n/k",
        "Total",
        "1,74",
        "1,7422",
        "0174",
        "around066.7%",
        "0,174",
        "17 42",
        "1.2.3",
        "12-14",
        "12 months",
        "£12",
        "around",
        "c.",
        "about many",
        "[x] 4",
        "[r]",
        "%",
        "1e5",
        "#REF!",
        True,
        False,
        dt.date(2024, 3, 31),
    ],
)
def test_anything_else_is_no_figure(families, published):
    assert read_cell(published, families["omsq_2024"]) is None
    assert read_cell(published, families["written_answers"]) is None


@pytest.mark.parametrize(
    ("heading", "status"),
    [
        ("Jan to Mar 2024 [rev]", "revised"),
        ("Jan to Mar 2024 [p]", "provisional"),
        ("Jan to Mar 2024", "final"),
        ("Jan to Mar 2024 [note 4]", "final"),
    ],
)
def test_a_mark_in_a_heading_is_the_status_of_its_column(families, heading, status):
    assert status_of_marks([heading], families["omsq_2024"]) == status


@given(st.integers(-(10**9), 10**9))
def test_a_whole_number_reads_back_from_each_way_of_printing_it(number):
    symbols = Symbols(reason="none")

    for published in (number, float(number), str(number), f"{number:,}", f"{number:,} **"):
        read = read_cell(published, symbols)
        assert read is not None
        assert (read.value, read.status) == (float(number), "final")


@given(
    st.one_of(
        st.sampled_from(["[x]", "-", "[0]", "0", "0 [r]"]),
        st.text(max_size=20),
        st.from_regex(r"\A(c\.|around |-)?[0-9,.]{1,9}(%|\*| \[r\])?\Z"),
    )
)
def test_whatever_a_text_says_there_is_a_value_unless_its_status_says_that_there_is_none(text):
    symbols = Symbols(
        reason="all", cells={"[x]": "unavailable", "-": "not_applicable", "[0]": "nil"}, marks={"[r]": "revised"}
    )
    read = read_cell(text, symbols)

    assert read is None or (read.value is None) == (read.status in WITHOUT_A_VALUE)
