"""Figures about the sentence that no table spec reads, anywhere in a file.

Every cell of every sheet is searched for the names of the sentence (`sources/sentence_names.yml`). A name is about
figures when figures are beside it or in the rows or columns that it heads. Notes, contents and sentences that only
mention the sentence have no figures beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.problems import Problem, counted
from orchestration.sources.spec import SentenceNames, Source, Symbols
from orchestration.workbooks.anchors import Region, matches_title
from orchestration.workbooks.notes import is_note
from orchestration.workbooks.symbols import read_cell
from orchestration.workbooks.tables import TableReading
from orchestration.workbooks.text import normalise, table_number
from orchestration.workbooks.workbook import Cell, Workbook, address

Place = tuple[int, int]
"""Row and column of a cell, from 0."""

_LONGEST_LABEL = 20
"""Words of a label; the longest of a declared label is 14."""
_NEARLY_A_FIGURE = re.compile(
    r"[~<>≤≥c.\s]*\d{1,3}(?:[, ]?\d{3})*(?:\.\d+)?\s*%?[a-z]?\s*(?:[\[(]\s*[^\])]+[\])]\s*)*\**", re.IGNORECASE
)
"""A number with any mark beside it: a figure that is not read because its mark is not declared counts, too."""
_FIGURE_IN_TEXT = re.compile(r"[:;|=\t]\s*(?!(?:19|20)\d\d\s*$)\d[\d,.]*\s*%?\s*$")
"""A name and its figure in one cell, as when the fields of a CSV are parted by semicolons."""


@dataclass(frozen=True)
class _Found:
    """A region with the names of the sentence in it and the figures of it that are not read."""

    region: Region
    table: TableReading | None
    names: list[Place]
    unread: set[Place]
    rows_read: set[int]

    def has_beside(self, place: Place) -> bool:
        """Whether an unread figure is in the row of a name. A number in the first column numbers a list."""
        return any(row == place[0] and (column > place[1] or 0 < column < place[1]) for row, column in self.unread)

    def has_below(self, place: Place) -> bool:
        """Whether an unread figure is in a later row."""
        return any(row > place[0] and (column > 0 or place[1] == 0) for row, column in self.unread)

    def has_under(self, place: Place) -> bool:
        """Whether a name is in a row of headings, right above an unread figure."""
        has_neighbour = sum(cell != "" for cell in self.region.sheet.rows[place[0]]) > 1
        return has_neighbour and (place[0] + 1, place[1]) in self.unread


def unread_figures(
    workbook: Workbook, release: str, regions: Iterable[Region], tables: Iterable[TableReading], source: Source
) -> list[Problem]:
    """The problems of figures about the sentence that are neither read nor declared as not needed, one a table.

    `regions` are those of the sheets that hold tables, `tables` those of them that are read.
    """
    with_tables, readings = list(regions), {id(table.region): table for table in tables}
    problems = []
    for region in with_tables:
        found = _find(region, readings.get(id(region)), source)
        problems += _problem(found, [place for place in found.names if _is_about_unread(found, place)], source)
    sheets = {normalise(sheet.name) for sheet in workbook.sheets}
    for region in _front_matter(workbook, release, with_tables):
        found = _find(region, None, source)
        names = [place for place in found.names if not _is_entry(region, place, sheets)]
        about = [place for place in names if found.has_beside(place) or found.has_under(place)]
        problems += _problem(found, about, source)
    return problems


def names_sentence(text: str, known: SentenceNames) -> bool:
    """Whether a text names the sentence."""
    plain = unicodedata.normalize("NFKC", normalise(text)).casefold()
    for other in known.other_meanings:
        plain = re.sub(other.says, " ", plain)
    return any(re.search(name.says, plain) for name in known.names)


def _front_matter(workbook: Workbook, release: str, regions: list[Region]) -> list[Region]:
    """The sheets that hold no table, each as one region: figures can be on a sheet named Notes."""
    with_tables = {id(region.sheet) for region in regions}
    return [
        Region(release, workbook.file, sheet, sheet.name, 0, len(sheet.rows))
        for sheet in workbook.sheets
        if id(sheet) not in with_tables
    ]


def _is_entry(region: Region, place: Place, sheets: set[str]) -> bool:
    """Whether a name is in the title of a table in a list of contents: numbers beside it are of pages or sheets."""
    row = region.sheet.rows[place[0]]
    return bool(table_number(_text(region, place))) or any(normalise(str(cell)) in sheets for cell in row if cell != "")


def _find(region: Region, table: TableReading | None, source: Source) -> _Found:
    """The names of the sentence in a region, and its figures that are not read."""
    cells = [(place, region.cell(*place)) for place in region.held_cells(max(region.first - 1, 0))]
    texts = {cell for _, cell in cells if isinstance(cell, str)}
    naming = {text for text in texts if names_sentence(text, source.sentence)}
    names = [place for place, cell in cells if cell in naming]
    if not names and (table or not _is_named(region, source)):
        return _Found(region, table, names, set(), set())
    symbols = source.symbols_of(table.spec) if table else source.families[source.symbols]
    published = {text for text in texts if _is_figure(text, symbols)}
    figures = {place for place, cell in cells if cell in published or _is_number(cell)}
    if not table:
        return _Found(region, table, names, figures, set())
    cells_read = {observation.cell for observation in table.observations}
    read = {place for place in figures if address(*place) in cells_read}
    rows = {row for row, _ in read}
    return _Found(region, table, names, figures - read - _read_past(table, figures, rows), rows)


def _is_named(region: Region, source: Source) -> bool:
    """Whether the title or the sheet of a region names the sentence."""
    return any(names_sentence(text, source.sentence) for text in (region.title, region.sheet.name))


def _is_figure(text: str, symbols: Symbols) -> bool:
    """Whether a text is a figure, or what the publisher gives instead of one."""
    return read_cell(text, symbols) is not None or bool(_NEARLY_A_FIGURE.fullmatch(text.strip()))


def _is_number(cell: Cell) -> bool:
    """Whether a cell holds a number."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _read_past(table: TableReading, figures: set[Place], rows: set[int]) -> set[Place]:
    """The figures of a table that are read past for a declared reason: changes, parts of a total, labels in figures.
    `rows` are those that are read.
    """
    headings, parts = table.headings, table.parts
    labels = {*headings.labels, *headings.undeclared}
    past = {place for place in figures if place[1] in headings.ignored or place[0] in parts}
    return past | {(row, column) for row, column in figures if row in rows and column in labels}


