"""The workbooks of the external pack: one for each topic beside its CSV file, and the annual report.

They are made from the finished pack (`ipp-external.duckdb`) alone, so they cannot hold a count that it suppresses. The
same pack gives the same bytes.

Belongs here: which sheets, columns and lines a topic's workbook has. Does not belong here: what is suppressed
(`control`), how a workbook is drawn (`accessible_workbook`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.editions.files import write_durably
from orchestration.external import annual_report
from orchestration.external.accessible_workbook import Cell, Cover, Sheet, Workbook, sheet_name, to_xlsx
from orchestration.external.workbook_words import (
    CONTACT,
    LICENCE,
    SYNTHETIC,
    all_symbols,
    breakdown_in_words,
    day_in_words,
    kinds_in_words,
    legend,
    number,
    period_in_words,
    sentence,
    status_in_words,
)
from orchestration.query.reading import ask

if TYPE_CHECKING:
    from orchestration.query.table import Table

FIGURES = """
select
    figures.*,
    measures.id as measure_id,
    measures.measure as title,
    measures.definition,
    coalesce(measures.caveat, '') as caveat,
from counted.figures as figures
inner join meta.measures as measures on figures.measure = measures.key
order by
    figures.topic,
    measures.id,
    figures.statistic,
    figures.breakdown,
    case figures.period_type
        when 'as_at' then 1 when 'month' then 2 when 'quarter' then 3 when 'calendar_year' then 4 else 5
    end,
    figures.period_start,
    figures.period_end
