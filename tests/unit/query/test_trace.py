"""Every figure leads back to a cell, and every vintage of it is shown."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from orchestration.problems import CheckFailed
from orchestration.query.names import UnknownName
from orchestration.query.reading import open_published
from orchestration.query.text import figure_lines
from orchestration.query.trace import nearest_periods, normal_breakdown, vintages

MEASURE = "ipp_unreleased_prisoners"


@pytest.fixture
def connection(settings, publish_one, make_figure):
    december = date(2024, 12, 31)
    publish_one(
        "p1",
        [
            make_figure(note_texts="Includes DPP"),
            make_figure(on=december, value=1045.0),
            make_figure(
                on=december,
                value=1044.0,
                value_status="provisional",
                is_latest=False,
                release_id="2024-q3",
                published_on=date(2025, 1, 30),
            ),
            make_figure(breakdown="sex=female;status=unreleased", value=None, value_status="suppressed"),
            make_figure(
                measure="oral_hearing_release_share",
                value=50.0,
                unit="percent",
                qualifier="about",
                source_kind="transcribed",
            ),
        ],
    )
    with open_published(settings) as opened:
        yield opened


def test_every_figure_with_every_vintage_the_latest_first(connection):
    found = vintages(connection, MEASURE)

    assert [[(one.breakdown, one.period_end, one.value) for one in figure] for figure in found] == [
        [("", date(2024, 12, 31), 1045.0), ("", date(2024, 12, 31), 1044.0)],
        [("", date(2025, 3, 31), 1012.0)],
        [("sex=female;status=unreleased", date(2025, 3, 31), None)],
    ]


def test_one_day_and_one_breakdown(connection):
    found = vintages(connection, MEASURE, as_at=date(2025, 3, 31), breakdown="status=unreleased; sex=female")

    assert [one.value_status for figure in found for one in figure] == ["suppressed"]


@pytest.mark.parametrize("total", ["", "total"])
def test_the_total_alone(connection, total):
    found = vintages(connection, MEASURE, breakdown=total)

    assert {one.breakdown for figure in found for one in figure} == {""}


def test_the_lines_of_a_figure(connection):
    (figure,) = vintages(connection, MEASURE, as_at=date(2024, 12, 31))

    assert figure_lines(MEASURE, figure) == [
        "ipp_unreleased_prisoners | total | as at 2024-12-31",
        "  1045 people, final (latest vintage)",
        "      release       omsq 2024-q4",
        "      title         OMSQ October to December 2024",
        "      published on  2025-04-24",
        "      table         1.Q.14 IPP prisoners by custody status",
        "      file          prison-population-31-Mar-2025.ods",
        "      sheet         1_Q_14",
        "      cell          F7",
        "      source        rebuilt workbook, not the official file",
        "      address       https://example.org/q4",
        "      citation      value of 2024-q4, cell F7",
        "  1044 people, provisional",
        "      release       omsq 2024-q3",
        "      title         OMSQ July to September 2024",
        "      published on  2025-01-30 (the month is known, not the day)",
        "      table         1.Q.14 IPP prisoners by custody status",
        "      file          prison-population-31-Mar-2025.ods",
        "      sheet         1_Q_14",
        "      cell          F7",
        "      source        rebuilt workbook, not the official file",
        "      address       https://example.org/q3",
        "      citation      value of 2024-q3, cell F7",
    ]


def test_a_missing_value_is_said_to_be_missing_and_why(connection):
    (figure,) = vintages(connection, MEASURE, breakdown="sex=female;status=unreleased")

    assert figure_lines(MEASURE, figure)[1] == "  no value, suppressed (latest vintage)"


def test_a_qualifier_and_a_note_are_not_lost(connection):
    (share,) = vintages(connection, "oral_hearing_release_share")
    (figure,) = vintages(connection, MEASURE, as_at=date(2025, 3, 31), breakdown="total")

    assert figure_lines("oral_hearing_release_share", share)[1].startswith("  about 50 percent,")
    assert "      source        transcribed from a published answer, report or minutes" in figure_lines("", share)
    assert "      notes         Includes DPP" in figure_lines(MEASURE, figure)


def test_a_file_of_another_version_is_no_crash():
    with duckdb.connect() as connection, pytest.raises(CheckFailed, match="made by a different version"):
        vintages(connection, MEASURE)


def test_an_unknown_measure(connection):
    with pytest.raises(UnknownName, match="did you mean ipp_unreleased_prisoners"):
        vintages(connection, "ipp_unreleased")


def test_an_unknown_breakdown(connection):
    with pytest.raises(UnknownName, match=r"unknown breakdown of ipp_unreleased_prisoners 'sex=femal'"):
        vintages(connection, MEASURE, breakdown="sex=femal")


def test_a_measure_without_figures(connection):
    assert vintages(connection, "self_harm") == []
    assert vintages(connection, "self_harm", breakdown="sex=female") == []


def test_the_nearest_days_with_figures(connection):
    assert nearest_periods(connection, MEASURE, date(2025, 1, 1)) == [date(2024, 12, 31), date(2025, 3, 31)]
    assert nearest_periods(connection, MEASURE, date(2026, 1, 1)) == [date(2025, 3, 31)]
    assert nearest_periods(connection, MEASURE, date(2025, 1, 1), "status=unreleased;sex=female") == [date(2025, 3, 31)]
    assert nearest_periods(connection, "self_harm", date(2025, 1, 1)) == []


@pytest.mark.parametrize(
    ("text", "stored"),
    [("", ""), ("total", ""), ("sex=female", "sex=female"), (" b=2 ; a=1;", "a=1;b=2")],
)
def test_a_breakdown_as_it_is_stored(text, stored):
    assert normal_breakdown(text) == stored
