"""Make the platform's definition of the dashboard (Data Product Definition, format 1.0.0) from sections.yml.

The platform is HMPPS's Digital Prison Reporting. Its code does not refuse a key it does not know, it drops it; and it
reads 1.0.0 only when the definition has no key for the format's version. So only keys that it reads are written.

Belongs here: the definition as data and its file. Does not belong here: the rows it shows (dbt, models of the feed).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.editions.files import write_durably
from orchestration.feed.sections import COLUMNS, EDGE, Dashboard, Section, Visualisation, read_sections
from orchestration.problems import CheckFailed

log = logging.getLogger("ipp")

FILE = "ipp-dashboard.dpd.json"
SCHEMA, ROWS, FIGURES = "feed", "dashboard_rows", "dashboard_figures"
GLUE_DATABASE = "ipp"
ROLE = "ROLE_IPP_DASHBOARD__RO"
# The platform then gets YYYY-MM-DD from a DATE column; a TIMESTAMP column shows as raw ISO text.
TYPES = {"VARCHAR": "string", "DOUBLE": "double", "DATE": "timestamp", "BIGINT": "long", "INTEGER": "int"}
"""The platform's types of our columns."""
HEADINGS = {
    "block": "Block",
    "is_latest": "Latest",
    "series": "Series",
    "category": "Category",
    "ts": "Date",
    "period": "Period",
    "value": "Value",
    "value_text": "Figure",
    "status_text": "Status",
    "source": "Source",
    "measure_label": "Measure",
    "breakdown_label": "Breakdown",
}
REPORT_COLUMNS = ("measure_label", "breakdown_label", "period", "value_text", "status_text", "source")
"""The columns of `dashboard_figures` that people see and download."""
COLUMNS_OF_TABLE = ("series", "category", "period", "value_text", "status_text", "source")
"""The columns of a table that is shown instead of a bar chart."""
ALWAYS_VISIBLE = ("value_text", "status_text")
"""A figure without its status can be misread, so that a reader cannot take either away."""
MOST_BARS = 12
"""Periods of a bar chart over time whose labels can be read. Of more, the platform shows a line."""
NEEDED = (*COLUMNS, "row_order", "classification")
"""Columns of `dashboard_rows` that the definition needs."""
HELD = """
    with places as (
        select block, ts, category, count(value) as numbers from warehouse.feed.dashboard_rows group by all
    ),
    blocks as (
        select block, count(distinct ts) as periods, count(distinct series) as series,
            coalesce(max_by(period, ts) filter (where is_latest = 'true'), '') as latest,
            list(distinct classification) as classes
        from warehouse.feed.dashboard_rows group by block
    )
    select block, periods, latest, classes, min(places.numbers) = max(blocks.series)
    from blocks join places using (block)
    group by all
"""
SAYINGS = {
    "synthetic": "Counted figures are synthetic: their records are invented and say nothing about real people.",
    "rebuilt": "Some published figures are rebuilt: our copy, and not the publisher's own file.",
}
"""What a section says of figures of a class. A chart and a scorecard have no separate mark."""
KEYS = {"line-timeseries": ("series",), "bar-timeseries": ("series",), "bar": ("series",)}
"""The key of each type of chart. Others have `block`: an empty key fails the page."""


@dataclass(frozen=True)
class Held:
    """What the rows of a block are: how many periods, the latest in words, their classes, and whether every series has
    a number where one has.
    """

    periods: int
    latest: str
    classes: frozenset[str]
    is_dense: bool = True


NOTHING_HELD = Held(0, "no figure yet", frozenset())
"""What is known of a block without rows: its release is not held, or its records have not come."""


def write_definition(warehouse: Path, folder: Path) -> Path:
    """Write the definition into a folder and give its path. Raises CheckFailed if the warehouse lacks a column, or
    has a block that no section shows. A block without rows is an empty table or chart.
    """
    dashboard = read_sections()
    with duckdb.connect(":memory:") as connection:
        # Under a name of our choice: a file called feed.duckdb would hide the schema.
        name = str(warehouse).replace("'", "''")
        connection.execute(f"attach '{name}' as warehouse (read_only)")
        columns = {name: _read_columns(connection, name) for name in (ROWS, FIGURES)}
        if faults := _find_missing_columns(columns):
            raise CheckFailed(faults)
        held = {
            block: Held(periods, latest, frozenset(classes), is_dense)
            for block, periods, latest, classes, is_dense in connection.execute(HELD).fetchall()
        }
        if faults := _find_other_blocks(dashboard.sections, set(held)):
            raise CheckFailed(faults)
    text = json.dumps(make_definition(dashboard, columns, held), indent=2, ensure_ascii=False) + "\n"
    path = folder / FILE
    write_durably(path, text.encode())
    return path


