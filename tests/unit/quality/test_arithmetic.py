"""The published arithmetic holds on the published figures, and fails on figures that were changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.quality import arithmetic
from orchestration.quality.arithmetic import Figure, Place, outcome
from orchestration.quality.identities import Arithmetic, Identity, Sum, Term, written_out
from orchestration.quality.rules import ACCEPTED, Finding, RuleError, read_rules
from orchestration.quality.tables import columns_by_table
from orchestration.settings import ROOT
from tests.real_files import BULLETINS, REAL_FILES, needs_real_files
from tests.unit.quality.conftest import change, land_folders

RULES = read_rules(ROOT / "expectations" / "arithmetic.yml", Arithmetic)
BY_NAME = {rule.name: rule for rule in (*RULES.sums, *RULES.comparisons)}
TARIFF, STATUS = "landing.omsq_indeterminate_by_tariff", "landing.omsq_ipp_prisoners_by_status"


def every_finding(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[str, list[Finding]]:
    """What each of these rules of the repository says."""
    columns = columns_by_table(connection)
    rules = {name: BY_NAME[name] for name in names}
    identities = {name: written_out(rule, columns) if isinstance(rule, Sum) else rule for name, rule in rules.items()}
    return {name: arithmetic.evaluate(connection, identity) for name, identity in identities.items()}


def findings(connection: duckdb.DuckDBPyConnection, name: str) -> list[Finding]:
    """What a rule of the repository says."""
    return every_finding(connection, [name])[name]


def broken(connection: duckdb.DuckDBPyConnection, *names: str) -> dict[str, list[str]]:
    """What every one of these rules says where it is broken; rules that are not are left out."""
    found = every_finding(connection, names)
    said = {name: [one.says for one in found[name] if one.outcome not in ACCEPTED] for name in names}
    return {name: places for name, places in said.items() if places}


def test_every_rule_holds_on_the_published_figures(untouched: duckdb.DuckDBPyConnection) -> None:
    assert broken(untouched, *BY_NAME) == {}


# Quarters, rows and columns of the published workbooks, counted by hand.
@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("a1_14_all_is_ipp_and_life", 43),
        ("a1_14_totals_published_twice", 2 * 43),
        ("a1_14_all_is_not_passed_passed_and_not_available", 2 * 43),
        ("a1_14_ipp_is_its_tariff_lengths", 3 * 43),
        ("a1_14_tariff_length_is_not_passed_and_passed", 9 * 43),
        ("a1_14_tariff_length_not_available", 2 * 43),
        ("a1_15_all_sentences_before_2010", 9 * 3),
        ("a1_15_all_sentences", 13 * 3),
        ("a1_15_sexes", 13 * 4),
        ("a1_14_agrees_with_a1_15_to_2014", 3),
        ("a1_14_agrees_with_a1_15", 8),
        ("a1_16_all_ages", 12),
        ("a1_17_all_ethnic_groups", 12),
        ("self_harm_sexes", 9),
        ("hl263_all_sentences", 10),
        ("hc150497_all_tariffs", 1),
        ("shares_of_termination_decisions", 1),
    ],
)
def test_rule_is_evaluated_wherever_figures_are_published(
    untouched: duckdb.DuckDBPyConnection, name: str, places: int
) -> None:
    assert Counter(one.outcome for one in findings(untouched, name)) == {"holds": places}


REASONS, RECALLS = "landing.omsq_recalls_by_reason", "landing.omsq_recalls_by_sentence"
IPP_OF_2022 = "sentence_type = 'ipp' and period_type = 'calendar_year' and period_end = '2022-12-31'"


@pytest.mark.parametrize("reason", ["facing_further_charge", "other", "no_further_charge"])
def test_no_reason_has_more_recalls_than_there_are(warehouse: duckdb.DuckDBPyConnection, reason: str) -> None:
    """There were 625 in 2022. A note mark that is read as a digit makes 62 for one reason 626."""
    where = f"{IPP_OF_2022} and reason = '{reason}' and sex = 'all'"
    change(warehouse, f"update {REASONS} set value = 625, value_status = 'final' where {where}")
    assert broken(warehouse, "recalls_for_each_reason_within_recalls") == {}
    change(warehouse, f"update {REASONS} set value = 626 where {where}")
    (said,) = broken(warehouse, "recalls_for_each_reason_within_recalls")["recalls_for_each_reason_within_recalls"]
    assert said.startswith(
        f"reason {reason}: omsq 2024-q4 / licence-recalls-annual-2024.ods / 2022-01-01 to 2022-12-31"
    )
    assert "expected at most 625 (" in said


def test_reasons_are_held_against_the_recalls_of_their_sex(warehouse: duckdb.DuckDBPyConnection) -> None:
    where = "sentence_type = 'ipp' and period_end = '2024-12-31' and period_type = 'quarter' and sex = 'female' and"
    change(warehouse, f"update {RECALLS} set value = 9 where {where} recall_category = 'all'")
    change(warehouse, f"update {REASONS} set value = 10 where {where} reason = 'non_compliance'")
    assert broken(warehouse, "recalls_for_each_reason_within_recalls")


def test_known_disagreement_needs_its_tolerance(untouched: duckdb.DuckDBPyConnection) -> None:
    columns = columns_by_table(untouched)
    for name in ("hc150497_all_tariffs", "shares_of_termination_decisions", "a1_14_agrees_with_a1_15_to_2014"):
        rule = BY_NAME[name].model_copy(update={"tolerance": 0})
        identity = written_out(rule, columns) if isinstance(rule, Sum) else rule
        assert "fails" in {one.outcome for one in arithmetic.evaluate(untouched, identity)}, name


@pytest.mark.parametrize(
    ("rule", "table", "where", "cell"),
    [
        ("a1_14_all_is_ipp_and_life", TARIFF, "section = 'summary' and sentence_type = 'life'", "A1_14!B7"),
        ("a1_14_totals_published_twice", TARIFF, "section = 'summary' and sentence_type = 'ipp'", "A1_14!B6"),
        ("a1_14_ipp_is_its_tariff_lengths", TARIFF, "tariff_length = 'over_10_years'", "A1_14!B15"),
        ("a1_15_sexes", "landing.omsq_indeterminate_by_sex", "sex = 'male'", "A1_15-A1_17!K14"),
        ("a1_16_all_ages", "landing.omsq_indeterminate_by_age", "age_band = '70_and_over'", "A1_15-A1_17!J35"),
        ("a1_17_all_ethnic_groups", "landing.omsq_indeterminate_by_ethnicity", "ethnicity = 'mixed'", "D61"),
        ("ipp_population_is_unreleased_and_recalled", STATUS, "custody_status = 'all' and value = 2544", "G6"),
        ("self_harm_sexes", "landing.safety_in_custody_self_harm", "sex = 'all'", "J8"),
        ("hc150497_all_tariffs", "landing.written_answers_hc150497", "tariff_months = 'all'", "B9"),
        ("hl263_all_sentences", "landing.written_answers_hl263", "sentence_type = 'life'", "C2"),
        ("shares_of_termination_decisions", "landing.licence_termination_figures", "item = 'refused'", "B7"),
        ("over_tariff_within_unreleased", "landing.omsq_ipp_time_over_tariff", "time_over_tariff_band = 'all'", "G6"),
    ],
)  # fmt: skip
def test_total_that_is_not_its_parts_fails_and_names_the_cell(
    warehouse: duckdb.DuckDBPyConnection, rule: str, table: str, where: str, cell: str
) -> None:
    change(warehouse, f"update {table} set value = value + 11 where value is not null and {where}")
    said = broken(warehouse, rule)
    assert any(cell in place for place in said[rule]), said


def test_failure_names_release_file_sheet_cells_expected_and_found(warehouse: duckdb.DuckDBPyConnection) -> None:
    change(warehouse, f"update {STATUS} set value = 2545 where value = 2544")
    (said,) = broken(warehouse, "ipp_population_is_unreleased_and_recalled")[
        "ipp_population_is_unreleased_and_recalled"
    ]
    assert said == (
        "omsq 2024-q4 / prison-population-31-Mar-2025.ods / 2025-03-31 / table_number 1.Q.14: "
        "expected 2544 (Table_1_Q_14!G7, Table_1_Q_14!G8), found 2545 (Table_1_Q_14!G6)"
    )


@pytest.mark.parametrize(
    ("rule", "table", "swapped", "where"),
    [
        ("a1_14_fewer_ipp_than_life", TARIFF, "sentence_type", "('ipp', 'life')"),
        ("a1_14_ipp_mostly_past_tariff", TARIFF, "tariff_expiry_status", "('passed', 'not_passed')"),
        ("a1_14_life_mostly_before_tariff", TARIFF, "tariff_expiry_status", "('passed', 'not_passed')"),
        ("a1_15_fewer_women_than_men", "landing.omsq_indeterminate_by_sex", "sex", "('male', 'female')"),
        ("more_recalled_than_unreleased", STATUS, "custody_status", "('unreleased', 'recalled')"),
        ("more_unreleased_than_recalled_to_2022", STATUS, "custody_status", "('unreleased', 'recalled')"),
        ("fewer_self_harm_incidents_of_women", "landing.safety_in_custody_self_harm", "sex", "('male', 'female')"),
        ("decisions_within_referrals", "landing.licence_termination_figures", "item", "('referred', 'decisions')"),
    ],
)
def test_whole_rows_that_changed_places_fail_though_they_add_up(
    warehouse: duckdb.DuckDBPyConnection, rule: str, table: str, swapped: str, where: str
) -> None:
    one, other = where.strip("()").split(", ")
    change(
        warehouse, f"update {table} set {swapped} = if({swapped} = {one}, {other}, {one}) where {swapped} in {where}"
    )
    assert rule in broken(warehouse, rule)


def test_missing_value_is_not_evaluable_and_never_passes(warehouse: duckdb.DuckDBPyConnection) -> None:
    name = "a1_14_all_is_not_passed_passed_and_not_available"
    change(
        warehouse,
        f"update {TARIFF} set value = null, value_status = 'suppressed'"
        " where tariff_expiry_status = 'passed' and tariff_length = 'all'",
    )
    assert {one.outcome for one in findings(warehouse, name)} == {"not_evaluable"}


HL263 = "landing.written_answers_hl263"
CELL_OF_378 = f"update {TARIFF} set value = null, value_status = ? where source_cell = 'V22' and value = 378"


# Life sentences 16 to 17 years over tariff: 0 IPP and 39 in all, so 39.
@pytest.mark.parametrize("status", ["not_applicable", "unavailable"])
@pytest.mark.parametrize(
    ("member", "cell", "value"), [("life", "HL263_table_1!C8", 39), ("all", "HL263_table_1!D8", 39)]
)
def test_a_figure_that_is_denied_although_all_others_imply_it_is_a_finding(
    warehouse: duckdb.DuckDBPyConnection, status: str, member: str, cell: str, value: int
) -> None:
    where = f"sentence_type = '{member}' and time_over_tariff_band = '16_to_under_17_years'"
    change(warehouse, f"update {HL263} set value = null, value_status = '{status}' where {where}")
    (said,) = broken(warehouse, "hl263_all_sentences")["hl263_all_sentences"]
    assert said.endswith(f"{cell} has no value, and the others imply {value}")


def test_a_figure_that_is_denied_and_implied_to_be_nothing_is_none(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A dash beside 39 of 39 says that there is no other person."""
    where = "sentence_type = 'ipp' and time_over_tariff_band = '16_to_under_17_years'"
    change(warehouse, f"update {HL263} set value = null, value_status = 'not_applicable' where {where}")
    counts = Counter(one.outcome for one in findings(warehouse, "hl263_all_sentences"))
    assert counts == {"holds": 9, "not_evaluable": 1}


