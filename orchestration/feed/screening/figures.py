"""Stage figures: values and statuses agree, numbers are numbers, people are whole and shares lie between 0 and 100."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from orchestration.feed.screening.dictionary import IN_UNIT_COLUMN, read_units
from orchestration.feed.screening.feed import DASHBOARD_ROWS, NUMBERS, DataFile, Feed, quote_name
from orchestration.feed.screening.findings import SHOWN_KEYS, Finding

STAGE = "figures"
NOT_TEXTS = ("na", "n/a", "null", "nan", ".", "..", "...", "-", "–", "~", ":", "#n/a")
"""Texts that stand for `no value` somewhere, in lower case. Ours are `[c]`, `[x]` and `[z]`."""
SYMBOLS = {"[c]": "suppressed", "[x]": "not available", "[z]": "not applicable"}
"""What stands where the dashboard has no number, and the status beside it."""
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
    dashboard = feed.file(DASHBOARD_ROWS)
    if dashboard and {"value", "value_text", "status_text"} <= set(dashboard.columns):
        yield from _check_dashboard(feed, dashboard)


def _check_statuses(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Values that are empty while their status says that they are not, and the other way round."""
    statuses = ", ".join(f"'{status}'" for status in VALUELESS + (BOUNDED if feed.kind == "pack" else ()))
    conditions = {
        value: f"({value} is null) <> ({status} is null or {status} in ({statuses}))"
        for value, status in (("value", "value_status"), ("published_value", "published_status"))
        if {value, status} <= set(file.columns)
    }
    # A change is a published figure too, in a column beside the level.
    if "published_change" in file.columns and "published_value" in conditions:
        conditions["published_value"] = conditions["published_value"].replace(
            "published_value is null", "coalesce(published_value, published_change) is null"
        )
    yield from _findings(feed, file, conditions, "value_as_status_says", "value and status do not agree",
                         f"leave the value empty exactly when the status is {', '.join(VALUELESS)}")  # fmt: skip


def _check_texts(feed: Feed) -> Iterator[Finding]:
    """Texts such as `N/A` or `-`."""
    for file, column, rows, texts in feed.find_texts(f"lower(trim(text)) in {NOT_TEXTS}"):
        yield Finding(STAGE, "no_value_as_text", "F", file.name, column, "a text stands for no value",
                      "leave the cell empty, or use the code of the code list", rows, texts)  # fmt: skip


def _check_types(file: DataFile) -> Iterator[Finding]:
    """Columns that count something but hold texts."""
    units = set(read_units()) | {IN_UNIT_COLUMN}
    for column, kind in file.columns.items():
        described = file.described.get(column)
        is_value = column in ("value", "published_value", "numerator", "denominator", "target_value")
        if kind == "VARCHAR" and (is_value or (described and described.unit in units - {"number", IN_UNIT_COLUMN})):
            yield Finding(STAGE, "number_as_text", "F", file.name, column, "the column of numbers holds texts",
                          "write numbers without symbols and separators, and cast the column to a number")  # fmt: skip


def _check_csv_numbers(feed: Feed, csv_file: DataFile) -> Iterator[Finding]:
    """Cells of a CSV file that are no numbers where its Parquet file has numbers. If it has none, all could be read."""
    pair = feed.file(csv_file.name)
    for column, kind in csv_file.columns.items():
        if pair is None or kind != "VARCHAR" or not pair.columns.get(column, "").startswith(NUMBERS):
            continue
        name, table = quote_name(column), f"csv.{quote_name(csv_file.name)}"
        cells = feed.rows(f"select {name} from {table} where {name} is not null and try_cast({name} as double) is null")
        if cells:
            yield Finding(STAGE, "symbol_in_number", "F", f"{csv_file.name}.csv", column, "cells are no plain numbers",
                          "write the number without symbols and separators, or leave the cell empty", len(cells),
                          tuple(str(row[0]) for row in cells[:SHOWN_KEYS]))  # fmt: skip


def _check_units(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """People that are not whole, and shares outside 0 to 100."""
    whole = [unit for unit, decimals in read_units().items() if decimals == 0]
    conditions = {SHARE: {}, "whole": {}}  # type: dict[str, dict[str, str]]
    for column in file.measures:
        described = file.described.get(column)
        unit = described.unit if described else ""
        name = quote_name(column)
        # A percentage can be of its rows only: `value` in a file with the column `unit`.
        in_rows = unit == IN_UNIT_COLUMN and column == "value" and "unit" in file.columns
        if unit == SHARE or in_rows:
            conditions[SHARE][column] = f"{name} not between 0 and 100" + (f" and unit = '{SHARE}'" if in_rows else "")
        if (unit in whole and not STATISTIC.match(column)) or in_rows:
            units = ", ".join(f"'{one}'" for one in whole)
            statistic = " and statistic = 'count'" if "statistic" in file.columns else ""
            conditions["whole"][column] = f"{name} <> floor({name})" + (
                f" and unit in ({units}){statistic}" if in_rows else ""
            )
    yield from _findings(feed, file, conditions[SHARE], "share_outside", "shares lie outside 0 to 100",
                         "correct the share, or its unit")  # fmt: skip
    yield from _findings(feed, file, conditions["whole"], "not_whole", "counts are not whole",
                         "count whole things, or correct the unit")  # fmt: skip


def _check_dashboard(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows of the dashboard whose value, text and status do not say the same."""
    symbols = ", ".join(f"'{symbol}'" for symbol in SYMBOLS)
    number = "try_cast(replace(rtrim(value_text, '%'), ',', '') as double)"
    decimals = "length(string_split(rtrim(value_text, '%'), '.')[2])"
    # A status says why there is no value; a position in words (`not met`) takes the place of the others.
    says = " ".join(f"when '{symbol}' then '{status}'" for symbol, status in SYMBOLS.items())
    conditions = {
        "value": f"(value is null) <> (value_text in ({symbols}))",
        "value_text": f"value is not null and ({number} is null or abs({number} - value) > 0.5 * power(10, -coalesce({decimals}, 0)) + 1e-9)",
        "status_text": f"""case when value_text in ({symbols}) then status_text <> case value_text {says} end
            else status_text in ('suppressed', 'not available', 'not applicable') end""",
    }
    said = {
        "value": ("value_as_text_says", "value and text do not agree",
                  "leave the value empty exactly where the text is [c], [x] or [z]"),
        "value_text": ("text_is_value", "the text shows another number than the value",
                       "make the text from the value"),
        "status_text": ("status_as_text_says", "status and text do not agree",
                        "use `suppressed` with [c], `not available` with [x] and `not applicable` with [z]"),
    }  # fmt: skip
    for column, condition in conditions.items():
        check, found, remedy = said[column]
        yield from _findings(feed, file, {column: condition}, check, found, remedy)
    shares = {"value": "ends_with(value_text, '%') and value not between 0 and 100"}
    yield from _findings(feed, file, shares, "share_outside", "shares lie outside 0 to 100", "correct the share")


def _findings(
    feed: Feed, file: DataFile, conditions: Mapping[str, str], check: str, found: str, remedy: str
) -> Iterator[Finding]:
    """A finding for each column whose condition rows meet."""
    for column, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield Finding(STAGE, check, "F", file.name, column, found, remedy, rows, keys)
