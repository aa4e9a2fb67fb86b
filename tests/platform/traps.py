"""What goes wrong on the internal platform, put in on purpose: a small definition and rows for each trap.

A trap is data, so the screening of the feed can be tested with the same rows. `WELL_MADE` holds none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MARCH, JUNE = dt.date(2025, 3, 31), dt.date(2025, 6, 30)
PERIODS = {MARCH: "31 March 2025", JUNE: "30 June 2025"}
LATEST = {"id": "is_latest", "equals": "true"}

# A row without a day or a number, first and last: a time series chart says the first row's number of the whole
# dataset's last day beside it, whichever block that row is for. With these it says nothing.
EDGE = {"block": "edge", "is_latest": "false", "value_text": "[z]", "status_text": "final", "source": "none"}


@dataclass(frozen=True)
class Trap:
    """A mistake in a definition or its rows. `types` replaces column types, `schema` fields of the dataset; `unit` is
    what the sections say that the numbers are in.
    """

    mistake: str
    visualisations: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    types: Mapping[str, str] = field(default_factory=dict)
    schema: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    edges: bool = True
    unit: str = "people"

    @property
    def definition(self) -> dict[str, Any]:
        """The definition of a dashboard with these visualisations."""
        return make_definition(self.visualisations, self.schema)

    @property
    def dataset(self) -> list[dict[str, Any]]:
        """All the rows, in order."""
        return [EDGE, *self.rows, EDGE] if self.edges else self.rows


def make_definition(
    visualisations: list[dict[str, Any]], schema: Mapping[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Return a definition of one dashboard with one section; `schema` replaces fields of its dataset by name."""
    types = {"ts": "timestamp", "value": "double"}
    names = ["block", "is_latest", "series", "category", "ts", "period", "value", "value_text", "status_text", "source"]
    fields = [{"name": name, "type": types.get(name, "string"), "display": name} for name in names]
    return {
        "id": "planted",
        "name": "Planted",
        "metadata": {"author": "tests", "owner": "tests", "version": "1.0.0"},
        "datasource": [{"id": "ipp", "name": "athena", "database": "ipp", "dialect": "athena/3"}],
        "dataset": [
            {
                "id": "dashboard-rows",
                "name": "Rows",
                "datasource": "ipp",
                "query": f"SELECT {', '.join(names)} FROM ipp.dashboard_rows ORDER BY row_order",
                "schema": {"field": [{**each, **(schema or {}).get(each["name"], {})} for each in fields]},
            }
        ],
        "dashboard": [
            {
                "id": "ipp",
                "name": "Planted",
                "dataset": "dashboard-rows",
                "section": [{"id": "section", "display": "Section", "visualisation": visualisations}],
            }
        ],
    }


def row(block: str, value: float | None, series: str = "People", ts: dt.date = JUNE, **other: object) -> dict[str, Any]:
    """Return one row of a block. Without a number it is suppressed."""
    return {
        "block": block,
        "is_latest": "true" if ts == JUNE else "false",
        "series": series,
        "category": "Everyone",
        "ts": ts,
        "period": PERIODS[ts],
        "value": value,
        "value_text": "[c]" if value is None else f"{value:,.0f}",
        "status_text": "suppressed" if value is None else "final",
        "source": "invented",
        **other,
    }


def visualisation(kind: str, block: str, key: str, *measures: str | dict[str, Any], **other: Any) -> dict[str, Any]:
    """Return a visualisation of a block, with its block's name as id. Measures and keys have headings."""
    latest = [LATEST] if kind in {"list", "bar", "scorecard"} else []
    return {
        "id": block,
        "type": kind,
        "display": block.capitalize(),
        "column": {
            "key": [{"id": key, "display": key.capitalize()}] if key else [],
            "measure": [
                {"id": each, "display": each.capitalize()} if isinstance(each, str) else each for each in measures
            ],
            "filter": [{"id": "block", "equals": block}, *latest],
            "expectNull": False,
        },
        **other,
    }


def column(name: str, **other: str) -> dict[str, Any]:
    """Return a measure with a heading and further settings."""
    return {"id": name, "display": name.capitalize(), **other}


BY_CATEGORY = [column("category", axis="x"), column("value", axis="y")]
PERCENTAGE = column("value", unit="percentage")
TRAFFIC_LIGHTS = [
    {"max": 79, "hexColour": "#f4cdc6"},
    {"min": 80, "max": 89, "hexColour": "#fff7bf"},
    {"min": 90, "hexColour": "#cce2d8"},
]

