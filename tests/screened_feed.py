"""A small feed with its warehouse, without a fault, on which tests plant one fault at a time."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.feed.definition import Held, make_definition
from orchestration.feed.screening import Finding
from orchestration.feed.screening.feed import open_feed
from orchestration.feed.screening.findings import ExceptionToCheck
from orchestration.feed.screening.run import STAGES, run_stages
from orchestration.feed.sections import read_sections

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
SECTIONS = """
sections:
  - id: caseload
    display: Caseload
    description: Where people are.
    visualisations:
      - {id: places, type: list, display: Where people are, block: where_people_are, is_latest: true, unit: people,
         columns: {series: Kind, category: Location, period: As at, value_text: People, status_text: Status}}
      - {id: trend, type: line-timeseries, display: In prison, block: prison_by_status, is_latest: false, unit: people,
         columns: {series: Custody status, ts: As at, value: People}}
      - {id: regions, type: bar, display: By region, block: by_region, is_latest: true, unit: people,
         columns: {series: Group, category: Region, value: People}, options: [horizontal]}
      - {id: on-time, type: scorecard, display: Reports on time, block: on_time, is_latest: true, unit: percent,
         columns: {value: On time}, buckets: [{max: 79, hexColour: "#f4cdc6"}, {min: 80, hexColour: "#cce2d8"}]}
"""
QUARTERS = [date(year, month, 30 if month in (6, 9) else 31) for year in (2023, 2024) for month in (3, 6, 9, 12)]
QUARTERS.append(date(2025, 3, 31))
LAST = QUARTERS[-1]
RECORDS = "Records of 31 March 2025 (synthetic cohort)"
MART = """
    period_type varchar, period_start date, period_end date, breakdown varchar, category varchar, category_2 varchar,
    is_total boolean
"""
ROWS = """
    block varchar, is_latest varchar, series varchar, category varchar, ts date, period varchar, value double,
    value_text varchar, status_text varchar, source varchar, row_order integer, classification varchar,
    contract_version varchar
"""
FIGURES = """
    measure_label varchar, breakdown_label varchar, period varchar, value_text varchar, status_text varchar,
    source varchar, value double, classification varchar