# A dash says that there is none, * that it is withheld; [x] in a rebuilt workbook says that we do not hold it.
@pytest.mark.parametrize(
    ("status", "kind", "is_found"),
    [
        ("not_applicable", "rebuilt", True),
        ("unavailable", "rebuilt", False),
        ("unavailable", "official", True),
        ("unavailable", "transcribed", True),
        ("suppressed", "rebuilt", False),
        ("suppressed", "official", False),
    ],
)
def test_who_says_that_there_is_no_value_decides(
    warehouse: duckdb.DuckDBPyConnection, status: str, kind: str, is_found: bool
) -> None:
    change(warehouse, CELL_OF_378, status)
    change(warehouse, f"update {TARIFF} set source_kind = ?", kind)
    names = ("a1_14_ipp_is_its_tariff_lengths", "a1_14_tariff_length_is_not_passed_and_passed")
    said = broken(warehouse, *names)
    assert set(said) == (set(names) if is_found else set())
    assert all("A1_14!V22 has no value, and the others imply 378" in place for (place,) in said.values())


def test_two_figures_without_a_value_are_not_evaluable(warehouse: duckdb.DuckDBPyConnection) -> None:
    where = "sentence_type in ('life', 'all') and time_over_tariff_band = '16_to_under_17_years'"
    change(warehouse, f"update {HL263} set value = null, value_status = 'not_applicable' where {where}")
    assert broken(warehouse, "hl263_all_sentences") == {}