def make_definition(
    dashboard: Dashboard, columns: Mapping[str, Mapping[str, str]], held: Mapping[str, Held]
) -> dict[str, Any]:
    """The definition: access, one dataset for the dashboard and one for the report over all figures, and the sections.

    `columns` gives the DuckDB type of each column of `dashboard_rows` and `dashboard_figures`, `held` what the rows of
    each block are.
    """
    return {
        "id": "ipp-dashboard",
        "name": "IPP Dashboard",
        "description": "People serving an IPP or DPP sentence: published and internal aggregate figures.",
        "scheduled": False,
        "metadata": {
            "author": "IPP figures team",
            "owner": "HMPPS IPP Progression",
            "version": "1.0.0",
            "tags": ["IPP"],
        },
        "datasource": [
            {
                "id": "ipp",
                "name": "athena",
                "database": GLUE_DATABASE,
                "catalog": "AwsDataCatalog",
                "connection": "awsdatacatalog",
                "dialect": "athena/3",
            }
        ],
        "policy": _make_policies(),
        "dataset": [
            # Rows in the order in which charts and tables show them, between the two rows of the edge.
            _make_dataset("dashboard-rows", "IPP dashboard rows", ROWS, COLUMNS, columns[ROWS], " ORDER BY row_order"),
            _make_dataset("figures", "IPP figures", FIGURES, REPORT_COLUMNS, columns[FIGURES]),
        ],
        "report": [_make_report()],
        "dashboard": [
            {
                "id": "ipp",
                "name": "IPP Dashboard",
                "dataset": "dashboard-rows",
                "section": [_make_section(section, held) for section in dashboard.sections],
            }
        ],
    }


def _make_policies() -> list[dict[str, Any]]:
    """Who sees rows: without an access policy, no reader does."""
    is_reader = {"match": ["${role}", ROLE]}
    return [
        {"id": "access", "type": "access", "rule": [{"effect": "permit", "condition": [is_reader]}]},
        # Limited access offenders: `permit` says that no row can be linked to one person, as the screener proves.
        {"id": "lao_policy", "type": "lao", "rule": [{"effect": "permit", "condition": []}]},
    ]


def _make_dataset(
    name: str, display: str, table: str, shown: Iterable[str], types: Mapping[str, str], order: str = ""
) -> dict[str, Any]:
    """A dataset: a plain SELECT of some columns of a table, and their types."""
    fields: list[dict[str, Any]] = [
        {"name": column, "type": TYPES[types[column]], "display": HEADINGS[column]} for column in shown
    ]
    for field in fields:
        if field["name"] == "measure_label":
            # Safe here: every row has a measure. On dashboard_rows a filter hides each block that leaves it empty.
            field["filter"] = {"type": "text", "mandatory": False, "interactive": True}
    return {
        "id": name,
        "name": display,
        "datasource": "ipp",
        "query": f"SELECT {', '.join(shown)} FROM {GLUE_DATABASE}.{table}{order}",
        "schema": {"field": fields},
    }


def _make_report() -> dict[str, Any]:
    """The report over all figures: a dashboard cannot be downloaded, a report can."""
    fields: list[dict[str, Any]] = [
        {
            "name": f"$ref:{column}",
            "display": HEADINGS[column],
            "visible": "mandatory" if column in ALWAYS_VISIBLE else "true",
        }
        for column in REPORT_COLUMNS
    ]
    fields[0] |= {"sortable": True, "defaultsort": True}
    return {
        "id": "all-figures",
        "name": "All figures",
        "description": "Every figure behind the dashboard, to download.",
        "version": "1.0.0",
        "dataset": "$ref:figures",
        "render": "HTML",
        "classification": "OFFICIAL",
        "specification": {"template": "list", "field": fields},
    }


def _make_section(section: Section, held: Mapping[str, Held]) -> dict[str, Any]:
    """A section with its visualisations. Its description says if it has figures that are invented or rebuilt."""
    of_blocks = {one.block: held.get(one.block, NOTHING_HELD) for one in section.visualisations}
    classes = {name for block in of_blocks.values() for name in block.classes}
    says = (text for name, text in SAYINGS.items() if name in classes)
    return {
        "id": section.id,
        "display": section.display,
        "description": " ".join((section.description, *says)),
        "visualisation": [_make_visualisation(one, of_blocks[one.block]) for one in section.visualisations],
    }


