"""The platform's definition, made from sections.yml, and what sections.yml may say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from orchestration.feed.definition import REPORT_COLUMNS, Held, make_definition, write_definition
from orchestration.feed.sections import COLUMNS, Dashboard, read_sections
from orchestration.problems import CheckFailed, SpecError
from orchestration.settings import ROOT
from tests.screened_feed import SECTIONS

SCHEMA = json.loads(Path(__file__).with_name("dpd_1_0_0.schema.json").read_text())
TREND = "{series: Custody status, ts: As at, value: People}"
TYPES = {
    "dashboard_rows": dict.fromkeys(COLUMNS, "VARCHAR")
    | {"ts": "DATE", "value": "DOUBLE", "row_order": "INTEGER", "classification": "VARCHAR"},
    "dashboard_figures": dict.fromkeys(REPORT_COLUMNS, "VARCHAR"),
}
SYNTHETIC = "Counted figures are synthetic: their records are invented and say nothing about real people."
REBUILT = "Some published figures are rebuilt: our copy, and not the publisher's own file."
ONE_DAY = Held(1, "31 March 2025", frozenset({"internal"}))
HELD = dict.fromkeys(("where_people_are", "prison_by_status", "by_region", "on_time"), ONE_DAY)


@pytest.fixture
def dashboard(tmp_path: Path) -> Dashboard:
    path = tmp_path / "sections.yml"
    path.write_text(SECTIONS)
    return read_sections(path)


def visualisations(definition: dict[str, Any]) -> dict[str, Any]:
    """The visualisations of the first section by id."""
    return {one["id"]: one for one in definition["dashboard"][0]["section"][0]["visualisation"]}


def test_a_table_shows_texts_of_the_latest_period(dashboard: Dashboard) -> None:
    assert visualisations(make_definition(dashboard, TYPES, HELD))["places"] == {
        "id": "places",
        "type": "list",
        "display": "Where people are",
        "column": {
            "key": [{"id": "block"}],
            "measure": [
                {"id": "series", "display": "Kind"},
                {"id": "category", "display": "Location"},
                {"id": "period", "display": "As at"},
                {"id": "value_text", "display": "People"},
                {"id": "status_text", "display": "Status"},
            ],
            "filter": [{"id": "block", "equals": "where_people_are"}, {"id": "is_latest", "equals": "true"}],
            "expectNull": False,
        },
    }


def test_a_time_series_has_ts_and_value_first_and_no_option(dashboard: Dashboard) -> None:
    assert visualisations(make_definition(dashboard, TYPES, HELD))["trend"] == {
        "id": "trend",
        "type": "line-timeseries",
        "display": "In prison",
        "column": {
            "key": [{"id": "series", "display": "Custody status"}],
            "measure": [{"id": "ts", "display": "As at"}, {"id": "value", "display": "People"}],
            "filter": [{"id": "block", "equals": "prison_by_status"}],
            "expectNull": False,
        },
    }


def test_a_bar_over_time_can_be_stacked_on_the_site_but_has_no_option_on_the_platform(tmp_path: Path) -> None:
    path = tmp_path / "sections.yml"
    path.write_text(
        SECTIONS.replace("line-timeseries", "bar-timeseries").replace(TREND, f"{TREND}, options: [stacked]")
    )

    shown = visualisations(make_definition(read_sections(path), TYPES, HELD))["trend"]

    assert shown["type"] == "bar-timeseries"
    assert "option" not in shown


def test_a_bar_has_its_axes_and_a_scorecard_its_colours(dashboard: Dashboard) -> None:
    shown = visualisations(make_definition(dashboard, TYPES, HELD))

    assert shown["regions"]["option"] == {"horizontal": True}
    assert shown["regions"]["column"]["measure"] == [
        {"id": "category", "display": "Region", "axis": "x"},
        {"id": "value", "display": "People", "axis": "y"},
    ]
    assert shown["on-time"]["option"] == {
        "bucket": [{"max": 79, "hexColour": "#f4cdc6"}, {"min": 80, "hexColour": "#cce2d8"}]
    }
    assert shown["on-time"]["column"]["measure"] == [{"id": "value", "unit": "percentage"}]


def test_a_scorecard_says_its_period(dashboard: Dashboard) -> None:
    shown = visualisations(
        make_definition(dashboard, TYPES, HELD | {"on_time": replace(ONE_DAY, latest="Jan to Mar 2025")})
    )

    assert shown["on-time"]["display"] == "Reports on time, Jan to Mar 2025"


@pytest.mark.parametrize(
    ("classes", "says"),
    [
        ({"internal", "official"}, ""),
        ({"synthetic"}, " " + SYNTHETIC),
        ({"rebuilt", "internal"}, " " + REBUILT),
        ({"synthetic", "rebuilt"}, f" {SYNTHETIC} {REBUILT}"),
    ],
)
def test_a_section_says_whether_its_figures_are_synthetic_or_rebuilt(
    dashboard: Dashboard, classes: set[str], says: str
) -> None:
    held = HELD | {"by_region": replace(ONE_DAY, classes=frozenset(classes))}

    (section,) = make_definition(dashboard, TYPES, held)["dashboard"][0]["section"]

    assert section["description"] == f"Where people are.{says}"


def test_what_the_rows_of_a_block_are_is_read_from_the_warehouse(tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path / "ipp.duckdb", real_blocks())
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            """
            insert into feed.dashboard_rows (block, is_latest, ts, period, classification) values
                ('target_parom1_whole_percent', 'true', '2026-06-30', 'Apr to Jun 2026', 'synthetic'),
                ('caseload_over_time', 'false', '2024-12-31', '31 December 2024', 'rebuilt')
            """
        )

    definition = json.loads(write_definition(warehouse, tmp_path).read_text())

    sections = {one["id"]: one for one in definition["dashboard"][0]["section"]}
    cards = [one["display"] for one in sections["targets"]["visualisation"] if one["type"] == "scorecard"]
    assert cards == ["PAROM1 reports received by the deadline, Apr to Jun 2026"]
    assert sections["targets"]["description"].endswith(SYNTHETIC)
    assert sections["caseload"]["description"].endswith(REBUILT)
    assert SYNTHETIC not in sections["caseload"]["description"]


@pytest.mark.parametrize(("periods", "kind"), [(12, "bar-timeseries"), (13, "line-timeseries")])
def test_bars_of_more_periods_than_have_readable_labels_are_a_line(periods: int, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "sections.yml"
    path.write_text(SECTIONS.replace("line-timeseries", "bar-timeseries"))
    held = HELD | {"prison_by_status": replace(ONE_DAY, periods=periods)}

    assert visualisations(make_definition(read_sections(path), TYPES, held))["trend"]["type"] == kind


def test_a_bar_that_does_not_add_up_is_a_table_with_its_status_and_source(tmp_path: Path) -> None:
    path = tmp_path / "sections.yml"
    path.write_text(SECTIONS.replace("options: [horizontal]", "options: [horizontal], adds_up: false"))

    assert visualisations(make_definition(read_sections(path), TYPES, HELD))["regions"] == {
        "id": "regions",
        "type": "list",
        "display": "By region",
        "column": {
            "key": [{"id": "block"}],
            "measure": [
                {"id": "series", "display": "Group"},
                {"id": "category", "display": "Region"},
                {"id": "period", "display": "Period"},
                {"id": "value_text", "display": "People"},
                {"id": "status_text", "display": "Status"},
                {"id": "source", "display": "Source"},
            ],
            "filter": [{"id": "block", "equals": "by_region"}, {"id": "is_latest", "equals": "true"}],
            "expectNull": False,
        },
    }


def test_rates_and_parts_that_people_share_do_not_add_up() -> None:
    """A person can wait for two programmes or be in two stages, and a recall can have two reasons."""
    shown = [one for section in read_sections().sections for one in section.visualisations if not one.adds_up]

    assert [one.id for one in shown] == [
        "recall-rate-by-region",
        "recalls-by-reason",
        "programmes-waiting",
        "opd-by-stage",
    ]


def test_the_queries_are_plain_and_the_day_is_declared_a_timestamp(dashboard: Dashboard) -> None:
    rows, figures = make_definition(dashboard, TYPES, HELD)["dataset"]

    assert rows["query"] == (
        "SELECT block, is_latest, series, category, ts, period, value, value_text, status_text, source "
        "FROM ipp.dashboard_rows ORDER BY row_order"
    )
    assert {one["name"]: one["type"] for one in rows["schema"]["field"]}["ts"] == "timestamp"
    assert not any("filter" in one for one in rows["schema"]["field"])
    assert figures["query"] == (
        "SELECT measure_label, breakdown_label, period, value_text, status_text, source FROM ipp.dashboard_figures"
    )


@pytest.mark.parametrize("real", [False, True])
def test_the_definition_is_valid_against_our_schema(dashboard: Dashboard, real: bool) -> None:
    jsonschema.validate(
        make_definition(read_sections() if real else dashboard, TYPES, dict.fromkeys(real_blocks(), ONE_DAY) | HELD),
        SCHEMA,
    )


def first_shown(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """The visualisations of the first section, in order."""
    return definition["dashboard"][0]["section"][0]["visualisation"]


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "a key for the version": lambda one: one.update(schemaversion="1.0.0"),
    "no lao policy": lambda one: one["policy"].pop(),
    "two lao rules": lambda one: one["policy"][1]["rule"].append(one["policy"][1]["rule"][0]),
    "a key that is dropped": lambda one: one["dashboard"][0].update(sections=[]),
    "no key": lambda one: first_shown(one)[0]["column"].update(key=[]),
    "an aggregate": lambda one: first_shown(one)[0]["column"]["key"][0].update(aggregate="sum"),
    "a broken limit": lambda one: first_shown(one)[3]["option"]["bucket"][0].update(max=79.5),
    "the platform's colours": lambda one: first_shown(one)[3]["option"].update(useRagColour=True),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_our_schema_refuses_what_the_platform_drops_or_refuses(fault: str, dashboard: Dashboard) -> None:
    definition = make_definition(dashboard, TYPES, HELD)
    SPOILT[fault](definition)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(definition, SCHEMA)


def make_warehouse(path: Path, blocks: list[str], columns: str = "") -> Path:
    """A warehouse with the two tables of the dashboard."""
    rows = columns or ", ".join(f"{name} {kind}" for name, kind in TYPES["dashboard_rows"].items())
    figures = ", ".join(f"{name} {kind}" for name, kind in TYPES["dashboard_figures"].items())
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as made; create schema made.feed")
        connection.execute(f"create table made.feed.dashboard_rows ({rows})")
        connection.execute(f"create table made.feed.dashboard_figures ({figures})")
        said = "insert into made.feed.dashboard_rows (block, {}) select unnest(?), {}"
        if not columns:
            said = said.format(
                "is_latest, ts, period, classification", "'true', '2025-03-31', '31 March 2025', 'internal'"
            )
            connection.execute(said, [blocks])
    return path


def real_blocks() -> list[str]:
    """The blocks that sections.yml names."""
    return sorted({one.block for section in read_sections().sections for one in section.visualisations})


def test_the_definition_is_written_from_a_warehouse(tmp_path: Path) -> None:
    # A file of this name hides the schema `feed`, unless it is attached under another name.
    path = write_definition(make_warehouse(tmp_path / "feed.duckdb", [*real_blocks(), "edge"]), tmp_path)

    assert path.name == "ipp-dashboard.dpd.json"
    assert json.loads(path.read_text()) == make_definition(
        read_sections(), TYPES, dict.fromkeys(real_blocks(), ONE_DAY)
    )


def test_blocks_that_do_not_fit_the_sections_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed) as raised:
        write_definition(make_warehouse(tmp_path / "ipp.duckdb", [*real_blocks(), "spare"]), tmp_path)

    assert raised.value.reasons == (
        "feed.dashboard_rows: no section shows block spare; to do: add it to sections.yml or delete the model",
    )


def test_a_block_without_rows_is_shown_empty(tmp_path: Path) -> None:
    _, *held = real_blocks()
    whole = write_definition(make_warehouse(tmp_path / "a.duckdb", real_blocks()), tmp_path).read_text()
    path = write_definition(make_warehouse(tmp_path / "b.duckdb", held), tmp_path)

    assert ids(path.read_text()) == ids(whole)


def test_the_blocks_of_the_sections_are_the_models_of_the_feed() -> None:
    models = {
        path.stem.removeprefix("dashboard_") for path in (ROOT / "dbt_project/models/feed").glob("dashboard_*.sql")
    }

    assert {*real_blocks()} == models - {"rows", "figures"}


def ids(definition: str) -> list[str]:
    """The visualisations of a definition."""
    sections = json.loads(definition)["dashboard"][0]["section"]
    return [one["id"] for section in sections for one in section["visualisation"]]


def test_columns_in_another_order_or_type_are_refused(tmp_path: Path) -> None:
    columns = ", ".join(f"{name} {'hugeint' if name == 'value' else 'varchar'}" for name in reversed(COLUMNS))

    with pytest.raises(CheckFailed) as raised:
        write_definition(make_warehouse(tmp_path / "ipp.duckdb", ["a"], columns), tmp_path)

    order, kind = raised.value.reasons
    assert "dashboard_rows: expected the columns block, is_latest" in order
    assert "dashboard_rows.value: expected one of VARCHAR" in kind


MISTAKES = {
    "sections[0].id: Value error, 'Case load' is not lower snake_case": ("id: caseload", "id: Case load"),
    "visualisations[0].type: Input should be 'list'": ("type: list", "type: pie"),
    "visualisations[0].is_latest: Input should be a valid boolean": ("is_latest: true", "is_latest: 'yes'"),
    "visualisations[3].colour: Extra inputs are not permitted": ("unit: percent", "unit: percent, colour: red"),
    "visualisation places: the id is given twice": ("id: trend", "id: places"),
    "expected the order of dashboard_rows": ("series: Kind, category: Location", "category: Location, series: Kind"),
    "a list does not show value": ("value_text: People", "value: People"),
    "dashboard_rows has no text": ("value_text: People", "text: People"),
    "a line-timeseries shows series, ts": (TREND, "{series: Status, value: People}"),
    "a time series shows every": ("prison_by_status, is_latest: false", "prison_by_status, is_latest: true"),
    "a scorecard shows the latest": ("on_time, is_latest: true", "on_time, is_latest: false"),
    "begins at 80; expected one more than 78": ("{max: 79, ", "{max: 78, "),
    "leave out the lowest min": ("{max: 79, ", "{min: 1, max: 79, "),
    "options: a scorecard cannot be horizontal": ("{value: On time}, ", "{value: On time}, options: [horizontal], "),
    "options: a line-timeseries cannot be stacked": (TREND, f"{TREND}, options: [stacked]"),
    "adds_up: only a bar says the sum of its values; this is a list": ("type: list,", "type: list, adds_up: false,"),
    "no break is named 'act_2024'": ("options: [horizontal]", "breaks: [act_2024]"),
}


@pytest.mark.parametrize("says", MISTAKES)
def test_a_mistake_in_the_sections_is_named_with_file_and_key(says: str, tmp_path: Path) -> None:
    old, new = MISTAKES[says]
    assert old in SECTIONS
    path = tmp_path / "sections.yml"
    path.write_text(SECTIONS.replace(old, new, 1))

    with pytest.raises(SpecError) as raised:
        read_sections(path)

    assert str(raised.value).startswith("sections.yml: ")
    assert says in str(raised.value)


@pytest.mark.parametrize("kind", ["line-timeseries", "bar-timeseries", "bar"])
def test_a_chart_with_a_gap_is_a_table(kind: str) -> None:
    shown = next(one for section in read_sections().sections for one in section.visualisations if one.type == kind)
    gap = replace(ONE_DAY, is_dense=False)
    dashboard = make_definition(read_sections(), TYPES, dict.fromkeys(real_blocks(), gap))["dashboard"][0]
    (made,) = [one for section in dashboard["section"] for one in section["visualisation"] if one["id"] == shown.id]

    assert made["type"] == "list"
    assert {"id": "value_text", "display": shown.columns["value"]} in made["column"]["measure"]
    assert "value" not in {one["id"] for one in made["column"]["measure"]}


@pytest.mark.parametrize(
    ("series", "value", "kind"), [("b", "1", "line-timeseries"), ("b", "null", "list"), (None, "null", "list")]
)
def test_a_chart_has_a_gap_where_a_series_has_no_number(
    series: str | None, value: str, kind: str, tmp_path: Path
) -> None:
    """Two series on two days; on the second day series `b` has a number, a row without one, or no row."""
    shown = next(
        one for section in read_sections().sections for one in section.visualisations if one.type == "line-timeseries"
    )
    warehouse = make_warehouse(tmp_path / "ipp.duckdb", [block for block in real_blocks() if block != shown.block])
    rows = [("2024-12-31", "a", "1"), ("2024-12-31", "b", "1"), ("2025-03-31", "a", "1")]
    rows += [("2025-03-31", series, value)] if series else []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as made")
        for day, name, number in rows:
            connection.execute(
                "insert into made.feed.dashboard_rows (block, is_latest, series, category, ts, period, value, "
                f"classification) values ('{shown.block}', 'true', '{name}', 'c', '{day}', '{day}', {number}, "
                "'internal')"
            )
    written = json.loads(write_definition(warehouse, tmp_path).read_text())["dashboard"][0]

    assert [
        one["type"] for section in written["section"] for one in section["visualisation"] if one["id"] == shown.id
    ] == [kind]
