"""Stage sums: parts of a block add up, a figure in two files is the same, and no change is beyond its series.

The sums of the marts are proved in the warehouse (dbt test `adds_up`), so that only the blocks are added here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.feed.screening.breakdowns import TOTAL_LABEL
from orchestration.feed.screening.feed import DASHBOARD_ROWS, DataFile, Feed, quote_name, quote_text
from orchestration.feed.screening.findings import Finding, find, show_key
from orchestration.yaml_reader import read_yaml

SAME_FIGURES = Path(__file__).parent.parent / "same_figures.yml"
FEWEST_POINTS = 8
"""A series with fewer points has no range."""


def check_sums(feed: Feed) -> Iterator[Finding]:
    """Sums of the blocks, and figures that are in two places."""
    dashboard = feed.file(DASHBOARD_ROWS)
    if dashboard and {"block", "series", "category", "ts", "value"} <= set(dashboard.columns):
        yield from _check_parts(feed, dashboard)
        yield from _check_changes(feed, dashboard)
    for csv_file in feed.csv_files:
        yield from _check_csv(feed, csv_file)
    yield from _check_same_figures(feed)


def _check_parts(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Blocks whose parts do not add up to the row labelled as their total."""
    for part, beside in (("category", "series"), ("series", "category")):
        wrong = feed.rows(
            f"""
            select block, {beside}, ts,
                max(value) filter (where {part} = '{TOTAL_LABEL}') as total,
                sum(value) filter (where {part} <> '{TOTAL_LABEL}') as parts
            from {file.table} group by block, {beside}, ts
            having total <> parts and bool_and(value is not null) order by all
            """
        )
        for block in sorted({row[0] for row in wrong}):
            rows = [row for row in wrong if row[0] == block]
            shown = [f"{show_key(row[1:3])}: total {row[3]:g}, parts {row[4]:g}" for row in rows]
            yield find("parts_and_total", file.name, block, keys=shown, part=part)


def _check_changes(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Series whose latest change is larger than every change before."""
    wide = feed.rows(
        f"""
        with changes as (
            select block, series, category, ts, abs(value - lag(value) over line) as change,
                row_number() over (partition by block, series, category order by ts desc) as age
            from {file.table} where value is not null
            window line as (partition by block, series, category order by ts)
        )
        select block, series, category, max(change) filter (where age = 1) as latest,
            max(change) filter (where age > 1) as largest
        from changes group by block, series, category
        having count(*) >= {FEWEST_POINTS} and latest > largest order by all
        """
    )
    if wide:
        shown = [f"{show_key(row[:3])}: {row[3]:g} after at most {row[4]:g}" for row in wide]
        yield find("change_beyond_range", file.name, "value", keys=shown)


def _check_csv(feed: Feed, csv_file: DataFile) -> Iterator[Finding]:
    """CSV files whose columns or rows differ from those of their Parquet file."""
    file, name = feed.file(csv_file.name), f"{csv_file.name}.csv"
    if file is None:
        yield find("no_pair", name)
    elif list(csv_file.columns) != list(file.columns):
        yield find("columns_of_pair", name, columns=", ".join(file.columns))
    else:
        yield from _check_rows_of_pair(feed, file, f"csv.{quote_name(csv_file.name)}")


def _check_rows_of_pair(feed: Feed, file: DataFile, csv_table: str) -> Iterator[Finding]:
    """Rows that only one of the two files has. Fingerprints are compared first: rows are, if those differ."""
    # An empty text and no text are both an empty cell.
    cells = ", ".join(
        f"nullif({quote_name(one)}, '') as {quote_name(one)}" if kind == "VARCHAR" else quote_name(one)
        for one, kind in file.columns.items()
    )
    csv, parquet = f"select {cells} from {csv_table}", f"select {cells} from {file.table}"
    prints = [feed.rows(f"select count(*), sum(hash(one)) from ({rows}) as one")[0] for rows in (csv, parquet)]
    if prints[0] == prints[1]:
        return
    key = ", ".join(quote_name(one) for one in file.key or tuple(file.columns)[:1])
    differ = feed.rows(
        f"select distinct {key} from (({csv} except all {parquet}) union all ({parquet} except all {csv})) order by all"
    )
    yield find("rows_of_pair", f"{file.name}.csv", keys=differ)


def _check_same_figures(feed: Feed) -> Iterator[Finding]:
    """Figures that a block and a mart both hold but that differ."""
    entries: list[dict[str, Any]] = read_yaml(SAME_FIGURES)["same_figures"]
    for entry in entries:
        mart, dashboard = feed.file(entry["mart"]), feed.file(DASHBOARD_ROWS)
        if not mart or not dashboard:
            continue
        series = f" and series = {quote_text(entry['series'])}" if "series" in entry else ""
        differ = feed.rows(
            f"""
            with block as (
                select ts, category, sum(value) as value from {dashboard.table}
                where block = {quote_text(entry["block"])}{series} and category <> '{TOTAL_LABEL}'
                group by ts, category
            ),
            in_block as (select ts, sum(value) as value from block group by ts),
            in_mart as (
                select period_end as ts, sum({entry["measure"]}) as value from {mart.table}
                where {entry["where"]} group by period_end
            )
            select ts, in_block.value, in_mart.value from in_block inner join in_mart using (ts)
            where in_block.value <> in_mart.value order by all
            """
        )
        if differ:
            other = f"{entry['mart']}.{entry['measure']}"
            yield find("same_figure", DASHBOARD_ROWS, entry["block"], keys=differ, other=other)
