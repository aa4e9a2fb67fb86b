"""A judgement leaves nothing unsaid: every table, suite and rule has a result, and what could not be judged fails."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.quality.judge import judge, judge_landing, target_of
from orchestration.quality.results import CheckResult
from orchestration.quality.runner import Target, run_suite
from orchestration.quality.suites import DeclaredSuite, read_suite
from orchestration.quality.tables import SHARED, columns_by_table, landed_figures, mart_figures
from orchestration.records.contract import Contract, read_contracts
from orchestration.records.loader import load
from orchestration.settings import ROOT, Settings
from tests.unit.quality.conftest import change

SECRET = "Jane Doe"
EXTRACT = "opd_activity"
REAL = ROOT / "expectations"
RULE = {"table": "landing.pub_small", "reason": "It could go wrong.", "source": "invented for a test", "tolerance": 0}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose expectations are those of one small published table and one mart, with one sum."""
    folder = tmp_path / "expectations"
    for name in ("rules/arithmetic", "rules/continuity", "rules/reconciliation"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REAL / f"{name}.json", folder / f"{name}.json")
    write(folder, "landing/every_table", closed("unit", "people"))
    write(folder, "candidate/every_table", closed("unit", "people"))
    write(folder, "landing/pub/small", closed("sex", "all", "male", "female"), closed("measure", "people"))
    write(folder, "candidate/small", closed("unit", "people"))
    rules(folder, sums=[{"name": "sexes", "over": "sex", "parts": ["male", "female"]} | RULE])
    places = (tmp_path / name for name in ("raw", "work", "published"))
    return Settings(*places, expectations=folder, dbt_project=tmp_path / "dbt_project")


@pytest.fixture
def small() -> duckdb.DuckDBPyConnection:
    """A candidate with one landing table of three figures and one mart of them."""
    connection = duckdb.connect()
    connection.execute("create schema landing")
    connection.execute("create schema marts")
    connection.execute(
        """
        create table landing.pub_small as
        select
            sex, 'people' as measure, if(sex = 'all', '', 'sex=' || sex) as breakdown, 'as_at' as period_type,
            date '2024-06-30' as period_start, date '2024-06-30' as period_end, value::double as value,
            'people' as unit, 'final' as value_status, '' as qualifier, '' as note_texts, 'official' as source_kind,
            'pub' as publication, '1' as release_id, date '2024-07-30' as published_on, 1 as authority,
            '1' as table_number, 'People' as table_title, 'a.ods' as source_file, 'T' as source_sheet,
            source_cell
        from (values ('all', 3, 'B1'), ('male', 2, 'B2'), ('female', 1, 'B3')) as rows (sex, value, source_cell)
        """
    )
    connection.execute("create table marts.small as select * from landing.pub_small")
    return connection


def closed(column: str, *members: str) -> dict[str, Any]:
    """An expectation of a closed set of members."""
    return {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": {"column": column, "value_set": list(members)},
        "meta": {"reason": "An unknown member would be lost."},
    }


def write(folder: Path, name: str, *expectations: dict[str, Any]) -> None:
    """A suite file."""
    path = folder / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    meta = {"great_expectations_version": "1.24.1"}
    path.write_text(json.dumps({"name": name.replace("/", "."), "expectations": expectations, "meta": meta}))


def rules(folder: Path, sums: Any = (), comparisons: Any = (), steps: Any = (), agreements: Any = ()) -> None:
    """The files of rules. JSON is YAML."""
    (folder / "arithmetic.yml").write_text(json.dumps({"sums": list(sums), "comparisons": list(comparisons)}))
    limits = {"revisions": [], "steps": list(steps), "known_disagreements": []}
    (folder / "continuity.yml").write_text(json.dumps(limits))
    equations: dict[str, Any] = {"quantities": {}, "equations": []}
    others = {"agreements": list(agreements), "balances": [], "years_of_quarters": []}
    (folder / "published_identities.yml").write_text(json.dumps(equations))
    (folder / "reconciliation.yml").write_text(json.dumps(equations | others))