"""
TABLES = {
    "prison_population": f"""{MART}, people bigint, people_percent double, published_value double,
        published_status varchar, published_source varchar, source_kind varchar, extract_as_at date""",
    "action_plan_targets": """period_type varchar, period_start date, period_end date, target integer, value double,
        unit varchar, value_status varchar, source_kind varchar, extract_as_at date""",
    "prison_places": """prison_code varchar, prison_name varchar, probation_region varchar, people bigint,
        source_kind varchar""",
    "dashboard_rows": ROWS,
    "dashboard_figures": FIGURES,
}
MART_KEY = ("period_type", "period_start", "period_end", "breakdown", "category", "category_2")
KEYS = {
    "prison_population": MART_KEY,
    "action_plan_targets": ("period_type", "period_start", "period_end", "target"),
    "prison_places": ("prison_code",),
    "dashboard_rows": ("block", "series", "category", "ts"),
    "dashboard_figures": ("measure_label", "breakdown_label", "period"),
}
UNITS = {
    "people": "people",
    "people_percent": "percent",
    "published_value": "people",
    "value": "in_unit_column",
    "row_order": "number",
}
ORDERS = {"dashboard_rows": "row_order"}
CLASSES = {"prison_places": "rebuilt"}


def is_dashboard(name: str) -> bool:
    """Whether the file is made for the platform alone: it has no CSV file, and its values no unit column."""
    return name.startswith("dashboard_")


class SmallFeed:
    """The feed in a folder, `warehouse.duckdb` beside it. Each method plants a fault or changes what is there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.v1, self.warehouse = folder, folder / "feed" / "v1", folder / "warehouse.duckdb"

    def sql(self, name: str, *statements: str) -> None:
        """Change the rows of a file, a table `t` to the statements, and write it again, with its CSV file."""
        with duckdb.connect() as connection:
            connection.execute(f"create table t as from read_parquet('{self.v1 / name}.parquet')")
            for statement in statements:
                connection.execute(statement)
            self._write(connection, "t", name)

    def sort(self, name: str, order: str) -> None:
        """Write the rows of a file in another order."""
        path = self.v1 / f"{name}.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"create table t as from read_parquet('{path}')")
            connection.execute(f"copy (from t order by {order}) to '{path}'")

    def _write(self, connection: duckdb.DuckDBPyConnection, table: str, name: str) -> None:
        order = ORDERS.get(name, "all")
        connection.execute(f"copy (from {table} order by {order}) to '{self.v1 / name}.parquet'")
        if not is_dashboard(name):
            connection.execute(f"copy (from {table} order by {order}) to '{self.v1 / name}.csv' (header)")

    def describe(self, *statements: str) -> None:
        """Change the warehouse."""
        with duckdb.connect(str(self.warehouse)) as connection:
            for statement in statements:
                connection.execute(statement)

    def csv(self, name: str, old: str, new: str) -> None:
        """Replace a text in a CSV file."""
        path = self.v1 / f"{name}.csv"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def json(self, path: str, change: Callable[[Any], object]) -> None:
        """Change a JSON file in place."""
        file = self.folder / "feed" / path
        content = json.loads(file.read_text()) if file.exists() else {}
        change(content)
        file.write_text(json.dumps(content))

    def define(self, change: Callable[[Any], object]) -> None:
        """Change the definition."""
        self.json("v1/ipp-dashboard.dpd.json", change)

    def visualise(self, number: int, change: Callable[[Any], object]) -> None:
        """Change one visualisation of the definition: 0 a table, 1 a time series, 2 a bar, 3 a scorecard."""
        self.define(lambda one: change(one["dashboard"][0]["section"][0]["visualisation"][number]))

    def index_files(self) -> None:
        """Write the hash and class of every file into the index."""
        feed = self.folder / "feed"
        files = [
            {
                "path": path.relative_to(feed).as_posix(),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "classification": "internal",
            }
            for path in sorted(self.v1.iterdir())
        ]
        self.json("index.json", lambda index: index.update(files=files))

    def screen(self, *stages: str, now: datetime = NOW, exceptions: tuple[ExceptionToCheck, ...] = ()) -> list[Finding]:
        """The findings of some stages, or of all."""
        sections = self.folder / "sections.yml"
        chosen = {name: check for name, check in STAGES.items() if name in stages or not stages}
        with open_feed(self.folder / "feed", self.warehouse, read_sections(sections).sections, now) as feed:
            return run_stages(feed, chosen, exceptions)

    def copy_to(self, folder: Path) -> SmallFeed:
        """The same feed in another folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return SmallFeed(folder)


def make_small_feed(folder: Path) -> SmallFeed:
    """The feed without a fault."""
    feed = SmallFeed(folder)
    feed.v1.mkdir(parents=True)
    (folder / "sections.yml").write_text(SECTIONS)
    with duckdb.connect() as connection:
        for name, columns in TABLES.items():
            connection.execute(f"create table {name} ({columns})")
        for table, rows in (
            ("prison_population", population_rows()),
            ("action_plan_targets", target_rows()),
            ("prison_places", [("BZI", "Bronzefield (HMP)", "South East", 40, "rebuilt")]),
            ("dashboard_rows", dashboard_rows()),
            (
                "dashboard_figures",
                [("People", "Total", "31 March 2025", "2,500", "synthetic", RECORDS, 2500, "synthetic")],
            ),
        ):
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into {table} values ({marks})", rows)
            feed._write(connection, table, table)
        make_warehouse(feed, connection)
        types = {name: {row[0]: row[1] for row in connection.execute(f"describe {name}").fetchall()} for name in TABLES}
    blocks = {row[0] for row in dashboard_rows()}
    held = dict.fromkeys(blocks, Held(len(QUARTERS), "31 March 2025", frozenset({"synthetic"})))
    definition = make_definition(read_sections(folder / "sections.yml"), types, held)
    (feed.v1 / "ipp-dashboard.dpd.json").write_text(json.dumps(definition))
    (feed.v1 / "changes.json").write_text(json.dumps({"marts": {}}))
    index = {
        "classification": "internal",
        "owner": "HMPPS IPP Progression",
        "contact": "A team",
        "methodology": "docs/marts.md",
        "next_release_due": "2025-07-31",
        "marts": {
            name: {"table": f"{schema_of(name)}.{name}", "classification": CLASSES.get(name, "synthetic")}
            for name in TABLES
        },
    }
    (folder / "feed" / "index.json").write_text(json.dumps(index))
    feed.index_files()
    return feed


def schema_of(name: str) -> str:
    """The schema of a file's table."""
    return "feed" if is_dashboard(name) else "marts"


def population_rows() -> list[tuple[Any, ...]]:
    """People in prison on each day, in all and by sex, status and prison. 40 are women, all in one prison."""
    rows: list[tuple[Any, ...]] = []
    for number, day in enumerate(QUARTERS):
        members = [
            ("total", "all", 2500),
            ("sex", "male", 2460),
            ("sex", "female", 40),
            ("custody_status", "unreleased", 1000 - 10 * number),
            ("custody_status", "recalled", 1500 + 10 * number),
            ("prison_code", "BZI", 40),
            ("prison_code", "not_recorded", 2460),
        ]
        for breakdown, category, people in members:
            start = ("as_at", day, day, breakdown, category, "all", breakdown == "total")
            is_published = breakdown == "total" and day == LAST
            published = (2500, "final", "omsq 2024-q4, Table 1") if is_published else (None, None, None)
            rows.append((*start, people, people / 25, *published, "synthetic", LAST))
    return rows


