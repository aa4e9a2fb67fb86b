"""Dashboard pages as the internal platform's own front-end shows them, and what on them differs from the rows.

`dashboard_rows` makes rows that a definition can query. `render_pages` writes the pages, `read_page` reads one in a
browser, and `find_faults` compares what is read with SQL over the same rows.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Error, Page, Route, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = Path("/usr/bin/chromium")
INSTALL = "npm ci --prefix tests/platform --omit=dev --omit=optional --ignore-scripts"
SITE = "http://platform.test/"
NOT_A_COUNT = re.compile(r"\b(per|percentage|rate|share|mean|median|months)\b|%")
"""Headings of numbers that do not add up."""

Definition = Mapping[str, Any]
Row = Mapping[str, Any]


def require_tools() -> None:
    """Skip the test where node, its packages or Chromium are missing. In CI, fail instead."""
    missing = [
        what
        for there, what in [
            (shutil.which("node"), "node 20.19 or later (Debian: apt-get install nodejs npm)"),
            ((HERE / "node_modules/sass").exists(), f"the platform's front-end ({INSTALL})"),
            (CHROMIUM.exists(), f"{CHROMIUM} (Debian: apt-get install chromium)"),
        ]
        if not there
    ]
    if missing:
        message = "These tests show the dashboard in the platform's front-end. Install " + "; ".join(missing)
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


# ---- Rows ------------------------------------------------------------------------------------------------------------

COLUMNS = {
    "block": "varchar",
    "is_latest": "varchar",
    "series": "varchar",
    "category": "varchar",
    "ts": "date",
    "period": "varchar",
    "value": "double",
    "value_text": "varchar",
    "status_text": "varchar",
    "source": "varchar",
}


def dashboard_rows(rows: Iterable[Row], types: Mapping[str, str] | None = None) -> duckdb.DuckDBPyConnection:
    """Return a database whose `ipp.dashboard_rows` holds these rows, in this order; `types` replaces column types."""
    connection = duckdb.connect()
    columns = COLUMNS | dict(types or {})
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute("create schema ipp")
    connection.execute(f"create table ipp.dashboard_rows ({declared}, row_order integer)")
    for order, row in enumerate(rows):
        values = [*(row.get(name) for name in columns), order]
        connection.execute(f"insert into ipp.dashboard_rows values ({', '.join('?' * len(values))})", values)
    return connection


def open_feed(folder: Path) -> tuple[duckdb.DuckDBPyConnection, Definition]:
    """Return the definition in a folder of the feed, and a database in which its queries read the feed's files."""
    definition = json.loads((folder / "ipp-dashboard.dpd.json").read_text(encoding="utf-8"))
    connection = duckdb.connect()
    connection.execute("create schema ipp")
    # A table and not a view: the rows then keep the order of the file, as on the platform.
    connection.execute(
        "create table ipp.dashboard_rows as from read_parquet(?)", [str(folder / "dashboard_rows.parquet")]
    )
    return connection, definition


def query_dataset(connection: duckdb.DuckDBPyConnection, definition: Definition) -> list[dict[str, Any]]:
    """Return what the dashboard's dataset gives the platform: its own query, with the defaults of its filters.

    The platform's back-end compares a filtered column in lower case: buildCondition in data/RepositoryHelper.kt of
    ministryofjustice/hmpps-digital-prison-reporting-lib.
    """
    dataset = _dataset(definition)
    filters = {
        each["name"]: each["filter"]["default"]
        for each in dataset["schema"]["field"]
        if "default" in each.get("filter", {})
    }
    conditions = " and ".join(["true", *(f"lower({name}) = lower(?)" for name in filters)])
    found = connection.execute(f"select * from ({dataset['query']}) where {conditions}", list(filters.values()))
    names = [each[0] for each in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _dataset(definition: Definition) -> Any:
    wanted = definition["dashboard"][0]["dataset"]
    return next(each for each in definition["dataset"] if each["id"] == wanted)


# ---- Pages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chart:
    """A chart as Chart.js holds it. `points` has a number for each series and label, and only where one is drawn."""

    labels: list[str]
    points: dict[tuple[str, str], float]


@dataclass(frozen=True)
class Table:
    """A table of a page, as text."""

    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Visualisation:
    """One visualisation of a page. `headlines` are the label and number beside a chart, `dates` the days it names."""

    chart: Chart | None
    tables: list[Table]
    headlines: list[tuple[str, str]]
    dates: list[str]


@dataclass(frozen=True)
class Card:
    """A scorecard. `colour` is None if the definition gives it no buckets."""

    value: str
    colour: str | None


@dataclass(frozen=True)
class DashboardPage:
    """What is on a page, by the visualisations' ids. `failure` is what the front-end or the browser said went wrong."""

    visualisations: dict[str, Visualisation] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    failure: str | None = None


def render_pages(pages: Mapping[str, tuple[Definition, list[dict[str, Any]]]], folder: Path) -> dict[str, str | None]:
    """Write one HTML page for each definition and its rows. Return, for each, None or why the front-end failed."""
    jobs = [{"name": name, "definition": definition, "rows": rows} for name, (definition, rows) in pages.items()]
    subprocess.run(
        ["node", str(HERE / "render.mjs"), str(folder)],
        # As the back-end sends them: a date as 2025-03-31, a timestamp as 2025-03-31T00:00:00.
        input=json.dumps(jobs, default=lambda value: value.isoformat()),
        check=True,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    outcomes: dict[str, str | None] = json.loads((folder / "outcomes.json").read_text())
    return outcomes


@contextmanager
def open_browser(folder: Path) -> Iterator[Page]:
    """Open an empty page in Debian's Chromium, without a window. It finds the files of the folder under SITE."""

    def answer(route: Route) -> None:
        asked = folder / route.request.url.removeprefix(SITE)
        if asked.is_file():
            route.fulfill(path=asked)
        else:
            route.fulfill(status=404)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1300, "height": 1250})
        # Not from disk, as scripts of a page that is opened as a file may not import one another.
        page.route("**/*", answer)
        yield page
        browser.close()