@pytest.mark.parametrize(
    ("total", "parts", "changes", "expected"),
    [
        (100, [60, None], {}, "fails"),
        (None, [60, 40], {}, "fails"),
        (60, [60, None], {}, "not_evaluable"),
        (60.5, [60, None], {"tolerance": 1}, "not_evaluable"),
        (62, [60, None], {"tolerance": 1}, "fails"),
        (100, [None, None], {}, "not_evaluable"),
        (100, [60, None], {"relation": "<="}, "not_evaluable"),
    ],
)
def test_what_one_denied_figure_comes_to(
    total: float | None, parts: list[float | None], changes: dict[str, object], expected: str
) -> None:
    right = tuple(Figure(term, amount, "f", f"S!A{term}", amount is None) for term, amount in enumerate(parts))
    found = outcome(
        identity(len(parts), **changes), Place("here", (Figure(0, total, "f", "S!B1", total is None),), right)
    )
    assert found == expected


def test_missing_row_is_a_failure(warehouse: duckdb.DuckDBPyConnection) -> None:
    change(warehouse, f"delete from {TARIFF} where tariff_length = 'whole_life' and tariff_expiry_status = 'all'")
    said = broken(warehouse, "a1_14_life_is_its_tariff_lengths")["a1_14_life_is_its_tariff_lengths"]
    assert len(said) == 43
    assert "1 row missing" in said[0]


