"""The limits hold on the published figures, and figures that changed places break them though everything adds up."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from orchestration.quality import continuity
from orchestration.quality.continuity import Move, revision_range, step_range
from orchestration.quality.limits import Continuity, RevisionLimit, StepLimit
from orchestration.quality.rules import ACCEPTED, Finding, RuleError, read_rules
from orchestration.quality.tables import columns_by_table, landed_figures, vintage_order
from orchestration.settings import ROOT
from tests.unit.quality.conftest import change

RULES = read_rules(ROOT / "expectations" / "continuity.yml", Continuity)
BY_NAME = {rule.name: rule for rule in (*RULES.revisions, *RULES.steps)}
NAMED = tuple(measure for rule in RULES.revisions if rule.measures != "others" for measure in rule.measures)
STATUS, TARIFF = "landing.omsq_ipp_prisoners_by_status", "landing.omsq_indeterminate_by_tariff"


def findings(connection: duckdb.DuckDBPyConnection, *names: str) -> list[Finding]:
    """What rules of the repository say."""
    columns = columns_by_table(connection)
    found = []
    with landed_figures(connection, columns):
        for rule in (BY_NAME[name] for name in names):
            if isinstance(rule, RevisionLimit):
                found += continuity.evaluate_revision(connection, rule, NAMED)
            else:
                found += continuity.evaluate_step(connection, rule, columns)
    return found


def broken(connection: duckdb.DuckDBPyConnection, *names: str) -> list[str]:
    """What these rules say where they are broken."""
    return [one.says for one in findings(connection, *names) if one.outcome not in ACCEPTED]


def swap(connection: duckdb.DuckDBPyConnection, table: str, column: str, pair: tuple[str, str], where: str) -> None:
    """Let the rows of two members change places, as when a table is read one row off."""
    one, other = (f"'{member}'" for member in pair)
    where = f"{column} in ({one}, {other}) and {where}"
    change(connection, f"update {table} set {column} = if({column} = {one}, {other}, {one}) where {where}")


def swap_statuses(connection: duckdb.DuckDBPyConnection, where: str) -> None:
    """Let unreleased and recalled change places; what a row measures follows from its labels."""
    swap(connection, STATUS, "custody_status", ("unreleased", "recalled"), where)
    change(
        connection,
        f"update {STATUS} set measure = 'ipp_' || custody_status || '_prisoners' where custody_status <> 'all'",
    )


def swap_days(connection: duckdb.DuckDBPyConnection, table: str, pair: tuple[str, str], where: str) -> None:
    """Let two date columns change places."""
    one, other = (f"date '{day}'" for day in pair)
    day = f"if(period_end = {one}, {other}, {one})"
    where = f"period_end in ({one}, {other}) and {where}"
    change(connection, f"update {table} set period_start = {day}, period_end = {day} where {where}")


def test_every_limit_holds_on_the_published_figures(untouched: duckdb.DuckDBPyConnection) -> None:
    assert broken(untouched, *BY_NAME) == []


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("step_of_indeterminate_totals", 3 * 42),
        ("step_of_indeterminate_by_sex", 12 * 13),
        ("step_of_self_harm", 3 * 8 + 4),
        ("step_of_community_caseload", 4),
        ("step_of_restricted_patients", 4),
        ("step_of_time_recalled", 4),
    ],
)
def test_limit_is_evaluated_on_every_step(untouched: duckdb.DuckDBPyConnection, name: str, places: int) -> None:
    assert Counter(one.outcome for one in findings(untouched, name)) == {"holds": places}


def test_unreleased_and_recalled_swapped_on_the_newest_day(warehouse: duckdb.DuckDBPyConnection) -> None:
    """1,012 and 1,532 add up to 2,544 either way."""
    swap_statuses(warehouse, "sex = 'all' and period_end = '2025-03-31'")
    (said,) = broken(warehouse, "step_of_unreleased")
    assert "at 2025-03-31 after 1045 at 2024-12-31" in said
    assert said.endswith("found 1532 (2024-q4 / prison-population-31-Mar-2025.ods / Table_1_Q_14!G8)")
    assert broken(warehouse, "step_of_recalled")


@pytest.mark.parametrize("release", ["2024-q1", "2024-q2", "2024-q3", "2024-q4"])
def test_unreleased_and_recalled_swapped_throughout_a_release(
    warehouse: duckdb.DuckDBPyConnection, release: str
) -> None:
    swap_statuses(warehouse, f"sex = 'all' and release_id = '{release}'")
    assert broken(warehouse, "revision_of_prison_population")


def test_two_quarters_swapped_in_one_release(warehouse: duckdb.DuckDBPyConnection) -> None:
    swap_days(warehouse, STATUS, ("2024-12-31", "2025-03-31"), "release_id = '2024-q4'")
    assert broken(warehouse, "revision_of_prison_population")
    assert broken(warehouse, "step_of_unreleased")


def test_two_date_columns_swapped_in_a_table_that_adds_up(warehouse: duckdb.DuckDBPyConnection) -> None:
    swap_days(warehouse, TARIFF, ("2012-06-30", "2022-06-30"), "true")
    assert broken(warehouse, "step_of_indeterminate_totals")
    assert broken(warehouse, "step_of_tariff_lengths")


def test_two_tariff_lengths_swapped_in_every_block_of_one_day(warehouse: duckdb.DuckDBPyConnection) -> None:
    swap(warehouse, TARIFF, "tariff_length", ("under_2_years", "2_to_4_years"), "period_end = '2019-06-30'")
    assert broken(warehouse, "step_of_tariff_lengths")


def test_sexes_swapped_in_one_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "landing.safety_in_custody_self_harm"
    swap(warehouse, table, "sex", ("male", "female"), "period_end = '2016-12-31'")
    change(warehouse, f"update {table} set breakdown = 'sex=' || sex where sex <> 'all'")
    assert broken(warehouse, "step_of_self_harm")


def test_counts_read_as_months(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "landing.omsq_releases_after_recall"
    change(warehouse, f"update {table} set value = 150 where value = 24 and release_id = '2024-q4'")
    assert broken(warehouse, "revision_of_time_recalled")
    assert broken(warehouse, "step_of_time_recalled")


def test_small_revision_is_let_through_and_a_large_one_is_not(warehouse: duckdb.DuckDBPyConnection) -> None:
    where = "period_end = '2024-06-30' and release_id = '2024-q4' and custody_status = 'unreleased' and sex = 'all'"
    change(warehouse, f"update {STATUS} set value = 1133 where {where}")
    assert broken(warehouse, "revision_of_prison_population") == []
    change(warehouse, f"update {STATUS} set value = 1160 where {where}")
    (said,) = broken(warehouse, "revision_of_prison_population")
    assert "expected 1118.7 to 1141.3" in said
    assert "2024-q3 / prison-population-31-Dec-2024.ods / Table_1_Q_14!E7" in said


def test_of_one_day_the_official_file_is_taken_before_its_rebuilding(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Releases can have any name: here the rebuilt one comes first in the alphabet."""
    columns = ", ".join(columns_by_table(warehouse)[STATUS])
    official = columns.replace("source_kind", "'official'").replace("release_id", "'2024-q4-official'")
    newest = "release_id = '2024-q4' and period_end = '2025-03-31' and custody_status = 'unreleased' and sex = 'all'"
    change(
        warehouse,
        f"insert into {STATUS} ({columns}) select {official.replace('value,', '1500 as value,', 1)} "
        f"from {STATUS} where {newest}",
    )
    (said,) = broken(warehouse, "step_of_unreleased")
    assert "found 1500 (2024-q4-official / " in said
    assert any(
        "after 1012 at 2025-03-31 (2024-q4 / " in said for said in broken(warehouse, "revision_of_prison_population")
    )