def read_page(browser: Page, name: str) -> DashboardPage:
    """Read what a written page shows in the browser, once its charts are drawn."""
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    browser.on("pageerror", note)
    browser.goto(f"{SITE}{name}.html")
    found = browser.evaluate((HERE / "read.js").read_text())
    browser.remove_listener("pageerror", note)
    return DashboardPage(
        visualisations={
            each: Visualisation(
                chart=_chart(part["chart"]) if part["chart"] else None,
                tables=[Table(**table) for table in part["tables"]],
                headlines=[(label, value) for label, value in part["headlines"]],
                dates=part["dates"],
            )
            for each, part in found["visualisations"].items()
        },
        cards={
            each: Card(card["value"], card["colour"] and card["colour"].removeprefix("background-color:").strip())
            for each, card in found["cards"].items()
        },
        failure="; ".join(errors) or None,
    )


def _chart(found: Mapping[str, Any]) -> Chart:
    labels = found["labels"]
    points = {
        (dataset["label"], label): value
        for dataset in found["datasets"]
        for label, value in zip(labels, dataset["data"], strict=False)
        if value is not None
    }
    return Chart(labels, points)


# ---- Faults ----------------------------------------------------------------------------------------------------------


def find_faults(
    connection: duckdb.DuckDBPyConnection, definition: Definition, page: DashboardPage
) -> list[tuple[str, str]]:
    """Return everything on the page that differs from the rows, as the visualisation's id and what is wrong."""
    if page.failure:
        return [("page", page.failure)]
    visualisations = [each for section in definition["dashboard"][0]["section"] for each in section["visualisation"]]
    faults = []
    for each in visualisations:
        rows = _rows_of(connection, definition, each)
        if each["type"] == "scorecard":
            found = _faults_of_card(each, rows, page.cards.get(each["id"]))
        elif (shown := page.visualisations.get(each["id"])) is None:
            found = ["is not on the page"]
        elif not rows:
            found = ["no row is meant for it"]
        elif each["type"] == "list":
            found = _faults_of_table(_texts(each["column"]["measure"], rows), shown.tables)
        else:
            found = _faults_of_chart(each, rows, shown)
        faults += [(each["id"], what) for what in found]
    return faults