def failed(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[CheckResult]:
    """The results that are no success."""
    return [result for result in judge(connection, settings) if not result.success]


def another_row(connection: duckdb.DuckDBPyConnection, changes: str, cell: str = "B9") -> None:
    """One more figure in a separate cell, like the total but for some columns."""
    source = f"select * replace ('{cell}' as source_cell, {changes}) from landing.pub_small where source_cell = 'B1'"
    connection.execute(f"insert into landing.pub_small {source}")


def on(day: str, changes: str) -> str:
    """Changes to a figure, and the day it is of."""
    return f"date '{day}' as period_start, date '{day}' as period_end, {changes}"


def test_sound_candidate_passes(small: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    results = judge(small, settings)
    assert [str(result) for result in results if not result.success] == []
    assert {result.suite for result in results} == {
        "landing.pub.small",
        "landing.every_table",
        "candidate.small",
        "candidate.every_table",
        "rules.arithmetic",
        "rules.continuity",
        "rules.reconciliation",
    }
    (sexes,) = [result for result in results if result.expectation == "sexes"]
    assert sexes.observed == "holds at 1 place, not evaluable at 0, broken at 0"


def test_judging_changes_nothing(small: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    tables = "select database_name, schema_name, table_name from duckdb_tables() order by all"
    before = small.execute(tables).fetchall()
    judge(small, settings)
    assert small.execute(tables).fetchall() == before


def test_broken_sum_fails_twice_as_rule_and_in_the_suite_of_rules(
    small: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    change(small, "update landing.pub_small set value = 4 where sex = 'all'")
    rule, suite = failed(small, settings)
    assert rule.expectation == "sexes"
    assert "pub 1 / a.ods / 2024-06-30" in rule.observed
    assert "expected 3 (T!B2, T!B3), found 4 (T!B1)" in rule.observed
    assert suite.suite == "rules.arithmetic"
    assert suite.could_run


def test_unknown_member_fails_and_names_the_cell(small: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    another_row(small, "'mael' as sex")
    assert "1 / a.ods / T / B9: sex = mael" in failed(small, settings)[0].observed


SPOILT = (
    "null::double as value",
    "'suppressed' as value_status",
    "-1 as value",
    "1.5 as value",
    "'nil' as value_status",
    "'hidden' as value_status",
    "'synthetic' as source_kind",
    "null as release_id",
    "null as source_file",
    "null as published_on",
    "date '2024-01-01' as published_on",
    "date '2024-05-30' as period_end",
    "date '1924-05-30' as period_start",
    "date '2024-06-01' as period_start",
    "'day' as period_type",
    "null as sex",
    "'Sex: male' as breakdown",
    "null as measure",
    "null as unit",
    "'perhaps' as qualifier",
    "3 as authority",
    "'female' as sex",
    on("2010-06-30", "4717.04 as value, 'A1.15' as table_number"),
    on("2009-06-30", "4717.04 as value"),
    on("2014-06-30", "0 as value, 'nil' as value_status, 'ipp_recalled_prisoners' as measure"),
    "'quarter' as period_type, 'ipp_recalled_prisoners' as measure",
    "'ipp_recalls' as measure",
)
SOUND = (
    on("2021-06-30", "'suppressed' as value_status, null::double as value"),
    on("2009-06-30", "4717.04 as value, 'A1.15' as table_number"),
    on("2015-06-30", "0 as value, 'nil' as value_status, 'ipp_recalled_prisoners' as measure"),
    on("2014-06-30", "9 as value, 'ipp_recalled_prisoners' as measure"),
    "'quarter' as period_type, 'ipp_recalls' as measure, date '2024-04-01' as period_start",
    on("2020-06-30", "'sentence_type=dpp;sex=male' as breakdown"),
)


def test_every_table_suite_finds_every_spoilt_row_and_no_sound_one(small: duckdb.DuckDBPyConnection) -> None:
    for number, changes in enumerate([*SPOILT, *SOUND], 100):
        # A separate sex, so that a row is found for what is wrong with it and not for being there twice.
        another_row(small, changes if " as sex" in changes else f"'{number}' as sex, {changes}", f"B{number}")
    with landed_figures(small, columns_by_table(small)):
        frame = small.execute("select * from temp.landed_figures").df()
    suite = read_suite(REAL / "landing" / "every_table.json", REAL)
    results = run_suite(suite, Target("landing", frame))
    assert all(result.could_run for result in results)
    said = "".join(result.observed + ";" for result in results if not result.success)
    named = {changes: f"/ B{number}" in said for number, changes in enumerate([*SPOILT, *SOUND], 100)}
    assert [changes for changes in SPOILT if not named[changes]] == []
    assert [changes for changes in SOUND if named[changes]] == []


@pytest.mark.parametrize("cell", ["row 7", "", "B0", "B1"])
def test_cell_that_leads_nowhere_fails(small: duckdb.DuckDBPyConnection, cell: str) -> None:
    another_row(small, on("2023-06-30", "9 as value"), cell)
    with landed_figures(small, columns_by_table(small)):
        frame = small.execute("select * from temp.landed_figures").df()
    suite = read_suite(REAL / "landing" / "every_table.json", REAL)
    about_cells = tuple(item for item in suite.expectations if "source_cell" in str(item.kwargs))
    results = run_suite(DeclaredSuite(suite.name, suite.path, about_cells), Target("landing", frame))
    assert not all(result.success for result in results)


def test_every_mart_suite_finds_every_spoilt_row(small: duckdb.DuckDBPyConnection) -> None:
    spoilt = ("null::double as value", "'suppressed' as value_status", "'' as release_id", "'derived' as source_kind")
    for number, changes in enumerate(spoilt, 100):
        another_row(small, changes, f"B{number}")
    small.execute("create or replace table marts.small as select * from landing.pub_small")
    frame = small.execute(mart_figures(columns_by_table(small))).df()
    results = run_suite(read_suite(REAL / "candidate" / "every_table.json", REAL), Target("marts", frame))
    said = "".join(result.observed + ";" for result in results if not result.success)
    assert [changes for number, changes in enumerate(spoilt, 100) if f"/ B{number}" not in said] == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("create table landing.pub_other as select * from landing.pub_small", "no suite in expectations/ is about it"),
        ("create table marts.other as select * from landing.pub_small", "no suite in expectations/ is about it"),
        ("create view marts.other as select * from landing.pub_small", "no suite in expectations/ is about it"),
        ("drop table landing.pub_small", "the table is not there"),
        ("drop table marts.small", "the table is not there"),
        ("alter table landing.pub_small drop column note_texts", "note_texts"),
        ("alter table landing.pub_small drop column sex", "sex"),
        ("alter table landing.pub_small drop column value", "value"),
    ],
)
def test_what_cannot_be_judged_fails(
    small: duckdb.DuckDBPyConnection, settings: Settings, statement: str, said: str
) -> None:
    small.execute(statement)
    results = failed(small, settings)
    assert not all(result.could_run for result in results)
    assert any("could not be checked" in result.observed and said in result.observed for result in results)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("landing/pub/small.json", "no suite in expectations/ is about it"),
        ("candidate/small.json", "no suite in expectations/ is about it"),
        ("landing/every_table.json", "there is no such suite"),
        ("candidate/every_table.json", "there is no such suite"),
        ("rules/arithmetic.json", "there is no such suite"),
        ("rules/continuity.json", "there is no such suite"),
        ("arithmetic.yml", "No such file"),
        ("continuity.yml", "No such file"),
        ("rules/reconciliation.json", "there is no such suite"),
        ("reconciliation.yml", "No such file"),
        ("published_identities.yml", "No such file"),
    ],
)
def test_missing_file_of_expectations_fails(
    small: duckdb.DuckDBPyConnection, settings: Settings, file: str, said: str
) -> None:
    (settings.expectations / file).unlink()
    assert any(said in result.observed for result in failed(small, settings))


def test_no_expectations_at_all_is_no_pass(small: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    shutil.rmtree(settings.expectations)
    assert {result.target for result in failed(small, settings)} >= {
        "landing.pub_small",
        "marts.small",
        "landing",
        "marts",
    }


def test_file_that_is_no_suite_fails_beside_its_unjudged_table(
    small: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    (settings.expectations / "landing" / "pub" / "small.json").write_text("{")
    observed = [result.observed for result in failed(small, settings)]
    assert any("small.json" in text for text in observed)
    assert any("no suite in expectations/ is about it" in text for text in observed)


def test_suite_that_nothing_runs_fails(small: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    write(settings.expectations, "landings/pub/small", closed("sex", "all"))
    (result,) = failed(small, settings)
    assert "nothing runs it" in result.observed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"over": "gender"}, "gender"),
        ({"parts": ["male", "femal"]}, "no suite knows femal as sex in landing.pub_small"),
        ({"total": "both"}, "no suite knows both as sex"),
        ({"table": "landing.pub_smal"}, "there is no table landing.pub_smal"),
        ({"where": {"age": "all"}}, "no suite gives the members of age"),
    ],
)
def test_rule_that_would_find_nothing_could_not_be_checked(
    small: duckdb.DuckDBPyConnection, settings: Settings, changes: dict[str, Any], said: str
) -> None:
    rules(settings.expectations, sums=[{"name": "sexes", "over": "sex", "parts": ["male", "female"]} | RULE | changes])
    (result,) = failed(small, settings)
    assert (result.expectation, result.could_run) == ("sexes", False)
    assert said in result.observed