def test_words_are_ordered_as_the_marts_order_them() -> None:
    """The macro's keys are SQL and directions; rendered without dbt they are the same as those of the checks."""
    macro = (ROOT / "dbt_project" / "macros" / "vintages.sql").read_text(encoding="utf-8")
    macro = macro.partition("{% macro is_latest_vintage")[0].partition("{% macro vintage_order")
    rendered = Environment().from_string("".join(macro[1:]) + "{{ vintage_order(latest_first=way) }}")
    for way in (True, False):
        assert " ".join(rendered.render(way=way).split()) == vintage_order(way)


def test_community_caseload_must_fall_over_1_november_2024(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "landing.omsq_community_caseload"
    change(warehouse, f"update {table} set value = 2850 where value = 1376")
    said, later = broken(warehouse, "step_of_community_caseload")
    assert "expected 1154 to 1731 at 2024-12-31" in said
    assert "2026-03-31" in later


def test_known_disagreement_on_the_community_caseload_is_let_through(warehouse: duckdb.DuckDBPyConnection) -> None:
    table = "landing.omsq_community_caseload"
    columns = ", ".join(columns_by_table(warehouse)[table])
    other = columns.replace("value,", "3251 as value,", 1).replace("release_id", "'another' as release_id")
    change(warehouse, f"insert into {table} ({columns}) select {other} from {table} where value = 3246")
    assert broken(warehouse, "revision_of_community_caseload") == []
    change(warehouse, f"update {table} set value = 3300 where value = 3251")
    assert broken(warehouse, "revision_of_community_caseload")


def test_every_known_disagreement_is_declared() -> None:
    numbers = [known.figures.split(".")[0] for known in RULES.known_disagreements]
    assert numbers[:7] == ["1", "2", "3", "4", "5", "6", "7"]


DAY = dt.date(2024, 9, 30)


def move(before: float, value: float, months: int = 3) -> Move:
    """A figure after another, so many months apart."""
    start = DAY.year * 12 + DAY.month - 1 - months
    return Move("m []", dt.date(start // 12, start % 12 + 1, 28), DAY, before, value, "A1", "B1")


def step(**changes: object) -> StepLimit:
    """A limit on steps."""
    content = {
        "name": "n",
        "reason": "r",
        "source": "s",
        "measure": "m",
        "period_type": "as_at",
        "absolute": 5,
        "paces": [
            {"months": 12, "fall_percent": 20, "rise_percent": 4},
            {"months": 3, "fall_percent": 8, "rise_percent": 1},
        ],
    }
    return StepLimit.model_validate(content | changes)


@pytest.mark.parametrize(
    ("months", "lowest", "highest"), [(1, 920, 1010), (3, 920, 1010), (4, 800, 1040), (12, 800, 1040)]
)
def test_pace_is_the_first_that_is_long_enough(months: int, lowest: float, highest: float) -> None:
    allowed = step_range(step(), move(1000, 0, months))
    assert allowed is not None
    assert (allowed.lowest, allowed.highest) == (lowest, highest)


def test_nothing_is_said_of_a_longer_time() -> None:
    assert step_range(step(), move(1000, 0, 13)) is None


@pytest.mark.parametrize(("months", "lowest", "highest"), [(3, 400, 600), (12, 320, 624)])
def test_event_takes_the_place_of_the_shortest_pace_and_comes_before_a_longer_one(
    months: int, lowest: float, highest: float
) -> None:
    event = {"day": DAY, "fall_percent": 60, "rise_percent": -40, "reason": "r"}
    allowed = step_range(step(events=[event]), move(1000, 0, months))
    assert allowed is not None
    assert (allowed.lowest, allowed.highest) == pytest.approx((lowest, highest))
    assert step_range(step(events=[event]), move(1000, 0, 13)) is None


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_smallest_move_allowed_is_the_absolute_one(before: float, value: float) -> None:
    allowed = step_range(step(), move(before, value))
    assert allowed is not None
    assert allowed.lowest <= before - 5 <= before + 5 <= allowed.highest


@given(st.floats(0, 1e5), st.floats(0, 1e3), st.floats(0, 100))
def test_equal_reprint_is_always_allowed(before: float, absolute: float, percent: float) -> None:
    rule = RevisionLimit(name="n", reason="r", source="s", measures=("m",), absolute=absolute, percent=percent)
    allowed = revision_range(rule, move(before, before))
    assert allowed.lowest <= before <= allowed.highest


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"table": "landing.t"}, "measure and perhaps breakdowns, or table"),
        ({"measure": ""}, "measure and perhaps breakdowns, or table"),
        ({"paces": []}, "paces"),
        ({"limit": 3}, "limit"),
    ],
)
def test_limit_is_read_strictly(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        step(**changes)


def test_measure_named_by_two_rules_is_refused(tmp_path: object) -> None:
    revision = {"reason": "r", "source": "s", "measures": ["m"], "absolute": 1, "percent": 1}
    with pytest.raises(ValueError, match="appear twice"):
        Continuity.model_validate(
            {"revisions": [{"name": "a"} | revision, {"name": "b"} | revision], "steps": [], "known_disagreements": []}
        )


def test_unreadable_file_is_refused() -> None:
    with pytest.raises(RuleError, match=r"no_such\.yml"):
        read_rules(ROOT / "expectations" / "no_such.yml", Continuity)