def target_rows() -> list[tuple[Any, ...]]:
    """Two targets: a share, and one without a figure."""
    return [
        ("as_at", LAST, LAST, 1, 79.5, "percent", "final", "synthetic", LAST),
        ("as_at", LAST, LAST, 2, None, "", "unavailable", "synthetic", LAST),
        ("as_at", LAST, LAST, 3, 4.0, "people", "final", "synthetic", LAST),
    ]


def dashboard_rows() -> list[tuple[Any, ...]]:
    """A table, a time series, a bar and a scorecard, between the two rows of the edge."""
    rows: list[tuple[Any, ...]] = []

    def add(block: str, series: str, category: str, day: date, value: float | None, **said: str) -> None:
        text = said.get("text") or f"{value:,.0f}"
        row = (block, str(day == LAST).lower(), series, category, day, f"{day.day} {day:%B %Y}", value, text)
        source, kind = said.get("source", RECORDS), said.get("kind", "synthetic")
        rows.append((*row, said.get("status", "synthetic"), source, len(rows), kind, "1"))

    for number, day in enumerate(QUARTERS):
        add("prison_by_status", "Unreleased", "People", day, 1000 - 10 * number)
        add("prison_by_status", "Recalled", "People", day, 1500 + 10 * number)
    for category, people in (("Prison", 2500), ("Community", 900), ("Hospital", 100), ("Total", 3500)):
        add("where_people_are", "Counted", category, LAST, people)
    published = {"source": "Offender management statistics, Table 1", "kind": "rebuilt"}
    add("where_people_are", "Published", "Prison", LAST, 2500, status="final", **published)
    add("where_people_are", "Published", "Hospital", LAST, None, text="[c]", status="suppressed", **published)
    for region, people in (("London", 600), ("North West", 250), ("Wales", 50)):
        add("by_region", "People", region, LAST, people)
    add("on_time", "Reports", "All reports", LAST, 84, text="84%")
    rows.sort(key=lambda row: row[4])
    placed = [_edge("First row"), *rows, _edge("Last row")]
    return [(*row[:10], place, *row[11:]) for place, row in enumerate(placed)]


def _edge(series: str) -> tuple[Any, ...]:
    """A row without a day and a number: a time series then says no number of another block beside its chart."""
    return ("edge", "false", series, "[z]", None, "[z]", None, "[z]", "not applicable", "[z]", 0, "internal", "1")


def make_warehouse(feed: SmallFeed, connection: duckdb.DuckDBPyConnection) -> None:
    """What the screener reads of the warehouse: dictionary, tables, code lists, prisons and releases."""
    connection.execute(f"attach '{feed.warehouse}' as made; create schema made.meta")
    connection.execute(
        """
        create table made.meta.dictionary (schema_name varchar, table_name varchar, column_name varchar,
            description varchar, label varchar, unit varchar, key_position integer);
        create table made.meta.tables
            (schema_name varchar, table_name varchar, also_called varchar[], caveats varchar[]);
        create table made.meta.categories (dimension varchar, code varchar, label varchar);
        insert into made.meta.categories values ('sex', 'male', 'Men'), ('sex', 'female', 'Women'),
            ('custody_status', 'unreleased', 'Unreleased'), ('custody_status', 'recalled', 'Recalled'),
            ('prison_code', 'BZI', 'Bronzefield'), ('prison_code', 'ACI', 'Acklington'),
            ('prison_code', 'not_recorded', 'Not recorded');
        create table made.meta.prisons (prison_code varchar, prison_name varchar, opened varchar, closed varchar);
        insert into made.meta.prisons values ('BZI', 'Bronzefield (HMP)', '2004', null),
            ('ACI', 'Acklington (HMP)', null, '2011-10');
        create table made.meta.releases (publication varchar, release_id varchar, title varchar, published_on date);
        insert into made.meta.releases values ('omsq', '2024-q4', 'Offender management statistics', '2025-04-24');
        """
    )
    for name in TABLES:
        schema, key = schema_of(name), KEYS[name]
        connection.execute("insert into made.meta.tables values (?, ?, [], ['Read this.'])", [schema, name])
        for row in connection.execute(f"describe {name}").fetchall():
            column = row[0]
            unit = "number" if is_dashboard(name) and column == "value" else UNITS.get(column, "text")
            label = column.replace("_", " ").capitalize()
            position = key.index(column) + 1 if column in key else None
            connection.execute(
                "insert into made.meta.dictionary values (?, ?, ?, ?, ?, ?, ?)",
                [schema, name, column, f"What {column} holds.", label, unit, position],
            )
    connection.execute("detach made")
