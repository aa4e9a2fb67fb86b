"""The dbt test `counts_of_the_same_people_agree` on small figures: which differences it finds."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from orchestration.settings import ROOT

SQL = (ROOT / "dbt_project/tests/counts_of_the_same_people_agree.sql").read_text(encoding="utf-8")
IDENTITIES = ROOT / "dbt_project/seeds/count_identities.csv"

Figure = tuple[str, str, str, str, float]


def differences(*figures: Figure) -> list[tuple[Any, ...]]:
    """Identity, day, breakdown, whole and parts of every difference between figures: measure, statistic, breakdown,
    day and value.
    """
    with duckdb.connect() as connection:
        connection.execute(f"create table count_identities as from read_csv('{IDENTITIES}')")
        connection.execute("""
            create table counted_figures (
                measure varchar, statistic varchar, breakdown varchar, period_type varchar, period_start date,
                period_end date, value double, numerator bigint, denominator bigint
            )
        """)
        for measure, statistic, breakdown, day, value in figures:
            row = [measure, statistic, breakdown, "as_at", day, day, value]
            connection.execute("insert into counted_figures values (?, ?, ?, ?, ?, ?, ?, null, null)", row)
        query = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", SQL)
        found = f"select identity, period_end::varchar, breakdown, whole, parts from ({query}) order by all"
        return connection.execute(found).fetchall()


def test_two_totals_of_the_people_serving_dpp_are_found():
    assert differences(
        ("dpp_people", "count", "", "2021-03-31", 198),
        ("ipp_caseload", "count", "sentence_type=dpp", "2021-03-31", 199),
        ("dpp_people", "count", "", "2021-06-30", 200),
        ("ipp_caseload", "count", "sentence_type=dpp", "2021-06-30", 200),
    ) == [("people_serving_dpp", "2021-03-31", "", 198, 199)]


def test_every_breakdown_that_both_sides_have_is_compared():
    found = differences(
        ("dpp_people", "count", "", "2021-03-31", 10),
        ("dpp_people", "count", "location=prison", "2021-03-31", 4),
        ("ipp_caseload", "count", "sentence_type=dpp", "2021-03-31", 10),
        ("ipp_caseload", "count", "location=prison;sentence_type=dpp", "2021-03-31", 5),
        ("dpp_people", "count", "sex=male", "2021-03-31", 9),
    )
    assert ("people_serving_dpp", "2021-03-31", "location=prison", 4, 5) in found
    assert all(breakdown != "sex=male" for _, _, breakdown, _, _ in found), "only one side is broken down by sex"


@pytest.mark.parametrize(("supervised", "expected"), [(90, []), (91, [("located_in_community", 100, 101)])])
def test_parts_add_up_to_the_whole(supervised, expected):
    found = differences(
        ("ipp_caseload", "count", "location=community", "2021-03-31", 100),
        ("ipp_community_caseload", "count", "", "2021-03-31", supervised),
        ("suspension_of_supervision", "suspended", "", "2021-03-31", 10),
    )
    assert [(identity, whole, parts) for identity, _, _, whole, parts in found] == expected


def test_a_part_without_a_row_counts_as_zero():
    earlier = ("suspension_of_supervision", "suspended", "", "2021-03-31", 10.0)
    on_licence = [("ipp_caseload", "count", "location=community", "2024-12-31", 90.0)]
    supervised = [("ipp_community_caseload", "count", "", "2024-12-31", 90.0)]
    assert differences(earlier, *on_licence, *supervised) == []
    assert differences(earlier, *on_licence, ("ipp_community_caseload", "count", "", "2024-12-31", 89.0)) != []


def test_a_period_in_which_the_whole_is_not_counted_is_left_alone():
    restricted = ("ipp_restricted_patients", "count", "", "2024-12-31", 7.0)
    in_hospital = [("ipp_caseload", "count", "location=hospital", day, 7.0) for day in ("2024-09-30", "2024-12-31")]
    assert differences(restricted, *in_hospital) == []


def test_what_may_be_left_over_is_no_difference_but_too_much_is():
    def referred(decided: float) -> list[tuple[Any, ...]]:
        return differences(
            ("termination_referrals", "count", "", "2025-03-31", 558),
            ("termination_decisions", "count", "", "2025-03-31", decided),
            ("termination_referrals", "awaiting_decision", "", "2025-03-31", 43),
        )

    assert referred(511) == referred(515) == []
    assert referred(516) == [("referred_for_termination", "2025-03-31", "", 558, 559)]