def _rows_of(
    connection: duckdb.DuckDBPyConnection, definition: Definition, visualisation: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows a visualisation is meant to show: those equal to its filters, whether or not they hold a number."""
    filters = visualisation["column"].get("filter", [])
    conditions = " and ".join(["true", *(f"{each['id']}::varchar = ?" for each in filters)])
    query = f"select * from ({_dataset(definition)['query']}) where {conditions}"
    found = connection.execute(query, [each["equals"] for each in filters])
    names = [each[0] for each in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def as_shown(value: object) -> str:
    """Return a value as the platform shows it: 12 for 12.0, and dates as 31/03/2025."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _heading(column: Mapping[str, Any]) -> str:
    percentage = " (%)" if column.get("unit") == "percentage" else ""
    return f"{column.get('display', '')}{percentage}"


def _texts(columns: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{_heading(column): as_shown(row[column["id"]]) for column in columns} for row in rows]


def _faults_of_table(expected: list[dict[str, str]], tables: list[Table]) -> list[str]:
    if not tables:
        return [f"shows no table, and {len(expected)} rows are meant for it"]
    head, rows = tables[0].head, tables[0].rows
    if "" in head:
        return [f"has a column without a heading: {head}"]
    # A chart of one row leaves its keys out of the table.
    wanted = [{heading: text for heading, text in row.items() if heading in head} for row in expected]
    shown = [dict(zip(head, row, strict=True)) for row in rows]
    if shown == wanted:
        return []
    differing = [f"shows {s}, the row is {w}" for s, w in zip(shown, wanted, strict=False) if s != w][:3]
    return [*differing, *([f"shows {len(shown)} rows of {len(wanted)}"] if len(shown) != len(wanted) else [])]


def _faults_of_chart(visualisation: Mapping[str, Any], rows: list[dict[str, Any]], shown: Visualisation) -> list[str]:
    keys, measures = visualisation["column"].get("key", []), visualisation["column"]["measure"]
    timeseries = visualisation["type"].endswith("-timeseries")
    axis = {each.get("axis"): each for each in measures}
    # What a chart is meant to draw is the number, against the day or the category, for any definition.
    x = "ts" if timeseries else axis["x"]["id"]
    unit = " (%)" if not timeseries and axis["y"].get("unit") == "percentage" else ""
    drawn = [row for row in rows if row["value"] is not None]
    faults = []
    if len(drawn) < len(rows):
        faults.append(f"leaves out {len(rows) - len(drawn)} rows without a number")
    if shown.chart is None:
        return [*faults, f"shows no chart, and {len(drawn)} rows are meant for it"]
    expected = {(_series(keys, row), as_shown(row[x]) + unit): row["value"] for row in drawn}
    if len(expected) < len(drawn):
        faults.append("has two rows for one point")
    for point in sorted(expected.keys() | shown.chart.points.keys()):
        if expected.get(point) != shown.chart.points.get(point):
            faults.append(f"draws {shown.chart.points.get(point)} at {point}, the row has {expected.get(point)}")
    faults += _faults_of_table(_texts([*keys, *measures], drawn), shown.tables)
    return faults + _faults_of_headline(timeseries, measures, drawn, shown)


def _series(keys: list[dict[str, Any]], row: Mapping[str, Any]) -> str:
    if len(keys) == 1:
        return as_shown(row[keys[0]["id"]])
    return ", ".join(f"{key.get('display', '')}: {as_shown(row[key['id']])}" for key in keys)


def _faults_of_headline(
    timeseries: bool, measures: list[dict[str, Any]], drawn: list[dict[str, Any]], shown: Visualisation
) -> list[str]:
    """A bar chart says the sum of its bars. A time series says its first row on its last day, or nothing."""
    if timeseries:
        day = max(row["ts"] for row in drawn)
        first = next(row["value"] for row in drawn if row["ts"] == day)
        allowed, dates = [[], [(as_shown(day), as_shown(first))]], [[], [as_shown(day)]]
    else:
        display = next(each["display"].lower() for each in measures if each.get("axis") == "y")
        allowed, dates = [[(f"Total {display}", as_shown(sum(row["value"] for row in drawn)))]], [[]]
    rates = [label for label, _ in shown.headlines if not timeseries and NOT_A_COUNT.search(label)]
    return [
        *(f"says {label!r}, and rates do not add up: make it a table" for label in rates),
        *([] if shown.headlines in allowed else [f"says {shown.headlines} beside the chart, not {allowed[-1]}"]),
        *([] if shown.dates in dates else [f"says its values are for {shown.dates}, not {dates[-1]}"]),
    ]


def _faults_of_card(visualisation: Mapping[str, Any], rows: list[dict[str, Any]], card: Card | None) -> list[str]:
    if len(rows) != 1:
        return [f"has {len(rows)} rows, and a scorecard shows one"]
    if card is None:
        return ["is not on the page"]
    measure = visualisation["column"]["measure"][0]
    value = rows[0][measure["id"]]
    expected = as_shown(value) + ("%" if measure.get("unit") == "percentage" else "")
    faults = [] if card.value == expected else [f"shows {card.value!r}, the row has {expected!r}"]
    if buckets := visualisation.get("option", {}).get("bucket"):
        fitting = [
            each.get("hexColour") for each in buckets if each.get("min", value) <= value <= each.get("max", value)
        ]
        if [card.colour] != fitting:
            faults.append(f"has the colour {card.colour!r}, its bucket has {fitting}")
    return faults
