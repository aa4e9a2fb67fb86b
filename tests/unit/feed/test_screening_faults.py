"""Every check of the screener fails on one planted fault, and on nothing else; the good feed has no finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.feed.screening.findings import read_checks
from tests.screened_feed import SECTIONS, SmallFeed, make_small_feed

ROW = "insert into t select * replace ({}) from t where {} limit 1"


def add_row(name: str, where: str, **changes: str) -> Callable[[SmallFeed], None]:
    """Plant a copy of a row with some columns changed (SQL)."""
    changed = ", ".join(f"{value} as {column}" for column, value in changes.items())
    return lambda feed: feed.sql(name, ROW.format(changed, where))


def update(name: str, change: str, where: str = "true") -> Callable[[SmallFeed], None]:
    """Change rows of a file."""
    return lambda feed: feed.sql(name, f"update t set {change} where {where}")


def add_column(name: str, column: str, value: str, *, unit: str = "text") -> Callable[[SmallFeed], None]:
    """Add a column to a file and to the dictionary."""

    def plant(feed: SmallFeed) -> None:
        feed.sql(name, f'alter table t add column "{column}" varchar', f'update t set "{column}" = {value}')
        feed.describe(
            f"insert into meta.dictionary values ('marts', '{name}', '{column}', 'Text.', 'Added', '{unit}', null)"
        )

    return plant


def describe(statement: str) -> Callable[[SmallFeed], None]:
    """Change the warehouse."""
    return lambda feed: feed.describe(statement)


def dictionary(change: str, table: str, column: str) -> Callable[[SmallFeed], None]:
    """Change what the dictionary says of a column."""
    return describe(f"update meta.dictionary set {change} where table_name = '{table}' and column_name = '{column}'")


def rename_file(old: str, new: str) -> Callable[[SmallFeed], None]:
    """Give a file another name."""

    def plant(feed: SmallFeed) -> None:
        for path in sorted(feed.v1.glob(f"{old}.*")):
            path.rename(feed.v1 / path.name.replace(old, new))
        feed.json("index.json", lambda index: index["marts"].update({new: index["marts"].pop(old)}))

    return plant


def visualise(number: int, change: Callable[[dict], object]) -> Callable[[SmallFeed], None]:
    """Change one visualisation: 0 a table, 1 a time series, 2 a bar, 3 a scorecard."""
    return lambda feed: feed.visualise(number, change)


def define(change: Callable[[dict], object]) -> Callable[[SmallFeed], None]:
    """Change the definition."""
    return lambda feed: feed.define(change)


def index(change: Callable[[dict], object]) -> Callable[[SmallFeed], None]:
    """Change the index."""
    return lambda feed: feed.json("index.json", change)


def column(shown: dict, number: int = 0, kind: str = "measure") -> dict:
    """A column of a visualisation."""
    return shown["column"][kind][number]


def one_reported_corrected(changes: dict) -> None:
    """Say that a figure was corrected between releases."""
    counts = {"counts": {"revised": 2}, "list": []}
    changes["marts"]["prison_population"] = {"version_before": "1.2.0", "version_after": "1.2.1", "figures": counts}


FIRST = "period_end = '2025-03-31' and is_total"
FAULTS: dict[str, Callable[[SmallFeed], None]] = {
    # names
    "file_name": rename_file("prison_places", "Prison-places"),
    "column_name": add_column("prison_population", "NotePlease", "'a'"),
    "column_length": add_column("prison_population", "a" * 51, "'a'"),
    "reserved_word": add_column("prison_population", "order", "'a'"),
    "label_length": dictionary("label = repeat('a', 101)", "prison_population", "people"),
    "option_length": update("dashboard_rows", "category = repeat('a', 121)", "category = 'Wales'"),
    # dictionary
    "no_description": dictionary("description = ' '", "prison_population", "people"),
    "no_column": describe(
        "insert into meta.dictionary values ('marts', 'prison_places', 'sex', 'T', 'Sex', 'text', null)"
    ),
    "no_label": dictionary("label = ''", "prison_population", "people"),
    "label_twice": dictionary("label = 'People'", "prison_population", "people_percent"),
    "unit": dictionary("unit = 'persons'", "prison_population", "people"),
    "unit_of_row": update("action_plan_targets", "unit = 'per cent'", "target = 1"),
    "no_unit_column": dictionary("unit = 'in_unit_column'", "prison_population", "people"),
    # keys
    "no_key": describe("update meta.dictionary set key_position = null where table_name = 'prison_places'"),
    "key_twice": add_row("prison_population", FIRST, people="1"),
    "key_empty": update("prison_population", "category = null", "category = 'female' and period_end = '2025-03-31'"),
    "single_option": lambda feed: feed.sql("prison_population", "delete from t where category = 'female'"),
    # time
    "start_after_end": update("prison_population", "period_start = '2025-04-01'", FIRST),
    "end_of_type": update("prison_population", "period_type = 'quarter'", FIRST),
    "period_text": update("dashboard_rows", "period = 'Spring 2025'", "block = 'on_time'"),
    "ts_is_period_end": update("dashboard_rows", "ts = '2025-03-30'", "block = 'on_time'"),
    "one_period_type": update("dashboard_rows", "period = 'Jan to Mar 2025'", "category = 'London'"),
    "provisional_run": update("dashboard_rows", "status_text = 'provisional'", "ts = '2024-03-31'"),
    # breakdowns
    "blank_option": update("dashboard_rows", "series = ''", "block = 'on_time'"),
    "outer_space": update("dashboard_rows", "category = 'Wales '", "category = 'Wales'"),
    "not_in_code_list": update("prison_population", "category = 'women'", "category = 'female'"),
    "total_said_otherwise": update("prison_population", "is_total = false", FIRST),
    "total_label": update("dashboard_rows", "category = 'All'", "category = 'Total'"),
    "hidden_total": lambda feed: feed.sql(
        "dashboard_rows",
        "insert into t select * replace (value + 0 as value, 'Everywhere' as category) from t where category = 'Wales'",
        "update t set value = 900 where category = 'Everywhere'",
        "insert into t select * replace (date '2024-12-31' as ts) from t where block = 'by_region'",
    ),
    # places
    "unknown_prison": lambda feed: [
        feed.sql("prison_population", "update t set category = 'XXI' where category = 'BZI'"),
        feed.describe("insert into meta.categories values ('prison_code', 'XXI', 'None')"),
    ],
    "prison_closed": update("prison_population", "category = 'ACI'", "category = 'BZI'"),
    "code_and_name": update("prison_places", "prison_name = 'Acklington (HMP)'"),
    "no_region": update("prison_places", "probation_region = null"),
    "not_available": update("prison_places", "prison_code = 'x'"),
    # figures
    "value_as_status_says": update("action_plan_targets", "value_status = 'suppressed'", "target = 1"),
    "no_value_as_text": update("prison_places", "probation_region = 'N/A'"),
    "number_as_text": lambda feed: feed.sql("prison_places", "alter table t alter people type varchar"),
    "symbol_in_number": lambda feed: feed.csv("prison_population", "2500", "[c]"),
    "not_whole": update("action_plan_targets", "value = 4.5", "target = 3"),
    "share_outside": update("prison_population", "people_percent = 101", FIRST),
    "value_as_text_says": update(
        "dashboard_rows", "value_text = '[c]', status_text = 'suppressed'", "category = 'Wales'"
    ),
    "text_is_value": update("dashboard_rows", "value_text = '51'", "category = 'Wales'"),
    "status_as_text_says": update("dashboard_rows", "status_text = 'final'", "value_text = '[c]'"),
    # sums
    "parts_and_total": update("dashboard_rows", "value = 901, value_text = '901'", "category = 'Community'"),
    "no_pair": lambda feed: (feed.v1 / "prison_places.parquet").unlink(),
    "columns_of_pair": lambda feed: feed.csv("prison_places", "prison_name", "name"),
    "rows_of_pair": lambda feed: feed.csv("prison_places", ",40,", ",41,"),
    "same_figure": update("dashboard_rows", "value = value + 1", "ts = '2024-12-31' and series = 'Recalled'"),
    "change_beyond_range": update(
        "dashboard_rows",
        "value = value + case series when 'Recalled' then 300 else -300 end",
        "block = 'prison_by_status' and ts = '2025-03-31'",
    ),
    # disclosure
    "personal_column": add_column("prison_places", "person_key", "'a'"),
    "identifier": add_column("prison_places", "note", "'A1234BC'"),
    "no_figure": lambda feed: feed.sql("prison_places", "alter table t drop people"),
    "grain": lambda feed: feed.sql(
        "prison_places",
        "insert into t select code, 'n', 'r', 1, 'rebuilt' from range(30) as r(code)",
        "update t set people = 1",
    ),
    # embargo
    "before_its_time": describe("update meta.releases set published_on = '2025-07-02'"),
    # classification
    "unknown_class": update(
        "dashboard_rows", "classification = 'secret', source = 'Records', status_text = 'final'", "category = 'Wales'"
    ),
    "synthetic_not_marked": update("dashboard_rows", "source = 'Records', status_text = 'final'", "category = 'Wales'"),
    "other_class": index(lambda one: one["marts"]["prison_places"].update(classification="official")),
    "class_of_feed": index(lambda one: one["files"][0].update(classification="public")),
    "not_in_index": index(lambda one: one["files"].pop()),
    "other_bytes": index(lambda one: one["files"][0].update(sha256="0")),
    # platform
    "no_definition": lambda feed: (feed.v1 / "ipp-dashboard.dpd.json").unlink(),
    "other_key": define(lambda one: one.update(schemaversion="1.0.0")),
    "missing_key": define(lambda one: one.pop("scheduled")),
    "access_policy": define(lambda one: one["policy"].pop(0)),
    "lao_policy": define(lambda one: one["policy"].pop(1)),
    "no_dataset": define(lambda one: one["report"][0].update(dataset="$ref:figure")),
    "plain_select": define(lambda one: one["dataset"][1].update(query="SELECT * FROM ipp.dashboard_figures")),
    "dataset_order": define(lambda one: one["dataset"][1]["schema"]["field"].reverse()),
    "interactive_filter": define(lambda one: one["dataset"][0]["schema"]["field"][2].update(filter={"type": "text"})),
    "id_twice": visualise(0, lambda one: one.update(id="trend")),
    "other_sections": visualise(0, lambda one: one.update(id="where")),
    "no_rows": lambda feed: (feed.v1 / "dashboard_rows.parquet").unlink(),
    "column_type": lambda feed: feed.sql("dashboard_rows", "alter table t alter ts type timestamp"),
    "is_latest_text": update("dashboard_rows", "is_latest = 'yes'", "ts = '2024-12-31'"),
    "too_many_rows": lambda feed: feed.sql(
        "dashboard_rows",
        "update t set row_order = row_order * 10000",
        "insert into t select t.* replace (t.row_order + n + 1 as row_order, 'Part ' || n as category) "
        "from t, range(5000) as r(n) where value_text = '[c]'",
    ),
    "row_order": lambda feed: feed.sort("dashboard_rows", "ts desc, row_order"),
    "no_edges": lambda feed: feed.sql("dashboard_rows", "delete from t where series = 'Last row'"),
    "block_not_shown": update("dashboard_rows", "block = 'by_area'", "category = 'Wales'"),
    "unknown_column": visualise(0, lambda one: column(one).update(id="group")),
    "column_order": visualise(0, lambda one: one["column"]["measure"].reverse()),
    "empty_key": visualise(0, lambda one: one["column"].update(key=[])),
    "chart_of_text": visualise(2, lambda one: column(one, 1).update(id="value_text")),
    "table_of_value": visualise(0, lambda one: column(one, 3).update(id="value")),
    "unknown_type": visualise(2, lambda one: one.update(type="doughnut")),
    "ts_named": visualise(0, lambda one: one["column"]["measure"].insert(2, {"id": "ts"})),
    "not_latest": visualise(3, lambda one: one["column"]["filter"].pop()),
    "time_series": visualise(1, lambda one: one.update(option={"horizontal": True})),
    "aggregate": visualise(2, lambda one: column(one, 1).update(aggregate="sum")),
    "bucket_colour": visualise(3, lambda one: one["option"]["bucket"][0].pop("hexColour")),
    "bucket_limits": visualise(3, lambda one: one["option"]["bucket"][0].update(max=79.5)),
    "nothing_to_show": visualise(0, lambda one: one["column"]["filter"].append({"id": "series", "equals": "None"})),
    "rows_left_out": update("dashboard_rows", "status_text = null", "category = 'Community'"),
    "scorecard_value": update("dashboard_rows", "value = 0", "block = 'on_time'"),
    "not_dense": lambda feed: feed.sql(
        "dashboard_rows", "update t set value = null where series = 'Recalled' and ts = '2024-12-31'"
    ),
    "does_not_add_up": lambda feed: (feed.folder / "sections.yml").write_text(
        SECTIONS.replace("by_region, is_latest: true, unit: people", "by_region, is_latest: true, unit: percent")
    ),
    "series_order": update(
        "dashboard_rows",
        "row_order = row_order + case series when 'Recalled' then -1 else 1 end",
        "block = 'prison_by_status' and ts = '2024-12-31'",
    ),
    # release
    "not_filled": index(lambda one: one.pop("contact")),
    "no_note": lambda feed: feed.json("v1/changes.json", one_reported_corrected),
    "empty_caveat": describe("update meta.tables set caveats = [' '] where table_name = 'prison_places'"),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> SmallFeed:
    return make_small_feed(tmp_path_factory.mktemp("good"))


def test_the_good_feed_has_no_finding(good: SmallFeed) -> None:
    assert [str(finding) for finding in good.screen()] == []


ALSO = {"id_twice": {"other_sections"}, "no_rows": {"dataset_order"}}
"""Other checks that the same fault must fail."""
ELSEWHERE = {"not_public", "public_synthetic", "unused_exception"}
"""Checks of the pack and of the exceptions, which have separate tests."""
KEEP_INDEX = {"class_of_feed", "not_in_index", "other_bytes"}
"""Faults of the index itself."""


def test_every_check_has_a_fault() -> None:
    assert set(FAULTS) | ELSEWHERE == set(read_checks())


@pytest.mark.parametrize("check", FAULTS)
def test_a_planted_fault_is_found_by_its_check_alone(check: str, good: SmallFeed, tmp_path: Path) -> None:
    feed = good.copy_to(tmp_path)
    FAULTS[check](feed)
    if check not in KEEP_INDEX:
        feed.index_files()

    found = feed.screen(read_checks()[check].stage)

    assert {finding.check for finding in found} == {check} | ALSO.get(check, set()), [str(one) for one in found]
    assert {finding.severity for finding in found} == {read_checks()[check].severity}
