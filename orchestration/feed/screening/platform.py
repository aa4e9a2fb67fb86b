"""Stage platform: the definition and its rows avoid what goes wrong on HMPPS's reporting platform.

Each rule was seen in the platform's own code: the library that reads definitions (hmpps-digital-prison-reporting-lib)
or the front end that draws them (hmpps-digital-prison-reporting-frontend).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.feed.screening.feed import (
    DASHBOARD_ROWS,
    DEFINITION,
    DataFile,
    Feed,
    quote_name,
    quote_text,
)
from orchestration.feed.screening.findings import SHOWN_KEYS, Finding, find
from orchestration.feed.sections import EDGE
from orchestration.feed.units import read_units

TOP_LEVEL = {
    "id",
    "name",
    "description",
    "scheduled",
    "metadata",
    "datasource",
    "dataset",
    "dashboard",
    "policy",
    "report",
}
"""Keys of a definition of format 1.0.0 that we use. A key for the format's version is none of them."""
TYPES = {"list", "bar", "scorecard", "line-timeseries", "bar-timeseries"}
"""The visualisations that we use."""
MOST_ROWS = 5_000
"""The platform loads every row of a dataset into the page."""
SELECT = re.compile(r"SELECT ([a-z_]+(?:, [a-z_]+)*) FROM [a-z_]+\.([a-z_]+)(?: ORDER BY [a-z_, ]+)?")


@dataclass(frozen=True)
class Shown:
    """One visualisation of the definition, with the columns it names."""

    id: str
    type: str
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    filters: Mapping[str, str]
    content: Mapping[str, Any]

    @property
    def is_chart(self) -> bool:
        """Whether it draws numbers."""
        return self.type != "list"

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that it shows: the platform leaves out rows in which one is empty."""
        return tuple(dict.fromkeys((*self.keys, *self.measures)))

    @property
    def condition(self) -> str:
        """The rows that it shows, as SQL."""
        return " and ".join(f"{quote_name(name)} = {quote_text(text)}" for name, text in self.filters.items()) or "true"


def check_platform(feed: Feed) -> Iterator[Finding]:
    """The definition by itself, the rows by themselves, and each visualisation with its rows."""
    if not feed.definition:
        yield find("no_definition", DEFINITION)
        return
    yield from _check_top_level(feed.definition)
    yield from _check_policies(feed.definition)
    yield from _check_datasets(feed)
    shown = read_visualisations(feed.definition)
    yield from _check_ids(feed, shown)
    yield from _check_bars(feed, shown)
    file = feed.file(DASHBOARD_ROWS)
    if file is None:
        yield find("no_rows", DASHBOARD_ROWS)
        return
    yield from _check_rows(feed, file)
    sound = []
    for one in shown:
        faults = [*_check_columns(file, one), *_check_type(one)]
        yield from faults
        sound += [] if faults else [one]
    yield from _check_shown_rows(feed, file, sound)


def read_visualisations(definition: Mapping[str, Any]) -> list[Shown]:
    """The visualisations of a definition, in order."""
    return [
        Shown(
            one["id"],
            one["type"],
            tuple(column["id"] for column in one["column"].get("key", ())),
            tuple(column["id"] for column in one["column"]["measure"]),
            {column["id"]: column["equals"] for column in one["column"].get("filter", ())},
            one,
        )
        for dashboard in definition.get("dashboard", ())
        for section in dashboard["section"]
        for one in section["visualisation"]
    ]


def _check_top_level(definition: Mapping[str, Any]) -> Iterator[Finding]:
    """Keys that format 1.0.0 does not have or that are missing."""
    for key in sorted(set(definition) - TOP_LEVEL):
        yield find("other_key", DEFINITION, key)
    for key in sorted(TOP_LEVEL - set(definition)):
        yield find("missing_key", DEFINITION, key)


def _check_policies(definition: Mapping[str, Any]) -> Iterator[Finding]:
    """Without a policy that names a role no reader sees a row; probation data need one about limited access
    offenders.
    """
    policies = {one.get("type"): one.get("rule", []) for one in definition.get("policy", ())}
    matches = [
        condition.get("match", ())
        for rule in policies.get("access", ())
        if rule.get("effect") == "permit"
        for condition in rule.get("condition", ())
    ]
    if not any(len(match) == 2 and match[0] == "${role}" and match[1].startswith("ROLE_") for match in matches):
        yield find("access_policy", DEFINITION, "policy")
    if [rule.get("effect") for rule in policies.get("lao", ())] != ["permit"]:
        yield find("lao_policy", DEFINITION, "policy")


def _check_datasets(feed: Feed) -> Iterator[Finding]:
    """Queries that are not a plain SELECT of the fields, in the order of the file's columns."""
    names = {dataset["id"] for dataset in feed.definition.get("dataset", ())}
    used = [
        one["dataset"].removeprefix("$ref:")
        for kind in ("report", "dashboard")
        for one in feed.definition.get(kind, ())
    ]
    for name in sorted(set(used) - names):
        yield find("no_dataset", DEFINITION, name)
    for dataset in feed.definition.get("dataset", ()):
        yield from _check_dataset(feed, dataset)
    for dashboard in feed.definition.get("dashboard", ()):
        for dataset in feed.definition.get("dataset", ()):
            if dataset["id"] == dashboard["dataset"].removeprefix("$ref:"):
                yield from _check_filters(dataset)


