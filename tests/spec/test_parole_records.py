"""Figures on parole and licence termination counted from the synthetic cohort, beside the published ones it is held to.

Read before disclosure control, from the internal file that the refresh leaves: a count of 2 is compared here as well.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.settings import ROOT, Settings

pytestmark = pytest.mark.slow


def golden(name: str) -> list[dict[str, str]]:
    """The rows of a file of golden values."""
    with (ROOT / "tests" / "golden" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PUBLISHED = {row["figure_id"]: row for row in golden("published_figures_of_record.csv")}
PUBLISHED |= {row["fact_id"]: row for row in golden("facts.csv")}
HELD_TO = golden("parole_figures_from_records.csv")

COUNTED = """
    select value from int_figures_of_marts
    where measure = $measure and statistic = $statistic and breakdown = $breakdown
    and period_start = $period_start and period_end = $period_end
    and period_type = $period_type
"""

NOT_YET_REFERRED = """
    select count(*) from int_termination_cases
    where referral_due_on <= date '2025-03-04' and coalesce(referred_on > date '2025-03-04', true)
"""


@pytest.fixture(scope="module")
def records(published: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.internal), read_only=True) as connection:
        connection.execute("use intermediate")
        yield connection


def counted(records: duckdb.DuckDBPyConnection, held: dict[str, str]) -> float:
    """What the records say of one published figure."""
    figure = PUBLISHED[held["figure_id"]]
    bound = {name: figure[name] for name in ("measure", "period_type", "period_start", "period_end")}
    if held["counted_as_at"]:
        bound |= {"period_start": held["counted_as_at"], "period_end": held["counted_as_at"]}
    bound |= {"statistic": held["statistic"], "breakdown": held["breakdown"]}
    rows = records.execute(COUNTED, bound).fetchall()
    assert len(rows) == 1, bound
    return rows[0][0]


@pytest.mark.parametrize("held", HELD_TO, ids=lambda held: f"{held['figure_id']} {held['statistic']}")
def test_the_cohort_gives_the_published_figure(records, held) -> None:
    published = float(PUBLISHED[held["figure_id"]]["value"])
    assert counted(records, held) == pytest.approx(published, abs=float(held["tolerance"])), held["why"]


def test_reports_on_time_are_as_published_for_as_much_of_the_year_as_the_extract_holds(records) -> None:
    """The published year ends after the extract: its whole quarters up to there, July 2024 to March 2025, are added."""
    query = """
        select 100.0 * sum(numerator) / sum(denominator) from int_figures_of_marts
        where measure = 'parom1_on_time' and statistic = 'share' and breakdown = '' and period_type = 'quarter'
        and period_start >= date '2024-07-01'
    """
    assert records.execute(query).fetchone()[0] == pytest.approx(float(PUBLISHED["SF064"]["value"]), abs=3)


def test_licences_that_have_ended_are_not_waiting_to_be_referred(records) -> None:
    """About 100 are published; the cohort has 99 cases without a referral, of which the licence has ended of 26."""
    query = """
        select value from int_figures_of_marts where measure = 'termination_not_yet_referred' and statistic = 'count'
        and breakdown = '' and period_end = date '2025-03-04'
    """
    waiting = records.execute(query).fetchone()[0]
    without_referral = records.execute(NOT_YET_REFERRED).fetchone()[0]

    assert without_referral == pytest.approx(float(PUBLISHED["SF087"]["value"]), abs=10)
    assert waiting == without_referral - 26


def test_the_published_shares_of_outcomes_add_up_to_what_is_not_a_hundred_and_ours_do(records) -> None:
    published = sum(float(PUBLISHED[f"SF0{number}"]["value"]) for number in range(89, 94))
    query = """
        select sum(value) from int_figures_of_marts where measure = 'termination_outcome_share' and statistic = 'share'
        and period_end = date '2025-03-04'
    """
    assert published == 99.5
    assert records.execute(query).fetchone()[0] == pytest.approx(100)