def test_limit_on_an_unknown_measure_could_not_be_checked(small: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    pace = {"months": 3, "fall_percent": 1, "rise_percent": 1}
    step = {"name": "step", "measure": "peple", "period_type": "as_at", "absolute": 0, "paces": [pace]}
    rules(settings.expectations, steps=[step | {"reason": "It could go wrong.", "source": "invented"}])
    (result,) = failed(small, settings)
    assert "no suite knows peple as measure" in result.observed


MEN_AND_WOMEN = {
    "name": "men_and_women",
    "left": {"measure": "people", "breakdown": "sex=male"},
    "right": {"measure": "people", "breakdown": "sex=female"},
    "reason": "It could go wrong.",
    "source": "invented",
}


def test_new_disagreement_fails_twice_as_rule_and_in_the_suite_of_rules(
    small: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    rules(settings.expectations, agreements=[MEN_AND_WOMEN])
    rule, suite = failed(small, settings)
    assert (rule.expectation, rule.could_run) == ("men_and_women", True)
    assert "expected = 1 (pub 1, a.ods, T!B3), found 2 (pub 1, a.ods, T!B2)" in rule.observed
    assert suite.suite == "rules.reconciliation"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"measure": "peple"}, "no suite knows peple as measure"),
        ({"measure": "people", "table": "landing.pub_smal"}, "there is no table landing.pub_smal"),
    ],
)
def test_comparison_that_would_find_nothing_could_not_be_checked(
    small: duckdb.DuckDBPyConnection, settings: Settings, left: dict[str, str], said: str
) -> None:
    rules(settings.expectations, agreements=[MEN_AND_WOMEN | {"left": left}])
    (result,) = failed(small, settings)
    assert (result.expectation, result.could_run) == ("men_and_women", False)
    assert said in result.observed


