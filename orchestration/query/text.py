"""How what was read is shown: pure functions from rows to text, for people (tables) and for programs (CSV, JSON).

Belongs here: formatting. Does not belong here: what is asked of the warehouse, and where the text goes.
"""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orchestration import csv_writer
from orchestration.problems import counted
from orchestration.query.table import Table

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from orchestration.query.catalogue import Column, Described, Members
    from orchestration.query.trace import Vintage

SOURCE_KINDS = {
    "official": "the publisher's own file",
    "rebuilt": "rebuilt workbook, not the official file",
    "transcribed": "transcribed from a published answer, report or minutes",
    "derived": "worked out here from published figures",
    "synthetic": "synthetic, not about real people",
    "synthetic_scaled": "synthetic, not about real people and not in their number",
}
MEMBERS_SHOWN = 20
"""How many members of one dimension `ipp describe` shows."""
UNIT_TEXTS = {
    **dict.fromkeys(("date", "time", "true_or_false", "text", "number"), ""),
    "code": "code",
    "in_unit_column": "unit in the column `unit`",
    "percent": "in per cent",
}
"""How `ipp describe` says a unit that is not a thing counted; the type of the column says those that are empty."""
PRECISIONS = {"month": " (the month is known, not the day)", "not_before": " or later", "not_after": " or earlier"}


def cell_text(value: Any) -> str:
    """A value for a person: whole numbers without a decimal point, days and times as ISO 8601, text on one line."""
    if value is None:
        return "null"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    text = _structured(value) if isinstance(value, bool | list | dict | tuple) else str(value)
    return "".join(character if character.isprintable() else " " for character in text)


