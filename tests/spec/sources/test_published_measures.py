"""Tables that no file in raw/ holds yet: their specs read a fixture in the documented or assumed layout whole."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from orchestration.sources.spec import FOLDER, SpecError, read_source
from orchestration.workbooks.anchors import find_regions
from orchestration.workbooks.periods import Period, read_period
from orchestration.workbooks.release import read_release
from tests.fixtures.published_layouts.make_fixtures import FILES, MADE_UP, sheets
from tests.fixtures.published_layouts.make_fixtures import FOLDER as FIXTURES
from tests.independent_reader import address, read_grids
from tests.readings import by_place, read_folder
from tests.small_tables import TITLE, read, said, source, spec, values, workbook
from tests.workbooks import RAW

HEADINGS_IN_ROW = 5
TABLES = {
    "omsq/2025-q2": {
        *("recalls_by_sentence", "recalls_by_reason", "releases_after_recall", "community_caseload"),
        *("recalls_by_region", "returned_after_recall", "not_returned_after_recall", "unlawfully_at_large"),
        *("recalls_by_ethnicity", "community_caseload_by_region", "community_caseload_by_years_since_release"),
        *("suspension_eligibility", "termination_eligibility"),
    },
    "safety_in_custody/2024": {"self_harm_by_sentence", "assaults_by_sentence", "deaths_by_sentence"},
    "proven_reoffending/2023-q3": {"serious_further_offences"},
}
READ_IN_RAW = {("omsq", "ipp_time_over_tariff")}
"""Tables that a kind of file may hold and that another kind must: raw/ holds one."""

SPOT_CHECKS = [
    # release, table, period, measure, breakdown, value; worked out from the parts in make_fixtures.py by hand
    ("omsq/2025-q2", "unlawfully_at_large", "2025-09-30", "ipp_unlawfully_at_large", "", 5 * 1 * 8 * 8),
    ("omsq/2025-q2", "unlawfully_at_large", "2025-09-30", "ipp_unlawfully_at_large", "sex=female", 1 * 1 * 8 * 8),
    ("omsq/2025-q2", "not_returned_after_recall", "2025-06-30", "ipp_unlawfully_at_large",
     "recalled_in=quarter_before", 35),
    ("omsq/2025-q2", "returned_after_recall", "2025-06-30", "ipp_recalls_returned_to_custody", "sex=male", 4 * 1 * 7),
    ("omsq/2025-q2", "recalls_by_ethnicity", "2025-06-30", "ipp_recalls", "ethnicity=white", 5 * 1 * 1 * 8),
    ("omsq/2025-q2", "recalls_by_ethnicity", "2025-06-30", "ipp_recalls", "", 120),
    ("omsq/2025-q2", "recalls_by_region", "2025-03-31", "licence_recalls_all_sentences", "", 475 * 3 * 7),
    ("omsq/2025-q2", "community_caseload_by_region", "2025-06-30", "ipp_community_caseload",
     "probation_region=wales", 50),
    ("omsq/2025-q2", "community_caseload_by_years_since_release", "2025-06-30", "ipp_community_caseload", "", 1240),
    ("omsq/2025-q2", "suspension_eligibility", "2025-06-30", "suspension_of_supervision", "statistic=eligible", 72),
    ("omsq/2025-q2", "termination_eligibility", "2025-06-30", "termination_eligible", "year_became_eligible=2025", 204),
    ("safety_in_custody/2024", "self_harm_by_sentence", "2023-12-31", "self_harm", "custody_status=recalled", 2010 * 2),
    ("safety_in_custody/2024", "assaults_by_sentence", "2022-12-31", "assault_involvement",
     "custody_status=unreleased;role=victim", 4 * 46),
    ("safety_in_custody/2024", "deaths_by_sentence", "2024-12-31", "self_inflicted_deaths",
     "custody_status=unreleased", 4),
    ("proven_reoffending/2023-q3", "serious_further_offences", "2021-03-31", "serious_further_offences", "", 5),
]  # fmt: skip


def _without_end(row):
    return row[: max((place for place, cell in enumerate(row, 1) if cell is not None), default=0)]


def test_the_fixtures_are_what_their_script_makes():
    for release, files in FILES.items():
        for name, tables in files.items():
            grids = read_grids(FIXTURES / release / name)
            assert {sheet: [_without_end(row) for row in rows] for sheet, rows in grids.items()} == sheets(tables()), (
                name
            )


def test_every_fixture_says_on_its_cover_that_it_is_one_and_none_is_in_raw():
    for release, files in FILES.items():
        assert not (RAW / release).exists()
        for name in files:
            assert read_grids(FIXTURES / release / name)["Cover"][0][0] == MADE_UP


@pytest.mark.parametrize("release", sorted(FILES))
def test_a_fixture_release_is_read_without_a_problem_by_the_intended_specs(release):
    reading = read_folder(FIXTURES / release)

    assert [str(problem) for problem in reading.problems] == []
    assert reading.not_taken == []
    assert {table.spec.table for table in reading.tables} == TABLES[release]


def test_every_table_that_a_file_may_hold_is_read_in_some_fixture(sources):
    may_hold = {
        (publication, table)
        for publication, declared in sources.items()
        for kind in declared.files
        for table in kind.may_hold
    }
    read_here = {(release.partition("/")[0], table) for release, tables in TABLES.items() for table in tables}

    assert may_hold - read_here == READ_IN_RAW


@pytest.mark.parametrize(("release", "name"), [(release, name) for release, files in FILES.items() for name in files])
def test_every_cell_of_a_fixture_comes_out_once_with_its_number(release, name):
    seen = {
        place: one for place, one in by_place(read_folder(FIXTURES / release).observations).items() if place[0] == name
    }
    cells = {}
    for table in FILES[release][name]():
        for row, line in enumerate(table.rows, HEADINGS_IN_ROW):
            for column in range(len(table.labels), len(line)):
                cells[name, table.sheet, address(row, column)] = line[column]

    assert seen.keys() == cells.keys()
    for place, published in cells.items():
        number = published if isinstance(published, float | int) else None
        if number is None and "(p)" in published:
            number = float(published.partition(" ")[0])
        assert seen[place].value == (0 if published == "[0]" else number), place


@pytest.mark.parametrize(("release", "table", "end", "measure", "breakdown", "value"), SPOT_CHECKS)
def test_a_figure_is_of_its_measure_breakdown_and_period(release, table, end, measure, breakdown, value):
    found = [
        one.value
        for one in read_folder(FIXTURES / release).observations
        if (one.table, one.measure, one.breakdown, one.period.end.isoformat()) == (table, measure, breakdown, end)
    ]

    assert found == [value]


@pytest.mark.parametrize(
    ("status", "published"), [("suppressed", "[..]"), ("nil", "[0]"), ("provisional", "(p)"), ("unavailable", "[x]")]
)
def test_symbols_keep_their_meanings(status, published):
    marked = {
        (name, table.sheet, address(row, column))
        for files in FILES.values()
        for name, tables in files.items()
        for table in tables()
        for row, line in enumerate(table.rows, HEADINGS_IN_ROW)
        for column, cell in enumerate(line)
        if isinstance(cell, str) and published in cell
    }
    observations = [one for release in FILES for one in read_folder(FIXTURES / release).observations]

    assert marked
    assert {place for place, one in by_place(observations).items() if one.value_status == status} == marked


# ---- What the reader learnt for these tables ------------------------------------------------------------------------

OTHER = spec(table="other", title={"all_of": ["people by age"]})
CSV = "Sex,30 Jun 2024\nMale,1\n"


def test_a_table_that_a_file_may_hold_is_not_missed(tmp_path):
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    kind = {"name": ".", "tables": ["small"], "may_hold": ["other"]}

    assert read_release([tmp_path / "a.csv"], source(spec(), OTHER, files=[kind]), "1", "People by sex").problems == []


def test_a_table_that_a_file_may_hold_is_read_where_it_is(tmp_path):
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    kind = {"name": ".", "tables": [], "may_hold": ["small"]}
    reading = read_release([tmp_path / "a.csv"], source(spec(), files=[kind]), "1", "People by sex")

    assert [one.value for one in reading.observations] == [1.0]


def test_a_kind_of_file_that_may_hold_an_undeclared_table_is_refused(tmp_path):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "sources", ignore=shutil.ignore_patterns("*.py", "__pycache__")))
    path = folder / "proven_reoffending" / "source.yml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    declared["files"][0]["may_hold"].append("third_offences")
    path.write_text(yaml.safe_dump(declared), encoding="utf-8")

    with pytest.raises(SpecError, match="no table spec 'third_offences'"):
        read_source(folder / "proven_reoffending")


@pytest.mark.parametrize(
    ("published", "period_type", "start", "end"),
    [
        ("31 March 2026", "as_at", "2026-03-31", "2026-03-31"),
        ("2005", "calendar_year", "2005-01-01", "2005-12-31"),
        ("2018/19", "financial_year", "2018-04-01", "2019-03-31"),
        ("Jan to Mar 2026", "quarter", "2026-01-01", "2026-03-31"),
        ("1 November 2024 to 20 March 2025", "period", "2024-11-01", "2025-03-20"),
        (dt.date(2026, 3, 31), "as_at", "2026-03-31", "2026-03-31"),
    ],
)
def test_a_row_may_say_any_period(published, period_type, start, end):
    expected = Period(period_type, dt.date.fromisoformat(start), dt.date.fromisoformat(end))

    assert read_period(published, "any") == expected


@pytest.mark.parametrize(
    "published", ["", "soon", "20 March 2025 to 1 November 2024", "1 March to 3 March 2024", "2024 to 2025"]
)
def test_what_names_no_period_is_none_of_any_kind(published):
    assert read_period(published, "any") is None


@pytest.mark.parametrize("year", ["2025 (p)", "2024 (r)", "2024 [p]"])
def test_a_mark_beside_a_year_does_not_hide_it(year):
    period = read_period(year, "calendar_year")

    assert period is not None
    assert period.start.year == int(year[:4])


WITHIN = [{"period": "as_at", "period_within": "recalled in .+ not returned by (?P<period>.+)"}]


def test_a_period_is_found_among_the_words_around_it():
    heading = "Recalled in Jan to Mar 2024 not returned by 30 June 2024 [note 2]"
    reading = read([[TITLE], ["Sex", heading], ["Male", 3.0]], spec(headings=WITHIN))

    assert values(reading) == {"B3": 3.0}
    assert reading.observations[0].period.end == dt.date(2024, 6, 30)


def test_a_heading_in_other_words_is_a_problem():
    reading = read(
        [[TITLE], ["Sex", "Recalled in Jan to Mar 2024 returned by 30 June 2024"], ["Male", 3.0]], spec(headings=WITHIN)
    )

    assert said(reading)


@pytest.mark.parametrize(
    "level",
    [
        {"period": "as_at", "period_within": "by .+"},
        {"label": "Total", "period_within": "by (?P<period>.+)"},
        {"period": "as_at", "period_within": "by (?P<period>"},
    ],
)
def test_words_around_a_period_need_a_period_among_them(level):
    with pytest.raises(ValidationError):
        spec(headings=[level])


def test_a_year_that_is_a_number_is_read_as_the_label_it_shows():
    years = {"heading": "Year", "dimension": "year", "members": {"2025": "2025", "all": "Total"}}
    table = spec(label_columns=[years], figures=[{"measure": "people", "breakdown": ["year"]}])
    reading = read([[TITLE], ["Year", "30 Jun 2024"], ["Total", 3.0], [2025.0, 2.0]], table)

    assert values(reading) == {"B3": 3.0, "B4": 2.0}
    assert [one.breakdown for one in reading.observations] == ["", "year=2025"]


def test_a_sentence_that_speaks_of_a_table_is_no_title():
    rows = [[TITLE], ["Sex", "30 Jun 2024"], ["Male", 3.0], [""], ["This table shows people by sex."]]

    assert len(find_regions(workbook(Sheet1=rows), source(spec()), "small 1")) == 1
