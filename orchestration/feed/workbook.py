"""The accessible workbook of the internal feed: one sheet for each block of the dashboard, from the finished warehouse.

Belongs here: what a sheet of a block says. Does not belong here: how a workbook is drawn
(`orchestration.external.accessible_workbook`), which rows a block has (the models of the feed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from orchestration.editions.files import write_durably
from orchestration.external.accessible_workbook import Cell, Cover, Sheet, Workbook, sheet_name, to_xlsx
from orchestration.external.workbook_words import (
    CONTACT,
    LICENCE,
    SYNTHETIC,
    all_symbols,
    day_in_words,
    legend,
    number,
)
from orchestration.feed.sections import SECTIONS, read_sections
from orchestration.problems import CheckFailed

FILE = "ipp.xlsx"
HEADINGS = {
    "series": "Series",
    "category": "Category",
    "period": "Period",
    "value": "Figure",
    "status_text": "Status",
    "source": "Source",
}
"""The columns of a sheet, and their headings where the dashboard gives none."""
ROWS = """
select block, series, category, period, value, value_text, status_text, source, classification
from feed.dashboard_rows
where block <> 'edge' -- its two rows are for the platform alone
order by block, ts, row_order
"""
BUILT_AT = "select built_at from meta.publication"
ROUNDED = 1
"""Decimals of a figure that is not whole."""


@dataclass(frozen=True)
class Block:
    """What the dashboard says of a block: its section, heading, description, unit and the headings of its columns."""

    block: str
    section: str
    title: str
    description: str
    unit: str
    headings: Mapping[str, str]


def write_workbook(warehouse: Path, folder: Path, sections: Path = SECTIONS) -> Path:
    """Write `ipp.xlsx` into a folder and return its path.

    Raises CheckFailed when the rows have a block that no visualisation of `sections` shows, and SpecError if that file
    is not what it should be.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        result = connection.execute(ROWS)
        columns = [column[0] for column in result.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
        ((built_at,),) = connection.execute(BUILT_AT).fetchall()
    path = folder / FILE
    write_durably(path, to_xlsx(feed_workbook(rows, read_blocks(sections), built_at)))
    return path


def read_blocks(sections: Path = SECTIONS) -> list[Block]:
    """The blocks of the dashboard in the order of its sections, each as the first visualisation that shows it says.

    Raises SpecError if the file is not what it should be.
    """
    blocks: dict[str, Block] = {}
    for section in read_sections(sections).sections:
        for shown in section.visualisations:
            headings = {**shown.columns}
            headings["value"] = headings.pop("value_text", headings.get("value", HEADINGS["value"]))
            block = Block(
                *(shown.block, section.display, shown.display, section.description, shown.unit),
                {**HEADINGS, **{name: text for name, text in headings.items() if name in HEADINGS}},
            )
            blocks.setdefault(block.block, block)
    return list(blocks.values())


def feed_workbook(rows: Sequence[Mapping[str, Any]], blocks: Sequence[Block], built_at: datetime) -> Workbook:
    """The workbook of the feed. `rows` are those of ROWS. A block without rows has no sheet.

    Raises CheckFailed when a row is of a block that `blocks` does not have.
    """
    of_block = {block: list(found) for block, found in groupby(rows, key=lambda row: str(row["block"]))}
    unknown = sorted(of_block.keys() - {block.block for block in blocks})
    if unknown:
        where = "feed.dashboard_rows has blocks that no visualisation of sections.yml shows"
        raise CheckFailed([f"{where}: {', '.join(unknown)}; add a visualisation for each, or remove its model"])
    shown = [block for block in blocks if block.block in of_block]
    return Workbook(
        title="IPP Dashboard: all figures",
        created=built_at,
        cover=Cover(
            introduction=(
                f"Publication date: {day_in_words(built_at.date())}.",
                "Official-sensitive. For HMPPS only: small counts are shown. The external pack is for everybody else.",
                "One sheet for each table or chart of the IPP Dashboard, in its order, with every period.",
            ),
            about=(
                "People serving imprisonment for public protection (IPP) or detention for public protection (DPP).",
                "Each row names its source: a publication, or the extract that the figure was counted from.",
                all_symbols(),
                *((SYNTHETIC,) if any(row["classification"] == "synthetic" for row in rows) else ()),
                *LICENCE,
            ),
            contact=CONTACT,
        ),
        sheets=tuple(_sheet(place, block, of_block[block.block]) for place, block in enumerate(shown, 1)),
    )


def _sheet(place: int, block: Block, rows: Sequence[Mapping[str, Any]]) -> Sheet:
    """The sheet of one block; a column that is empty in every row is left out."""
    kept = [name for name in HEADINGS if name == "value" or any(row[name] for row in rows)]
    cells = tuple(tuple(_cell(row, name) for name in kept) for row in rows)
    is_synthetic = any(row["classification"] == "synthetic" for row in rows)
    return Sheet(
        name=sheet_name(f"{place} {block.block}"),
        title=f"{block.section}: {block.title}",
        subtitles=(f"Unit: {block.unit}.", *((SYNTHETIC,) if is_synthetic else ())),
        columns=tuple(block.headings[name] for name in kept),
        rows=cells,
        notes=(block.description,),
        legend=legend(cell for row in cells for cell in row),
    )


def _cell(row: Mapping[str, Any], name: str) -> Cell:
    """One cell: a number where there is one, else the text a person sees. No cell is empty."""
    if name == "value":
        return str(row["value_text"]) if row["value"] is None else number(round(row["value"], ROUNDED))
    return str(row[name]) or "[z]"
