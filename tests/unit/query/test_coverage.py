"""What the published file holds of each measure, and why it holds nothing of the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.problems import CheckFailed
from orchestration.query.coverage import (
    ALL_WITHHELD,
    NO_REASON,
    coverage,
    disagreement_lines,
    not_held,
    remark_lines,
)

TABLES = """
create schema marts;
create schema meta;
create table meta.measures (id varchar, key varchar, published_or_internal varchar, mart varchar, in_scope varchar);
create table meta.measure_coverage (measure varchar, reason varchar);
create table meta.figures_not_held (
    measure varchar, breakdown varchar, value double, published_in varchar, reason varchar
);
insert into meta.figures_not_held values
    ('recalls', null, 26, 'a press report', 'no period is stated'), (null, null, 10, 'a report', 'administration');
create table marts.figures (
    measure varchar, period_start date, period_end date, value double, source_kind varchar, publication varchar,
    release_id varchar
);
create table marts.counted_figures (
    measure varchar, period_start date, period_end date, value double, source_kind varchar, extract_as_at date
);
insert into meta.measures values
    ('B1', 'recalls', 'published', 'recalls', 'yes'), ('A1', 'people', 'published', 'people', 'yes'),
    ('C1', 'ratings', 'internal', null, 'yes'), ('C2', 'forgotten', 'internal', null, 'yes'),
    ('D1', 'events', 'internal', null, 'no');
insert into meta.measure_coverage values ('recalls', 'published: no file yet'), ('ratings', 'internal: not loaded');
insert into marts.figures values
    ('people', '2022-06-30', '2022-06-30', 3246, 'rebuilt', 'omsq', '2024-q4'),
    ('people', '2022-06-30', '2022-06-30', 3251, 'transcribed', 'written_answers', 'HL2971'),
    ('people', '2025-03-31', '2025-03-31', null, 'rebuilt', 'omsq', '2024-q4'),
    ('recalls', '2024-01-01', '2024-03-31', null, 'rebuilt', 'omsq', '2024-q4');
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(TABLES)
        yield opened


@pytest.fixture
def counted(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "insert into marts.counted_figures values"
        " ('ratings', '2025-03-31', '2025-03-31', 12, 'synthetic', '2025-03-31'),"
        " ('forgotten', '2025-03-31', '2025-03-31', null, 'synthetic', '2025-03-31')"
    )


def rows(connection: duckdb.DuckDBPyConnection, **options: bool) -> dict[str, dict[str, object]]:
    table = coverage(connection, **options)
    return {row[1]: dict(zip(table.columns, row, strict=True)) for row in table.rows}


@pytest.mark.usefixtures("counted")
def test_figures_counted_from_records_count_and_suppressed_ones_do_not(connection):
    found = rows(connection)
    assert found["ratings"]["figures"] == 1
    assert found["ratings"]["releases"] == "internal extracts of 2025-03-31"
    assert found["ratings"]["source_kinds"] == "synthetic"
    assert found["forgotten"]["why_none"] == ALL_WITHHELD


def test_a_measure_with_figures_says_how_many_of_when_and_from_where(connection):
    assert rows(connection)["people"] == {
        "id": "A1",
        "measure": "people",
        "published_or_internal": "published",
        "mart": "people",
        "figures": 2,
        "first_period": date(2022, 6, 30),
        "last_period": date(2022, 6, 30),
        "source_kinds": "rebuilt, transcribed",
        "releases": "omsq 2024-q4, written_answers HL2971",
        "why_none": "",
    }


def test_cells_without_a_value_are_no_figures(connection):
    assert rows(connection)["recalls"]["figures"] == 0
    assert rows(connection)["recalls"]["why_none"] == "published: no file yet"


def test_a_measure_without_figures_and_without_a_reason_is_shown_as_such(connection):
    assert rows(connection)["forgotten"]["why_none"] == NO_REASON


def test_measures_out_of_scope_are_left_out_and_the_others_stand_in_order(connection):
    assert list(rows(connection)) == ["people", "recalls", "ratings", "forgotten"]


def test_measures_with_figures_can_be_left_out(connection):
    assert list(rows(connection, without_figures=True)) == ["recalls", "ratings", "forgotten"]


def test_known_figures_of_measures_that_are_not_held_are_listed_with_the_reason(connection):
    assert not_held(connection).rows == [("recalls", "", 26.0, "a press report", "no period is stated")]


def test_a_file_of_another_version_is_reported(connection):
    connection.execute("drop table meta.measure_coverage")

    with pytest.raises(CheckFailed, match="run `ipp refresh`"):
        coverage(connection)


def test_new_disagreements_are_listed_with_both_values_and_sources(connection):
    connection.execute(
        "create table meta.reconciliation as from (values"
        " ('fall', 'revised_since', 'why', date '2024-12-31', 180, 'omsq 2025-q1', 182, 'answer'),"
        " ('known', 'known_disagreement', 'why', date '2024-12-31', 1, 'a', 2, 'b'),"
        " ('equal', 'agrees', 'why', null, 1, 'a', 1, 'b'))"
        " as rows (name, status, reason, period_end, left_value, left_source, right_value, right_source)"
    )

    assert disagreement_lines(connection) == [
        "differs    fall, 2024-12-31, revised since: 180 (omsq 2025-q1) against 182 (answer); why"
    ]


def test_remarks_on_releases_are_listed_the_newest_first_and_counted(connection):
    connection.execute(
        "create table meta.releases as select 'bulletin' as publication, '2025-0' || month as release_id,"
        " if(month = 9, '', 'new prison') as reason, if(month = 8, 'embargoed', 'published') as status,"
        " make_date(2025, month, 1) as published_on from range(1, 10) as months (month)"
    )

    lines = remark_lines(connection)
    assert lines[0] == "remark     bulletin 2025-07: new prison"
    assert len(lines) == 6
    assert lines[-1] == '           and 2 more: `ipp sql "from meta.releases"`'
