"""Stage figures: values and statuses agree, numbers are numbers, people are whole and shares lie between 0 and 100."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from orchestration.feed.screening.dictionary import IN_UNIT_COLUMN
from orchestration.feed.screening.feed import DASHBOARD, NUMBERS, DataFile, Feed, quote_name
from orchestration.feed.screening.findings import Finding, find
from orchestration.feed.units import read_units

NOT_TEXTS = ("na", "n/a", "null", "nan", ".", "..", "...", "-", "–", "~", ":", "#n/a")
"""Texts that mean `no value` somewhere, in lower case. Ours are `[c]`, `[x]` and `[z]`."""
SYMBOLS = {"[c]": "suppressed", "[x]": "not available", "[z]": "not applicable"}
"""What is where the dashboard has no number, and the status beside it."""
VALUELESS = ("suppressed", "unavailable", "not_applicable")
BOUNDED = ("bounded",)
"""In the external pack, a figure of which only a bound is given has no value."""
SHARE = "percent"
STATISTIC = re.compile(r"(mean|median|lower|upper|rate)_")
"""How the name of a measure begins that is in people or events but no count of them."""


def check_figures(feed: Feed) -> Iterator[Finding]:
    """Values of every file."""
    yield from _check_texts(feed)
    for file in feed.files:
        yield from _check_statuses(feed, file)
        yield from _check_types(file)
        yield from _check_units(feed, file)
    for csv_file in feed.csv_files:
        yield from _check_csv_numbers(feed, csv_file)
    for name in DASHBOARD:
        dashboard = feed.file(name)
        if dashboard and {"value", "value_text", "status_text"} <= set(dashboard.columns):
            yield from _check_dashboard(feed, dashboard)


def _check_statuses(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Values that are empty while their status says that they are not, and the other way round."""
    valueless = VALUELESS + (BOUNDED if feed.kind == "pack" else ())
    conditions = {
        value: f"({value} is null) <> ({status} is null or {status} in {valueless})"
        for value, status in (("value", "value_status"), ("published_value", "published_status"))
        if {value, status} <= set(file.columns)
    }
    yield from _find(feed, file, "value_as_status_says", conditions)


def _check_texts(feed: Feed) -> Iterator[Finding]:
    """Texts such as `N/A` or `-`."""
    for file, column, rows, texts in feed.find_texts(f"lower(trim(text)) in {NOT_TEXTS}"):
        yield find("no_value_as_text", file.name, column, rows, texts)


def _check_types(file: DataFile) -> Iterator[Finding]:
    """Columns that count something but hold texts."""
    units = set(read_units().of_measures) | {IN_UNIT_COLUMN}
    for column, kind in file.columns.items():
        described = file.described.get(column)
        is_value = column in ("value", "published_value", "numerator", "denominator", "target_value")
        if kind == "VARCHAR" and (is_value or (described and described.unit in units - {"number", IN_UNIT_COLUMN})):
            yield find("number_as_text", file.name, column)


def _check_csv_numbers(feed: Feed, csv_file: DataFile) -> Iterator[Finding]:
    """Cells of a CSV file that are no numbers where its Parquet file has numbers. If it has none, all could be read."""
    pair = feed.file(csv_file.name)
    for column, kind in csv_file.columns.items():
        if pair is None or kind != "VARCHAR" or not pair.columns.get(column, "").startswith(NUMBERS):
            continue
        name, table = quote_name(column), f"csv.{quote_name(csv_file.name)}"
        cells = feed.rows(f"select {name} from {table} where {name} is not null and try_cast({name} as double) is null")
        if cells:
            yield find("symbol_in_number", f"{csv_file.name}.csv", column, keys=cells)


def _check_units(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Counts that are not whole, and shares outside 0 to 100."""
    whole = read_units().whole
    units = {column: file.described[column].unit for column in file.measures if column in file.described}
    shares = {column: f"{quote_name(column)} not between 0 and 100" for column, unit in units.items() if unit == SHARE}
    counts = {
        column: f"{quote_name(column)} <> floor({quote_name(column)})"
        for column, unit in units.items()
        if unit in whole and not STATISTIC.match(column)
    }
    if units.get("value") == IN_UNIT_COLUMN and "unit" in file.columns:
        is_count = "statistic = 'count' and " if "statistic" in file.columns else ""
        shares["value"] = f"unit = '{SHARE}' and value not between 0 and 100"
        counts["value"] = f"{is_count}unit in {whole} and value <> floor(value)"
    yield from _find(feed, file, "share_outside", shares)
    yield from _find(feed, file, "not_whole", counts)


def _check_dashboard(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows of the dashboard whose value, text and status do not say the same."""
    symbols, statuses = tuple(SYMBOLS), tuple(SYMBOLS.values())
    # A published figure can have a qualifier before it: `about 7%`.
    shown = "regexp_replace(value_text, '^[a-z ]+|,|%$', '', 'g')"
    number, decimals = f"try_cast({shown} as double)", f"coalesce(length(string_split({shown}, '.')[2]), 0)"
    # The text shows the value rounded to its decimals; the last part is for how a computer holds 0.05.
    differs = f"abs({number} - value) > 0.5 * power(10, -{decimals}) + 1e-9"
    # Beside [z] there can be a position in words: an action without a figure is open or done.
    says = f"""case value_text when '[c]' then status_text <> 'suppressed'
        when '[x]' then status_text <> 'not available'
        when '[z]' then status_text in ('suppressed', 'not available', 'final') else status_text in {statuses} end"""
    yield from _find(feed, file, "value_as_text_says", {"value": f"(value is null) <> (value_text in {symbols})"})
    yield from _find(
        feed,
        file,
        "text_is_value",
        {"value_text": f"value is not null and value_text not in {symbols} and ({number} is null or {differs})"},
    )
    yield from _find(feed, file, "status_as_text_says", {"status_text": says})
    yield from _find(
        feed, file, "share_outside", {"value": "ends_with(value_text, '%') and value not between 0 and 100"}
    )


def _find(feed: Feed, file: DataFile, check: str, conditions: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each column whose condition rows meet."""
    for column, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield find(check, file.name, column, rows, keys)