def _is_about_unread(found: _Found, place: Place) -> bool:
    """Whether a name of the sentence in a region with a table is about figures that are not read."""
    region, row = found.region, place[0]
    if place == (region.first - 1, 0):
        return found.table is None and bool(found.unread)
    if found.table and _is_read_past(found.table, place):
        return True
    if row in found.rows_read:
        return found.has_beside(place)
    if found.table is None and _FIGURE_IN_TEXT.search(_text(region, place)):
        return True
    return found.has_beside(place) or (_is_label(_text(region, place)) and found.has_below(place))


def _is_read_past(table: TableReading, place: Place) -> bool:
    """Whether a name is where a table is skipped, or over figures as a heading that its spec does not read."""
    headings, (row, column) = table.headings, place
    if not headings.rows:  # not found: the table has a problem that says so
        return False
    if row < headings.rows[0]:
        return any(value.column == column for value in headings.values)
    if row <= headings.row:
        return column in headings.ignored or column in headings.undeclared
    return column in headings.ignored or (column in headings.undeclared and row in table.parts)


def _is_label(text: str) -> bool:
    """Whether a text can be the label of figures: no sentence and no note."""
    return not text.rstrip().endswith(".") and not is_note(text) and len(text.split()) <= _LONGEST_LABEL


def _text(region: Region, place: Place) -> str:
    """The text of a cell."""
    return str(region.cell(*place))


def _problem(found: _Found, about: list[Place], source: Source) -> list[Problem]:
    """The problem of a region with names that are about unread figures; none where it is known for another reason."""
    region, table = found.region, found.table
    is_reported = bool(table.problems) if table else bool(re.search(source.must_be_mapped, region.title))
    is_declared = any(matches_title(region.title, known.title) for known in source.not_needed)
    in_name = table is None and _is_named(region, source) and bool(found.unread)
    if is_reported or is_declared or not (about or in_name):
        return []
    said = repr(_text(region, about[0])) if about else f"the sheet {region.sheet.name!r}"
    more = f", and the sentence in {counted(len(about) - 1, 'more cell')}" if len(about) > 1 else ""
    folder = f"orchestration/sources/{source.publication}"
    remedy = f"write a spec under {folder}/tables, or declare the table as not_needed in source.yml"
    expected = "a spec that reads every figure about the sentence"
    return [region.problem(about[0] if about else None, expected, f"{said} with figures that none reads{more}", remedy)]