TRAPS: dict[str, Trap] = {
    "suppressed_point_in_a_chart_of_several_series": Trap(
        "A chart of several series lacks a number: the next series' number takes its place",
        [visualisation("line-timeseries", "sexes", "series", "ts", "value")],
        [
            row("sexes", 10, "Women", MARCH),
            row("sexes", 900, "Men", MARCH),
            row("sexes", None, "Women"),
            row("sexes", 880, "Men"),
        ],
    ),
    "series_in_another_order_on_another_day": Trap(
        "The series of a chart are not in the same order on every day: their numbers change places",
        [visualisation("line-timeseries", "sexes", "series", "ts", "value")],
        [
            row("sexes", 10, "Women", MARCH),
            row("sexes", 900, "Men", MARCH),
            row("sexes", 880, "Men"),
            row("sexes", 12, "Women"),
        ],
    ),
    "series_that_starts_later": Trap(
        "A series of a chart has no number on the first day: the chart leaves the series out",
        [visualisation("line-timeseries", "sexes", "series", "ts", "value")],
        [row("sexes", 900, "Men", MARCH), row("sexes", 880, "Men"), row("sexes", 12, "Women")],
    ),
    "text_as_measure_of_a_time_series": Trap(
        "A time series has text as its measure: the chart draws 0",
        [visualisation("bar-timeseries", "recalls", "series", "ts", "value_text")],
        [row("recalls", 1544, ts=MARCH), row("recalls", 1610)],
    ),
    "text_as_measure_of_a_bar_chart": Trap(
        "A bar chart has text as its measure: the bar is not drawn and the total is not a number",
        [visualisation("bar", "regions", "series", column("category", axis="x"), column("value_text", axis="y"))],
        [row("regions", 1544, category="London"), row("regions", 10, category="Wales")],
    ),
    "rates_in_a_bar_chart": Trap(
        "A bar chart has rates: the platform says the sum of its bars beside it",
        [
            visualisation(
                "bar",
                "recall_rates",
                "series",
                column("category", axis="x"),
                {"id": "value", "display": "Recalls per 100 people", "axis": "y"},
            )
        ],
        [row("recall_rates", 25.1, category="London"), row("recall_rates", 30.4, category="Wales")],
        unit="recalls per 100 people",
    ),
    "null_measure": Trap(
        "A measure is null: the row is left out",
        [visualisation("list", "places", "block", "category", "value")],
        [row("places", 15, category="Prison"), row("places", None, category="Abroad")],
    ),
    "scorecard_of_zero": Trap(
        "A scorecard's number is 0: the card is blank",
        [visualisation("scorecard", "late", "block", PERCENTAGE)],
        [row("late", 0)],
    ),
    "scorecard_with_the_day_as_key": Trap(
        "A scorecard has the day as its key: the card vanishes, as another block has a later day",
        [visualisation("scorecard", "on_time", "ts", PERCENTAGE)],
        [row("on_time", 83, ts=MARCH, is_latest="true"), row("other", 5)],
        edges=False,
    ),
    "scorecard_with_the_day_as_key_and_an_older_block": Trap(
        "A scorecard has the day as its key: the page fails, as another block has an earlier day",
        [visualisation("scorecard", "on_time", "ts", PERCENTAGE)],
        [row("other", 5, ts=MARCH), row("on_time", 83)],
        edges=False,
    ),
    "day_as_key_of_a_table": Trap(
        "A table has the day as its key: it is empty, as another block has a later day",
        [visualisation("list", "places", "ts", "category", "value_text")],
        [row("places", 15, ts=MARCH, is_latest="true"), row("other", 5)],
        edges=False,
    ),
    "number_before_the_day": Trap(
        "A time series has its number before its day: the chart draws 0",
        [visualisation("line-timeseries", "recalls", "series", "value", "ts")],
        [row("recalls", 20, ts=MARCH), row("recalls", 30)],
    ),
    "option_of_a_time_series": Trap(
        "A time series has an option: the page fails",
        [visualisation("line-timeseries", "recalls", "series", "ts", "value", option={"horizontal": False})],
        [row("recalls", 20, ts=MARCH), row("recalls", 30)],
    ),
    "number_of_another_block_beside_a_time_series": Trap(
        "The dataset ends on a day of another block: a time series says that block's number and day beside its chart",
        [visualisation("line-timeseries", "recalls", "series", "ts", "value")],
        [row("recalls", 20, ts=MARCH), row("other", 5)],
        edges=False,
    ),
    "keys_in_another_order_than_the_columns": Trap(
        "Keys and measures are not in the order of the columns: the cells change places under the headings",
        [visualisation("bar", "regions", "category", column("series", axis="x"), column("value", axis="y"))],
        [row("regions", 20, "Recalled", category="London"), row("regions", 30, "Recalled", category="Wales")],
    ),
    "sum_over_a_symbol": Trap(
        "A table adds up a column that holds a symbol: the total is not a number",
        [visualisation("list", "places", "block", "category", column("value_text", aggregate="sum"))],
        [row("places", 15, category="Prison"), row("places", None, category="Abroad")],
    ),
    "colours_of_the_platform": Trap(
        "A scorecard has the platform's own traffic lights: the lowest number is green",
        [
            visualisation(
                "scorecard",
                "on_time",
                "block",
                PERCENTAGE,
                option={"useRagColour": True, "bucket": [{"max": 79}, {"min": 80, "max": 89}, {"min": 90}]},
            )
        ],
        [row("on_time", 50)],
    ),
    "number_between_buckets": Trap(
        "A scorecard's number lies between two buckets: it has no colour",
        [visualisation("scorecard", "on_time", "block", PERCENTAGE, option={"bucket": TRAFFIC_LIGHTS})],
        [row("on_time", 79.5)],
    ),
    "filter_on_a_column": Trap(
        "A reader filters on a column that another block leaves empty: that block shows nothing",
        [
            visualisation("list", "places", "block", "category", "value_text"),
            visualisation("list", "sexes", "block", "series", "value_text"),
        ],
        [row("places", 15, category="London"), row("sexes", 10, "Women", category=None)],
        schema={"category": {"filter": {"type": "text", "interactive": True, "default": "London"}}},
    ),
    "no_key": Trap(
        "A scorecard has an empty list of keys: the page fails",
        [visualisation("scorecard", "on_time", "", PERCENTAGE)],
        [row("on_time", 83)],
    ),
    "day_with_a_time": Trap(
        "The day is a timestamp and not a date: the chart shows 2025-03-31T00:00:00",
        [visualisation("line-timeseries", "recalls", "series", "ts", "value")],
        [row("recalls", 20, ts=MARCH), row("recalls", 30)],
        types={"ts": "timestamp"},
    ),
    "latest_as_true_or_false": Trap(
        "is_latest is true or false and not text: nothing equals the filter",
        [visualisation("list", "places", "block", "category", "value_text")],
        [row("places", 15, category="Prison", is_latest=True), row("places", 25, category="Abroad", is_latest=True)],
        types={"is_latest": "boolean"},
    ),
}

