"""Figures on progression, psychology and support counted from the synthetic cohort, beside what is published of them.

The values of the golden file are the published ones, read as `why` says. They are compared before disclosure control,
in the internal file that the refresh leaves; targets and actions in the published file.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.settings import ROOT, Settings

pytestmark = pytest.mark.slow

GOLDEN = ROOT / "tests" / "golden" / "progress_figures_from_records.csv"
COUNTED = """
    select value from intermediate.int_figures_of_marts
    where measure = $measure and statistic = $statistic and breakdown = $breakdown and period_type = $period_type
    and period_start = $period_start::date and period_end = $period_end::date
"""


def golden() -> list[dict[str, str]]:
    """The rows of the golden file."""
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def records(published: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.internal), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def warehouse(published: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.published / "ipp.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("row", golden(), ids=[f"{row['measure']} {row['published_id']}" for row in golden()])
def test_what_is_published_comes_out(records, row):
    asked = ("measure", "statistic", "breakdown", "period_type", "period_start", "period_end")
    found = records.execute(COUNTED, {name: row[name] for name in asked}).fetchall()
    assert len(found) == 1
    assert abs(found[0][0] - float(row["value"])) <= float(row["tolerance"])


def test_no_prison_with_a_progression_regime_has_temporary_release_and_the_pilot_has(records):
    query = "select distinct value from intermediate.int_figures_of_marts where measure = 'rotl_in_progression_regimes'"
    assert records.execute(query).fetchall() == [(0.0,)]
    pilot = "select count(*) from records.rotl where prison_code = 'LTI' and left_on >= date '2024-06-01'"
    assert records.execute(pilot).fetchall()[0][0] > 0


def test_everybody_rated_moves_from_somewhere_to_somewhere(records):
    query = """
        select count(distinct person_key) from records.rag_exercise
        where exercise_on in (date '2024-09-30', date '2025-03-31')
    """
    moves = """
        select value from intermediate.int_figures_of_marts
        where measure = 'rag_movements' and breakdown = '' and period_end = date '2025-03-31'
    """
    assert records.execute(moves).fetchall() == [tuple(map(float, records.execute(query).fetchall()[0]))]


def test_eight_actions_are_answered_as_far_as_anything_counts_them(warehouse):
    query = "select action, bool_or(measure != '') from marts.stakeholder_actions group by action order by action"
    found = warehouse.execute(query).fetchall()
    assert found == [(action, action > 2) for action in range(1, 9)]


def test_six_targets_stand_beside_their_outturn_and_say_of_what_kind_each_is(warehouse):
    query = """
        select
            target, any_value(source_kind), any_value(published_level), any_value(published_source_kind),
            any_value(published_change)
        from marts.action_plan_targets group by target order by target
    """
    expected = {1: None, 2: 83, 3: 7, 4: 95, 5: None, 6: None}
    found = warehouse.execute(query).fetchall()
    assert [row[0] for row in found] == [1, 2, 3, 4, 5, 6]
    assert {row[1] for row in found} == {"synthetic"}
    assert {row[0]: row[2] for row in found} == expected
    assert [row[3] for row in found] == ["transcribed"] * 4 + [None] * 2
    assert [row[4] for row in found] == [10] + [None] * 5


def test_the_rise_of_target_one_stands_apart_from_its_level(warehouse):
    query = """
        select value, previous_value, change_from_previous, trend, published_change, published_level, target_value
        from marts.action_plan_targets where target = 1 and period_end = date '2025-02-28'
    """
    ((level, base, change, trend, published_change, published_level, target),) = warehouse.execute(query).fetchall()
    assert (round(level), round(base), trend, published_change, published_level, target) == (80, 70, "up", 10, None, 90)
    assert change == pytest.approx(level - base)


def test_the_published_rise_of_target_one_has_its_base_and_says_that_its_unit_is_open(warehouse):
    query = """
        select published_base, published_base_on, published_change, published_change_unit, published_level, change_unit
        from marts.action_plan_targets where target = 1 and published_change is not null
    """
    # 30% were said on 23 October 2024 to be in the wrong prison.
    assert warehouse.execute(query).fetchall() == [(70, dt.date(2024, 10, 23), 10, "not_stated", None, "points")]


def test_every_target_names_the_cell_it_is_from(warehouse):
    query = "select count(*) from marts.action_plan_targets where target_source is null"
    assert warehouse.execute(query).fetchall() == [(0,)]


def test_the_latest_row_of_each_target_is_one(warehouse):
    query = "select target, count(*) from marts.action_plan_targets where is_latest group by target order by target"
    assert warehouse.execute(query).fetchall() == [(target, 1) for target in range(1, 7)]


def test_action_six_is_answered_by_probation_region(warehouse):
    query = """
        select
            count(*) filter (where not is_total),
            sum(value) filter (where not is_total),
            sum(value) filter (where is_total)
        from marts.stakeholder_actions where action = 6 and breakdown in ('total', 'probation_region')
    """
    ((regions, adjournments, total),) = warehouse.execute(query).fetchall()
    assert regions == 12
    assert adjournments == total