def _make_visualisation(declared: Visualisation, held: Held) -> dict[str, Any]:
    """A table, chart or scorecard over the rows of its block."""
    shown = _fit_to_platform(declared, held)
    keys = KEYS.get(shown.type, ())
    filters = [{"id": "block", "equals": shown.block}]
    if shown.is_latest:
        filters.append({"id": "is_latest", "equals": "true"})
    made: dict[str, Any] = {"id": shown.id, "type": shown.type, "display": shown.display}
    if option := _make_option(shown):
        made["option"] = option
    made["column"] = {
        "key": [_make_column(shown, name) for name in keys] or [{"id": "block"}],
        "measure": [_make_column(shown, name) for name in shown.columns if name not in keys],
        "filter": filters,
        "expectNull": False,
    }
    return made


def _fit_to_platform(shown: Visualisation, held: Held) -> Visualisation:
    """The visualisation as the platform can show it."""
    has_gap = shown.type in KEYS and not held.is_dense
    if has_gap:
        log.warning("%s is shown as a table: a series has no number where another has one", shown.id)
    if (shown.type == "bar" and not shown.adds_up) or has_gap:
        # It says the sum of a bar chart, and draws the next series' number where a series has none.
        headings = HEADINGS | {name: text for name, text in shown.columns.items() if name != "value"}
        headings["value_text"] = shown.columns["value"]
        columns = {name: headings[name] for name in COLUMNS_OF_TABLE}
        return shown.model_copy(update={"type": "list", "columns": columns, "options": []})
    if shown.type == "bar-timeseries" and held.periods > MOST_BARS:
        return shown.model_copy(update={"type": "line-timeseries", "options": []})
    if shown.type == "scorecard":
        return shown.model_copy(update={"display": f"{shown.display}, {held.latest}"})
    return shown


def _make_column(shown: Visualisation, name: str) -> dict[str, Any]:
    """A column with its heading; on a bar with its axis, on a scorecard with its unit."""
    if shown.type == "scorecard":
        return {"id": name, "unit": "percentage"}
    column = {"id": name, "display": shown.columns[name]}
    if shown.type == "bar" and name != "series":
        column["axis"] = "x" if name == "category" else "y"
    return column


def _make_option(shown: Visualisation) -> dict[str, Any]:
    """The options of a bar, or the buckets of a scorecard. A time series must have none."""
    option: dict[str, Any] = {}
    if shown.is_time_series:
        return option
    if "horizontal" in shown.options:
        option["horizontal"] = True
    if "stacked" in shown.options:
        option |= {"xStacked": True, "yStacked": True}
    if shown.buckets:
        # Explicit colours: the platform's own put green on the lowest bucket.
        option["bucket"] = [
            {name: end for name, end in (("min", one.min), ("max", one.max)) if end is not None}
            | {"hexColour": one.hexColour}
            for one in shown.buckets
        ]
    return option


def _read_columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns of a table of the feed and their types, in order; empty if there is no such table."""
    rows = connection.execute(
        """
        select column_name, data_type from duckdb_columns()
        where database_name = 'warehouse' and schema_name = ? and table_name = ? order by column_index
        """,
        [SCHEMA, table],
    ).fetchall()
    return dict(rows)


def _find_missing_columns(columns: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What the definition names but a table does not have, or has in another order or type."""
    faults = []
    for table, shown in ((ROWS, NEEDED), (FIGURES, REPORT_COLUMNS)):
        held = [name for name in columns[table] if name in shown]
        if held != list(shown):
            faults.append(
                f"{SCHEMA}.{table}: expected the columns {', '.join(shown)} in this order; "
                f"found {', '.join(held) or 'none'}; to do: correct the model"
            )
        faults += [
            f"{SCHEMA}.{table}.{name}: expected one of {', '.join(TYPES)}; found {columns[table][name]}; "
            "to do: cast it in the model"
            for name in held
            if columns[table][name] not in TYPES
        ]
    return faults


def _find_other_blocks(sections: Iterable[Section], blocks: set[str]) -> list[str]:
    """Blocks with rows that no section shows. A block without rows is no fault: its release may not be held."""
    named = {one.block for section in sections for one in section.visualisations}
    return [
        f"{SCHEMA}.{ROWS}: no section shows block {name}; to do: add it to sections.yml or delete the model"
        for name in sorted(blocks - named - {EDGE})
    ]