def test_known_parts_that_exceed_their_total_fail_while_others_are_missing(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    change(
        warehouse, f"update {STATUS} set value = 2700 where custody_status = 'unreleased' and period_end = '2024-09-30'"
    )
    said = broken(warehouse, "ipp_population_is_unreleased_and_recalled")["ipp_population_is_unreleased_and_recalled"]
    assert all("1 value missing" in place for place in said)


def small_bulletin(margin: float, total: float) -> duckdb.DuckDBPyConnection:
    """A monthly bulletin of three prisons, of which one is closed and blank."""
    connection = duckdb.connect()
    connection.execute("create schema landing")
    connection.execute(
        f"""
        create table landing.prison_population_monthly_prisons as
        select
            estate, prison, statistic, 'prison_capacity' as measure, '' as breakdown, 'as_at' as period_type,
            date '2018-03-23' as period_start, date '2018-03-23' as period_end, value::double as value,
            'people or places' as unit, if(value is null, 'unavailable', 'final') as value_status, '' as qualifier,
            '' as note_texts, 'official' as source_kind, 'prison_population_monthly' as publication,
            '2018-03' as release_id, date '2018-03-23' as published_on, 1 as authority, '' as table_number,
            '' as table_title, 'bulletin.ods' as source_file, 'Sheet1' as source_sheet,
            'A' || row_number() over () as source_cell
        from (values
            ('prison', 'altcourse', 'operational_capacity', 1164), ('prison', 'ashfield', 'operational_capacity', 400),
            ('prison', 'blantyre_house', 'operational_capacity', null), ('prison', 'all', 'operational_capacity', 1564),
            ('all', 'all', 'operational_capacity', {total}), ('all', 'all', 'operating_margin', {margin})
        ) as rows (estate, prison, statistic, value)
        """
    )
    return connection


@pytest.mark.parametrize(
    ("margin", "total", "expected"), [(64, 1500, "holds"), (64, 1564, "fails"), (0, 1564, "holds")]
)
def test_operational_capacity_is_less_its_margin(margin: float, total: float, expected: str) -> None:
    connection = small_bulletin(margin, total)
    assert [one.outcome for one in findings(connection, "monthly_usable_operational_capacity")] == [expected]
    assert [one.outcome for one in findings(connection, "monthly_subtotals")] == ["holds"]


@pytest.mark.slow
@pytest.mark.real_files
@needs_real_files
def test_every_bulletin_adds_up(tmp_path: Path) -> None:
    folders = [REAL_FILES / "prison_population_monthly" / month for month in BULLETINS]
    with duckdb.connect(str(land_folders(tmp_path / "bulletins.duckdb", folders))) as connection:
        assert broken(connection, *BY_NAME) == {}
        totals = findings(connection, "monthly_total_is_all_prisons")
        assert Counter(one.outcome for one in totals) == {"holds": 3 * len(BULLETINS)}
        assert len(findings(connection, "monthly_usable_operational_capacity")) == len(BULLETINS)


amounts = st.integers(0, 10_000).map(float)


def place(total: float | None, parts: list[float | None]) -> Place:
    """A place with one total and its parts."""
    right = tuple(Figure(term, amount, "f", f"S!A{term}") for term, amount in enumerate(parts))
    return Place("somewhere", (Figure(0, total, "f", "S!B1"),), right)


def identity(parts: int, **changes: object) -> Identity:
    """A total and so many parts."""
    term = Term(table="landing.t")
    content = {"name": "n", "reason": "r", "source": "s", "left": (term,), "right": (term,) * parts}
    return Identity.model_validate(content | changes)


@given(st.lists(amounts, min_size=1, max_size=6), st.integers(0, 3), st.integers(-9, 9))
def test_sum_holds_within_its_tolerance_and_nowhere_else(parts: list[float], tolerance: int, off: int) -> None:
    found = outcome(identity(len(parts), tolerance=tolerance), place(sum(parts) + off, list(parts)))
    assert found == ("holds" if abs(off) <= tolerance else "fails")


@given(st.lists(amounts, min_size=1, max_size=6), amounts)
def test_inequality_fails_only_when_exceeded(parts: list[float], total: float) -> None:
    found = outcome(identity(len(parts), relation="<="), place(total, list(parts)))
    assert found == ("holds" if total <= sum(parts) else "fails")


@given(st.lists(st.none() | amounts, min_size=1, max_size=6), st.none() | amounts, st.sampled_from(["=", "<="]))
def test_nothing_holds_while_a_value_is_missing(parts: list[float | None], total: float | None, relation: str) -> None:
    found = outcome(identity(len(parts), relation=relation), place(total, parts))
    if None in (total, *parts):
        assert found != "holds"


@given(st.lists(amounts, min_size=2, max_size=6), st.data())
def test_two_parts_that_change_places_are_not_noticed_by_a_sum(parts: list[float], data: st.DataObject) -> None:
    """Why there are inequalities, sums across and limits on steps beside the sums."""
    total = sum(parts)
    assert outcome(identity(len(parts)), place(total, data.draw(st.permutations(parts)))) == "holds"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sums: []\ncomparisons: []\nmore: 1\n", "more"),
        ("sums: []\n", "comparisons"),
        ("sums: []\nsums: []\ncomparisons: []\n", "appear twice"),
        ("sums: [{name: a, table: t, over: o, parts: [p], reason: r, source: s}]\ncomparisons: []\n", "tolerance"),
        (
            "sums: []\ncomparisons: [{name: a, left: [{table: t}], reason: r, source: s}]\n",
            "exactly one of right, right_is",
        ),
        (
            "sums: []\ncomparisons:\n" + 2 * "  - {name: a, left: [{table: t}], right_is: 1, reason: r, source: s}\n",
            "names appear twice",
        ),
        ("sums: [", "while parsing"),
    ],
)
def test_file_of_rules_is_read_strictly(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "arithmetic.yml"
    path.write_text(text)
    with pytest.raises(RuleError, match=said):
        read_rules(path, Arithmetic)