"""
MEASURES = "select id, measure from meta.measures"
MEMBERS = "select dimension, code, label from meta.categories"
RELEASES = "select max(published_on) from meta.releases"
SHARES = frozenset({"percent"})
ROUNDED = 1
"""Decimals of what is no count, as in the text of the pack."""
COLUMNS = (
    *("Statistic", "Breakdown", "Group", "Period", "Figure", "Unit", "Part counted", "Out of", "Status"),
    "Kind of source",
)
SAID_ABOVE = frozenset({"Statistic", "Breakdown", "Unit", "Part counted", "Out of", "Status", "Kind of source"})
"""Columns that become a line above the table where every row says the same."""


def write_workbooks(pack_file: Path, folder: Path) -> list[Path]:
    """Write a workbook for each topic of a finished pack, and the annual report, into a folder. Returns their paths.

    Raises CheckFailed when the pack lacks a table that they are made from.
    """
    with duckdb.connect(str(pack_file), read_only=True) as connection:
        books = {f"{topic}.xlsx": to_xlsx(book) for topic, book in topic_workbooks(connection).items()}
        report = annual_report.workbook(annual_report.read(connection))
    books[annual_report.FILE] = to_xlsx(report)
    for name, content in books.items():
        write_durably(folder / name, content)
    return [folder / name for name in books]


def topic_workbooks(connection: duckdb.DuckDBPyConnection) -> dict[str, Workbook]:
    """The workbook of each topic of a pack, by topic."""
    rows = _rows(ask(connection, FIGURES))
    titles: dict[str, str] = dict(ask(connection, MEASURES).rows)
    labels = {(dimension, code): label for dimension, code, label in ask(connection, MEMBERS).rows}
    ((newest_release_on,),) = ask(connection, RELEASES).rows
    return {
        topic: topic_workbook(topic, list(of_topic), titles, labels, newest_release_on)
        for topic, of_topic in groupby(rows, key=lambda row: str(row["topic"]))
    }


def topic_workbook(
    topic: str,
    rows: Sequence[Mapping[str, Any]],
    titles: Mapping[str, str],
    labels: Mapping[tuple[str, str], str],
    newest_release_on: date,
) -> Workbook:
    """The workbook of one topic: a sheet for each measure. `rows` are in the order of FIGURES; `titles` gives the title
    of a measure by its id, `labels` the name of a member by dimension and code.
    """
    name = sentence(topic)
    extract_as_at = max(row["extract_as_at"] for row in rows)
    newest = max(newest_release_on, extract_as_at)
    measures = [list(of_measure) for _, of_measure in groupby(rows, key=lambda row: str(row["measure"]))]
    return Workbook(
        title=f"{name}: figures on people serving an IPP or DPP sentence",
        created=datetime.combine(newest, time()),
        cover=Cover(
            introduction=(
                f"Publication date of the newest release used: {day_in_words(newest_release_on)}.",
                f"Counted from records as they were on {day_in_words(extract_as_at)}.",
                f"The file {topic}.csv beside this workbook has the same figures for programs.",
            ),
            about=(
                "People serving imprisonment for public protection (IPP) or detention for public protection (DPP).",
                "Small counts are suppressed to protect people. So are counts from which a small one follows.",
                "A share whose parts are suppressed is given as a bound, such as more than 90%.",
                all_symbols(),
                "Kinds of source in this workbook:",
                *kinds_in_words(row["source_kind"] for row in rows),
                *((SYNTHETIC,) if _is_synthetic(rows) else ()),
                *LICENCE,
            ),
            contact=CONTACT,
        ),
        sheets=tuple(measure_sheet(place, of_measure, titles, labels) for place, of_measure in enumerate(measures, 1)),
    )


def measure_sheet(
    place: int, rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str], labels: Mapping[tuple[str, str], str]
) -> Sheet:
    """The sheet of one measure. A value that every row shares is above the table."""
    cells = [_cells(row, labels) for row in rows]
    same = {name: one[0] for name, *one in zip(COLUMNS, *cells, strict=True) if name in SAID_ABOVE and len({*one}) == 1}
    kept = [column for column, name in enumerate(COLUMNS) if name not in same]
    first = rows[0]
    shown = tuple(tuple(one[column] for column in kept) for one in cells)
    said = {name: cell for name, cell in same.items() if cell != "[z]"}
    above = ". ".join(f"{name}: {cell}" for name, cell in said.items())
    return Sheet(
        name=sheet_name(f"{place} {first['measure']}"),
        title=first["title"],
        subtitles=tuple(filter(None, (f"{above}." if above else "", SYNTHETIC if _is_synthetic(rows) else ""))),
        columns=tuple(COLUMNS[column] for column in kept),
        rows=shown,
        notes=tuple(_without_ids(text, titles) for text in (first["definition"], first["caveat"]) if text),
        source=f"Published for: {'; '.join(sorted({row['reader'] for row in rows}))}.",
        legend=legend([*said.values(), *(cell for row in shown for cell in row)]),
    )


def _cells(row: Mapping[str, Any], labels: Mapping[tuple[str, str], str]) -> tuple[Cell, ...]:
    """A figure as a row of its sheet; no cell is empty."""
    is_share = row["denominator"] is not None or row["numerator"] is not None or row["unit"] in SHARES
    withheld = "[c]" if row["value_status"] in ("suppressed", "bounded") else "[x]"
    part, whole = (
        (withheld if is_share else "[z]") if row[name] is None else row[name] for name in ("numerator", "denominator")
    )
    return (
        sentence(row["statistic"]),
        *breakdown_in_words(row["breakdown"], labels),
        period_in_words(row["period_start"], row["period_end"]),
        row["value_text"] if row["value"] is None else number(round(row["value"], ROUNDED)),
        row["unit"],
        part,
        whole,
        status_in_words(row["value_status"]),
        row["source_kind"],
    )


def _without_ids(text: str, titles: Mapping[str, str]) -> str:
    """A definition with the title of each measure instead of its id: `Of A01` as `Of "IPP prison population, all"`."""
    return re.sub(
        r"\b[A-Z]\d\d\b", lambda found: f'"{titles[found[0]]}"' if found[0] in titles else str(found[0]), text
    )


def _is_synthetic(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any figure was counted from synthetic records."""
    return any(str(row["source_kind"]).startswith("synthetic") for row in rows)


def _rows(table: Table) -> list[dict[str, Any]]:
    """The rows of a table by column name."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