def test_unknown_disagreement_could_not_be_checked(small: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    known = [{"figures": "1", "reason": "r", "known_to": ["sexs"]}]
    limits = {"revisions": [], "steps": [], "known_disagreements": known}
    (settings.expectations / "continuity.yml").write_text(json.dumps(limits))
    (result,) = failed(small, settings)
    assert "sexs" in result.observed


@pytest.fixture
def one_extract(monkeypatch: pytest.MonkeyPatch) -> dict[str, Contract]:
    """The contracts, as if there were one extract only."""
    contracts = {EXTRACT: read_contracts()[EXTRACT]}
    monkeypatch.setattr("orchestration.quality.judge.read_contracts", lambda: contracts)
    return contracts


@pytest.fixture
def records(
    small: duckdb.DuckDBPyConnection, one_extract: dict[str, Contract], tmp_path: Path
) -> duckdb.DuckDBPyConnection:
    """A candidate beside an internal file with one extract, of which no file was there."""
    load(tmp_path / "internal.duckdb", tmp_path, one_extract)
    small.execute(f"attach '{tmp_path / 'internal.duckdb'}' as internal")
    return small


def land_records(connection: duckdb.DuckDBPyConnection, *sexes: str) -> None:
    """Records that were landed past the loader, each under the same key."""
    connection.executemany(
        "insert into internal.landing.opd_activity by name select ? as sex, 'p' as person_key, 'a' as activity_id, "
        "'custody' as location, 'London' as region, 'triage' as stage, date '2024-01-01' as started_on, "
        "'synthetic' as source_kind, date '2025-03-31' as as_at",
        [[sex] for sex in sexes],
    )


def judged(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, str]:
    """What the suite of the extract, made from its contract, finds wrong: by expectation."""
    return {result.expectation: result.observed for result in judge(connection, settings) if not result.success}


def test_an_extract_of_which_nothing_is_there_passes(records: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    assert judged(records, settings) == {}


def test_landed_records_are_counted_afresh_and_only_counted(
    records: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    land_records(records, "male", SECRET)
    found = judged(records, settings)
    (observed,) = found.values()
    assert observed.startswith("3 of ")
    for said in ("landed: sex: codes", "landed: activity_id: unique", "landed: adds_up"):
        assert said in observed
    assert SECRET not in observed


def test_more_left_out_than_the_contract_tolerates_fails(
    records: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    records.execute("update internal.landing.files_read set row_count = 1000, rejected = 1000")
    records.execute("update internal.landing.rejected_rows set row_count = 21 where rule = 'started_after_extract'")
    (observed,) = judged(records, settings).values()
    assert "read: started_after_extract" in observed
    assert "read: left_out" in observed
    assert "read: sex: codes" not in observed


def test_a_check_that_was_not_made_fails(records: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    records.execute("delete from internal.landing.rejected_rows where column_name = 'sex'")
    assert list(judged(records, settings)) == ["expect_column_distinct_values_to_equal_set(check_name)"]


def test_records_that_cannot_be_counted_fail_without_the_error(
    records: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    records.execute("alter table internal.landing.opd_activity drop column sex")
    assert list(judged(records, settings).values()) == ["could not be checked: its table cannot be read"]


def test_records_that_no_suite_is_about_fail(records: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    records.execute("create table internal.landing.people as select 1 as age")
    (result,) = failed(records, settings)
    assert result.target == "internal.landing.people"


def test_records_without_a_contract_fail(records: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    records.execute("create table internal.landing.people as select 1 as age")
    write(settings.expectations, "internal/people", closed("age", "1"))
    assert "could not be checked: it has no contract" in judged_by_target(records, settings, "internal.landing.people")


def judged_by_target(connection: duckdb.DuckDBPyConnection, settings: Settings, target: str) -> list[str]:
    """What was observed about one table."""
    return [result.observed for result in judge(connection, settings) if result.target == target]


@pytest.mark.usefixtures("one_extract")
def test_internal_suite_needs_its_table_once_there_is_an_internal_file(
    small: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    write(settings.expectations, "internal/people", closed("sex", "male"))
    assert failed(small, settings) == []
    settings.internal.parent.mkdir(parents=True)
    settings.internal.touch()
    results = failed(small, settings)
    assert {result.target for result in results} == {f"internal.landing.{name}" for name in ("people", EXTRACT)}
    assert not any(result.could_run for result in results)


@pytest.mark.parametrize(
    ("suite", "target"),
    [
        ("landing.omsq.recalls_by_reason", "landing.omsq_recalls_by_reason"),
        ("landing.every_table", ""),
        ("candidate.every_table", ""),
        ("candidate.caseload_by_location", "marts.caseload_by_location"),
        ("internal.opd_activity", "internal.landing.opd_activity"),
        ("rules.arithmetic", ""),
    ],
)
def test_suite_is_about_the_table_it_is_named_for(suite: str, target: str) -> None:
    assert target_of(suite) == target


def test_landed_figures_know_every_row_by_its_members(small: duckdb.DuckDBPyConnection) -> None:
    columns = columns_by_table(small)
    with landed_figures(small, columns):
        rows = small.execute("select * from temp.landed_figures").fetchall()
        names = [column[0] for column in small.description or []]
    assert names == ["table_name", "dimensions", *SHARED]
    assert {row[:2] for row in rows} == {("landing.pub_small", f"sex={sex}") for sex in ("all", "male", "female")}


@pytest.mark.slow
def test_landing_of_the_repository_passes_its_own_expectations(
    untouched: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    results = judge_landing(untouched, Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published"))
    assert [str(result) for result in results if not result.success] == []
    assert len(results) > 300