def plain_table(table: Table) -> str:
    """A table as aligned text, numbers to the right, with a rule under the headings; ends without a line break."""
    texts = [table.columns, *([cell_text(value) for value in row] for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    numeric = numeric_columns(table)
    lines = [_aligned(row, widths, numeric) for row in texts]
    return "\n".join([lines[0], _aligned(["-" * width for width in widths], widths, numeric), *lines[1:]])


def fits(table: Table, width: int) -> bool:
    """Whether a drawn table is readable in a terminal: no column has to be narrower than its heading or 12 letters."""
    needed = [max(len(name), min(12, _widest(column))) for name, column in _columns(table)]
    return sum(needed) + 3 * len(needed) + 1 <= width


def record_lines(table: Table) -> list[str]:
    """Each row as lines of a column and its value, for a table with too many columns to draw."""
    widest = max((len(name) for name in table.columns), default=0)
    lines: list[str] = []
    for number, row in enumerate(table.rows, start=1):
        lines.append(f"row {number}")
        lines += [f"  {name:<{widest}}  {cell_text(value)}" for name, value in zip(table.columns, row, strict=True)]
    return lines


def first_sentence(text: str) -> str:
    """The first sentence of a description."""
    return re.split(r"(?<=[.:]) (?=[A-Z`])", " ".join(text.split()), maxsplit=1)[0].removesuffix(":")


def rich_table(table: Table) -> RichTable:
    """A table for a terminal. Cells are text, never markup: `[x]` is a symbol that publishers use."""
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable()
    for name, is_number in zip(table.columns, numeric_columns(table), strict=True):
        shown.add_column(Text(name), justify="right" if is_number else "left", overflow="fold")
    for row in table.rows:
        shown.add_row(*(Text(cell_text(value)) for value in row))
    return shown


def numeric_columns(table: Table) -> list[bool]:
    """Which columns hold numbers only; a column of nulls does not."""
    return [_all_numbers([value for value in column if value is not None]) for _, column in _columns(table)]


def _columns(table: Table) -> list[tuple[str, Sequence[Any]]]:
    """The name and the values of each column."""
    values: Sequence[Sequence[Any]] = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(table.columns)
    return list(zip(table.columns, values, strict=True))


def _widest(values: Sequence[Any]) -> int:
    """The length of the longest value as a person sees it."""
    return max((len(cell_text(value)) for value in values), default=0)


def csv_text(table: Table) -> str:
    """A table as CSV with a header row: exact values, null as an empty field, days as ISO 8601."""
    return csv_writer.csv_text(table.columns, ([_csv_value(value) for value in row] for row in table.rows))


def json_text(table: Table) -> str:
    """A table as a JSON list of objects, one a line: exact values, null as null, days as ISO 8601."""
    lines = (_structured(dict(zip(table.columns, row, strict=True))) for row in table.rows)
    return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n]\n" if table.rows else "[]\n"


def repeated_columns(columns: Sequence[str]) -> list[str]:
    """The column names that occur more than once: an object cannot hold two of one name."""
    return sorted({name for name in columns if columns.count(name) > 1})


def period_text(period_type: str, start: date, end: date) -> str:
    """A period in words: `as at 2025-03-31`, `quarter 2024-10-01 to 2024-12-31`."""
    if period_type == "as_at":
        return f"as at {end.isoformat()}"
    return f"{period_type.replace('_', ' ')} {start.isoformat()} to {end.isoformat()}"


def catalogue_lines(table: Table, width: int) -> list[str]:
    """The tables of `catalogue.tables` for a terminal: full name and rows on one line, what it holds on the next."""
    lines: list[str] = []
    for schema, name, rows, description in table.rows:
        lines += [f"{schema}.{name}  ({counted(rows, 'row')})", *_wrapped(description, width, 4)]
    return lines


def description_lines(described: Described, width: int | None = None) -> list[str]:
    """The page of a table: what it holds, its key, columns, members of its codes, caveats and example.

    Lines are wrapped to `width`; without it each paragraph is one line.
    """
    about = (
        ("Also called", described.also_called),
        ("Key", described.key),
        ("For", described.readers),
    )
    lines = [f"{described.name}, {counted(described.rows, 'row')}", *_wrapped(described.description, width, 2)]
    lines += [line for name, text in about if text for line in ("", *_wrapped(f"{name}: {text}", width, 2))]
    if described.caveats:
        lines += ["", "Take care"]
        lines += [line for caveat in described.caveats for line in _wrapped(f"* {caveat}", width, 2)]
    lines += ["", counted(len(described.columns), "column").capitalize()]
    lines += [line for column in described.columns for line in _column_lines(column, width)]
    if described.members:
        lines += ["", "Codes and what they mean"]
        lines += [line for members in described.members for line in _member_lines(members, width)]
    if described.example:
        lines += ["", "Example", *_wrapped(f'ipp sql "{described.example}"', width, 2)]
    return lines


def _column_lines(column: Column, width: int | None) -> Iterator[str]:
    """A column: name, label, type and unit on one line, what it means on the next."""
    never_empty = "" if column.is_nullable else "never empty"
    facts = [column.label, column.data_type, _unit_text(column), never_empty]
    yield from _wrapped(f"{column.name}  ({', '.join(filter(None, facts))})", width, 2)
    published = f'Published as "{column.published_label}".' if column.published_label else ""
    yield from _wrapped(" ".join(filter(None, (column.description, published))), width, 6)


def _unit_text(column: Column) -> str:
    """The unit of a column, for a person: `in months`, or every unit that its rows can have."""
    if column.units_of_rows:
        units = (_in_unit(unit).removeprefix("in ") for unit in column.units_of_rows)
        return f"in {' or '.join(units)}, depending on the measure of the row"
    return _in_unit(column.unit) if column.unit else ""


def _in_unit(unit: str) -> str:
    """A unit as `ipp describe` says it."""
    return UNIT_TEXTS.get(unit, f"in {unit.replace('_', ' ')}")


def _member_lines(members: Members, width: int | None) -> list[str]:
    """The members of a dimension: code and label, in their order; a long list is cut short."""
    shown = [code if code == label else f"{code} = {label}" for code, label in members.labels[:MEMBERS_SHOWN]]
    more = len(members.labels) - len(shown)
    rest = [f"and {more} more in meta.categories"] if more else []
    return _wrapped(f"{members.dimension}: {'; '.join([*shown, *rest])}", width, 2)


def _wrapped(text: str, width: int | None, indent: int) -> list[str]:
    """A paragraph as indented lines; long names are not broken."""
    joined = " ".join(text.split())
    if not joined:
        return []
    space = " " * indent
    if width is None:
        return [space + joined]
    return textwrap.wrap(
        joined, width, initial_indent=space, subsequent_indent=space, break_long_words=False, break_on_hyphens=False
    )


def figure_lines(measure: str, vintages: list[Vintage]) -> list[str]:
    """The lines of one figure: what it is, then each vintage from value to cell."""
    first = vintages[0]
    heading = " | ".join(
        (measure, first.breakdown or "total", period_text(first.period_type, first.period_start, first.period_end))
    )
    return [heading] + [line for vintage in vintages for line in _vintage_lines(vintage)]


def _vintage_lines(vintage: Vintage) -> list[str]:
    """One vintage: the value, then its source, one fact a line; what is not known is left out."""
    precision = PRECISIONS.get(vintage.published_on_precision or "", "")
    table = " ".join(part for part in (vintage.table_number, vintage.table_title) if part)
    place = (("file", vintage.source_file), ("sheet", vintage.source_sheet), ("cell", vintage.source_cell))
    facts = (
        ("release", f"{vintage.publication} {vintage.release_id}"),
        ("title", vintage.release_title),
        ("published on", vintage.published_on.isoformat() + precision),
        ("table", table),
        *place,
        ("source", SOURCE_KINDS.get(vintage.source_kind, vintage.source_kind)),
        ("address", vintage.source_url),
        ("notes", vintage.note_texts),
        ("citation", vintage.citation),
    )
    return [_value_line(vintage)] + [f"      {name:<13} {cell_text(text)}" for name, text in facts if text]


def _value_line(vintage: Vintage) -> str:
    """`1012 people, final (latest vintage)`; without a value, the status is shown."""
    value = f"{cell_text(vintage.value)} {vintage.unit}" if vintage.value is not None else "no value"
    qualified = " ".join(part for part in (vintage.qualifier, value) if part)
    latest = " (latest vintage)" if vintage.is_latest else ""
    return f"  {qualified}, {vintage.value_status.replace('_', ' ')}{latest}"


def _aligned(texts: Sequence[str], widths: list[int], numeric: list[bool]) -> str:
    cells = (
        text.rjust(width) if is_number else text.ljust(width)
        for text, width, is_number in zip(texts, widths, numeric, strict=True)
    )
    return "  ".join(cells).rstrip()


def _all_numbers(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(one, int | float | Decimal) and not isinstance(one, bool) for one in values)


def _csv_value(value: Any) -> Any:
    """A value as the CSV writer takes it: a list or structure as JSON."""
    return _structured(value) if isinstance(value, list | dict | tuple) else value


def _structured(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """A value in the types JSON has, exactly: what it has no form for becomes text."""
    if isinstance(value, dict):
        return {cell_text(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value if isinstance(value, str | int | float | None) else str(value)