WELL_MADE = Trap(
    "None",
    [
        visualisation("line-timeseries", "sexes", "series", "ts", "value"),
        visualisation("bar-timeseries", "recalls", "series", "ts", "value"),
        {**visualisation("list", "recalls", "block", "period", "value_text"), "id": "recalls_table"},
        visualisation("bar", "regions", "series", *BY_CATEGORY, option={"horizontal": True}),
        visualisation("bar", "stages", "series", *BY_CATEGORY, option={"xStacked": True, "yStacked": True}),
        visualisation("list", "places", "block", "category", "period", "value_text", "status_text"),
        visualisation("scorecard", "on_time", "block", PERCENTAGE, option={"bucket": TRAFFIC_LIGHTS}),
        visualisation("scorecard", "late", "block", column("value")),
    ],
    [
        row("sexes", 10, "Women", MARCH),
        row("sexes", 900, "Men", MARCH),
        row("recalls", 1544, ts=MARCH),
        row("sexes", 0, "Women"),
        row("sexes", 880, "Men"),
        row("recalls", 1610),
        row("regions", 20, "Recalled", category="London"),
        row("regions", 0, "Never released", category="London"),
        row("regions", 30.5, "Recalled", category="Wales"),
        row("regions", 5, "Never released", category="Wales"),
        row("stages", 1, "Prison", category="Screened in"),
        row("stages", 2, "Community", category="Screened in"),
        row("places", 1012, category="Prison"),
        row("places", None, category="Abroad"),
        row("places", 0, category="Hospital"),
        row("on_time", 83),
        row("late", 1234),
    ],
)