def _check_dataset(feed: Feed, dataset: Mapping[str, Any]) -> Iterator[Finding]:
    """One dataset against its file."""
    fields = [field["name"] for field in dataset["schema"]["field"]]
    query = SELECT.fullmatch(dataset["query"])
    if query is None:
        yield find("plain_select", DEFINITION, dataset["id"])
        return
    file = feed.file(query[2])
    held = [name for name in file.columns if name in fields] if file else []
    if query[1].split(", ") != fields or held != fields:
        yield find("dataset_order", DEFINITION, dataset["id"], order=", ".join(held) or "no column")


def _check_filters(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    """Fields of the dashboard with a filter: it hides each block that leaves the column empty."""
    for field in dataset["schema"]["field"]:
        if "filter" in field:
            yield find("interactive_filter", DEFINITION, field["name"])


def _check_ids(feed: Feed, shown: Sequence[Shown]) -> Iterator[Finding]:
    """Visualisations that are there twice, or other ones than the sections say."""
    for name, times in Counter(one.id for one in shown).items():
        if times > 1:
            yield find("id_twice", DEFINITION, name)
    declared = [one.id for section in feed.sections for one in section.visualisations]
    if declared != [one.id for one in shown]:
        yield find("other_sections", DEFINITION)


def _check_bars(feed: Feed, shown: Sequence[Shown]) -> Iterator[Finding]:
    """Bar charts of values that are no counts, or that are said not to add up."""
    declared = {one.id: one for section in feed.sections for one in section.visualisations}
    for one in shown:
        said = declared.get(one.id)
        if one.type == "bar" and said and not (said.adds_up and said.unit in read_units().whole):
            yield find("does_not_add_up", DEFINITION, one.id, unit=said.unit)


def _check_rows(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Types, number and order of the rows, and blocks that no visualisation shows."""
    types = {"is_latest": "VARCHAR", "ts": "DATE", "value": "DOUBLE", "value_text": "VARCHAR"}
    for column, kind in types.items():
        if file.columns.get(column) != kind:
            yield find("column_type", DASHBOARD_ROWS, column, expected=kind, held=file.columns.get(column, "no column"))
            return
    for rows, keys in feed.bad_rows(file, {"is_latest": "is_latest not in ('true', 'false')"}).values():
        yield find("is_latest_text", DASHBOARD_ROWS, "is_latest", rows, keys)
    rows, misplaced = feed.rows(
        f"""
        select count(*), count(*) filter (where row_order <= place_before or ts < day_before) from (
            select ts, row_order, lag(row_order) over file as place_before, lag(ts) over file as day_before
            from {file.table} window file as (order by rowid)
        )
        """
    )[0]
    if rows > MOST_ROWS:
        yield find("too_many_rows", DASHBOARD_ROWS, "", rows, most=MOST_ROWS)
    if misplaced:
        yield find("row_order", DASHBOARD_ROWS, "row_order", misplaced)
    yield from _check_edges(feed, file)
    blocks = {one.filters.get("block") for one in read_visualisations(feed.definition)}
    for (block,) in feed.rows(f"select distinct block from {file.table} order by 1"):
        if block not in blocks | {EDGE}:
            yield find("block_not_shown", DASHBOARD_ROWS, block)


def _check_edges(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """A first or last row that has a day: a time series says the first row of the last day beside its chart."""
    ends = feed.rows(
        f"""
        (select block, ts, value from {file.table} order by row_order limit 1)
        union all (select block, ts, value from {file.table} order by row_order desc limit 1)
        """
    )
    if any(row != (EDGE, None, None) for row in ends):
        yield find("no_edges", DASHBOARD_ROWS, "row_order", keys=ends, block=EDGE)


def _check_columns(file: DataFile, shown: Shown) -> Iterator[Finding]:
    """Columns that are not there, in another order, or not for this type."""
    unknown = [name for name in (*shown.keys, *shown.measures, *shown.filters) if name not in file.columns]
    if unknown:
        yield find("unknown_column", DEFINITION, shown.id, columns=", ".join(unknown))
        return
    order = list(file.columns)
    named = (*shown.keys, *shown.measures)
    # A time series needs `ts` and `value` first, which is the order of the table too.
    if list(named) != sorted(named, key=order.index):
        yield find("column_order", DEFINITION, shown.id)
    if not shown.keys:
        yield find("empty_key", DEFINITION, shown.id)
    if shown.is_chart and "value" not in shown.measures:
        yield find("chart_of_text", DEFINITION, shown.id)
    if not shown.is_chart and ("value" in shown.measures or "value_text" not in shown.measures):
        yield find("table_of_value", DEFINITION, shown.id)


def _check_type(shown: Shown) -> Iterator[Finding]:
    """What the type of a visualisation does not bear."""
    is_series = shown.type.endswith("-timeseries")
    option = shown.content.get("option", {})
    columns = shown.content["column"]
    if shown.type not in TYPES:
        yield find("unknown_type", DEFINITION, shown.id, type=shown.type, types=", ".join(sorted(TYPES)))
    if not is_series and "ts" in (*shown.keys, *shown.measures):
        yield find("ts_named", DEFINITION, shown.id)
    if shown.type == "scorecard" and shown.filters.get("is_latest") != "true":
        yield find("not_latest", DEFINITION, shown.id)
    if is_series and (shown.measures[:2] != ("ts", "value") or option):
        yield find("time_series", DEFINITION, shown.id)
    if any("aggregate" in column for column in (*columns.get("key", ()), *columns["measure"])):
        yield find("aggregate", DEFINITION, shown.id)
    yield from _check_buckets(shown, option)


def _check_buckets(shown: Shown, option: Mapping[str, Any]) -> Iterator[Finding]:
    """Buckets without a colour, or with limits that are no whole numbers."""
    buckets = option.get("bucket", [])
    if "useRagColour" in option or any("hexColour" not in bucket for bucket in buckets):
        yield find("bucket_colour", DEFINITION, shown.id)
    limits = [bucket[end] for bucket in buckets for end in ("min", "max") if end in bucket]
    if "buckets" in option or any(not isinstance(limit, int) for limit in limits):
        yield find("bucket_limits", DEFINITION, shown.id)


def _check_shown_rows(feed: Feed, file: DataFile, visualisations: Sequence[Shown]) -> Iterator[Finding]:
    """No rows, rows that the platform leaves out, gaps, and scorecards that stay blank."""
    is_shown = {shown.id: shown.condition for shown in visualisations}
    is_left_out = {
        shown.id: f"({shown.condition}) and ({' or '.join(f'{quote_name(name)} is null' for name in shown.named)})"
        for shown in visualisations
    }
    counts, left_out = feed.count_rows(file, is_shown), feed.count_rows(file, is_left_out)
    # A block without any row waits for its release or its records, and is shown empty.
    filled = {block for (block,) in feed.rows(f"select distinct block from {file.table}")}
    for shown in visualisations:
        if shown.id not in counts:
            if shown.filters.get("block") in filled:
                yield find("nothing_to_show", DEFINITION, shown.id)
        elif shown.is_chart:
            yield from (_check_scorecard if shown.type == "scorecard" else _check_points)(feed, file, shown)
        elif shown.id in left_out:
            yield find("rows_left_out", DEFINITION, shown.id, left_out[shown.id])


def _check_scorecard(feed: Feed, file: DataFile, shown: Shown) -> Iterator[Finding]:
    """Scorecards that are not one whole number above 0."""
    values = [row[0] for row in feed.rows(f"select value from {file.table} where {shown.condition}")]
    if len(values) != 1 or not values[0] or values[0] != int(values[0]):
        yield find("scorecard_value", DEFINITION, shown.id, values=values[:SHOWN_KEYS])


def _check_points(feed: Feed, file: DataFile, shown: Shown) -> Iterator[Finding]:
    """Charts in which a series has no number, or two, at a point, or in which the series change places: the platform
    takes the first number of each point for the first series, and so on.
    """
    point = next(name for name in shown.measures if name != "value")
    key = ", ".join(quote_name(name) for name in shown.keys)
    wrong = feed.rows(
        f"""
        with shown as (select {key}, {quote_name(point)} as point, value from {file.table} where {shown.condition}),
        grid as (select * from (select distinct {key} from shown) cross join (select distinct point from shown))
        select {key}, point, count(value) from grid left join shown using ({key}, point)
        group by all having count(value) <> 1 order by all
        """
    )
    if wrong:
        yield find("not_dense", DEFINITION, shown.id, keys=[row[:-1] for row in wrong])
        return
    moved = feed.rows(
        f"""
        with points as (
            select {quote_name(point)} as point, list(({key}) order by row_order) as series
            from {file.table} where {shown.condition} group by point
        )
        select point from points where series <> (select arg_min(series, point) from points) order by point
        """
    )
    if moved:
        yield find("series_order", DEFINITION, shown.id, keys=moved)
