"""Figures about the sentence that no table spec reads, anywhere in a file.

Every cell of every sheet is searched for the names of the sentence (`sources/sentence_names.yml`). A name is about
figures when figures are beside it or in the rows or columns that it heads. Notes, contents and sentences that only
mention the sentence have no figures beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from orchestration.problems import Problem, counted
from orchestration.sources.spec import SentenceNames, Source, Symbols
from orchestration.workbooks.anchors import Region, matches_title
from orchestration.workbooks.notes import is_note
from orchestration.workbooks.periods import read_period
from orchestration.workbooks.symbols import read_cell
from orchestration.workbooks.tables import TableReading
from orchestration.workbooks.text import normalise, table_number, without_marks
from orchestration.workbooks.workbook import Cell, Workbook, address

Place = tuple[int, int]
"""Row and column of a cell, from 0."""

_LONGEST_LABEL = 20
"""Words of a label; the longest of a declared label is 14."""
_SHORTEST_SENTENCE = 6
"""Words of the shortest text that a full stop or a note mark makes a sentence or a note: `I.P.P.` is a label."""
_MENTIONS = re.compile(
    r"\b(?:includ|exclud|count|combin|refer|defin|see|note|other than|as well|also|part of|=)", re.IGNORECASE
)
"""A sentence that says how the sentence is counted among others, or where more of it is said."""
_NEARLY_A_FIGURE = re.compile(
    r"[~<>≤≥c.\s]*\d{1,3}(?:[, ]?\d{3})*(?:\.\d+)?\s*%?[a-z]?\s*(?:[\[(]\s*[^\])]+[\])]\s*)*\**", re.IGNORECASE
)
"""A number with any mark beside it: a figure that is not read because its mark is not declared counts, too."""
_NUMBER_IN_TEXT = re.compile(
    r"[-+~<>≤≥(£]*(?:(?:about|approx(?:imately)?\.?|around|over|under|up to)\s)?"
    r"\d[\d,.]*(?:\s?(?:-|to|/|–)\s?\d[\d,.]*)?\)?%?[†‡§#^~*]*"
    r"(?:\s+(?:per cent|million|thousand|people|prisoners|offenders|years?|months?|days?|\d+))*",
    re.IGNORECASE,
)
"""A figure in words and signs: `approx. 20`, `1.2 million`, `18 people`, `10-20`, `18/20`, `10 years 3 months`."""
_NO_FIGURE = re.compile(r"[\[(](?!notes? )[a-z]+[\])]|\(\d+\)|\.\.+|:", re.IGNORECASE)
"""What a publisher gives instead of a figure, declared or not; a number in brackets is below zero."""
_FIGURE_IN_TEXT = re.compile(
    r"(?<=[:;|=\s])(?<!section\s)(?<!table\s)(?<!note\s)(?<!s\.\s)(?<!cohort\s)(?<!part\s)(?<!phase\s)"
    r"(?!(?:19|20)\d\d$)\d[\d,.]*\s?%?$",
    re.IGNORECASE,
)
"""A name and its figure in one cell, as when the fields of a CSV are parted by semicolons."""


@dataclass(frozen=True)
class _Found:
    """A region with the names of the sentence in it and the figures of it that are not read."""

    region: Region
    table: TableReading | None
    names: list[Place]
    unread: set[Place]
    rows_read: set[int]

    @cached_property
    def _by_row(self) -> dict[int, set[int]]:
        """The columns of the unread figures by their row."""
        found: dict[int, set[int]] = {}
        for row, column in self.unread:
            found.setdefault(row, set()).add(column)
        return found

    @cached_property
    def _lowest(self) -> dict[int, int]:
        """The lowest row with an unread figure by column."""
        return {column: row for row, column in sorted(self.unread)}

    def has_beside(self, place: Place) -> bool:
        """Whether an unread figure is in the row of a name. A number in the first column numbers a list."""
        row, column = place
        return any(other > column or 0 < other < column for other in self._by_row.get(row, ()))

    def has_below(self, place: Place) -> bool:
        """Whether an unread figure is in a later row."""
        row, column = place
        return any(lowest > row and (other > 0 or column == 0) for other, lowest in self._lowest.items())

    def has_in_column(self, place: Place) -> bool:
        """Whether a name is among the headings of a table, above an unread figure in its column."""
        row, column = place
        return self._has_neighbour(row) and self._lowest.get(column, -1) > row

    def _has_neighbour(self, row: int) -> bool:
        """Whether a row holds more than one cell."""
        return sum(cell != "" for cell in self.region.sheet.rows[row]) > 1

    def has_under(self, place: Place) -> bool:
        """Whether a name is in a row of headings, right above an unread figure."""
        return self._has_neighbour(place[0]) and (place[0] + 1, place[1]) in self.unread


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
    for before, region in pairwise(with_tables):
        if id(region) not in readings and before.sheet is region.sheet and not _find(before, None, source).unread:
            whole = _find(replace(region, first=before.first), None, source)
            names = [place for place in whole.names if place[0] < before.end]
            above = [place for place in names if _covers_all(_text(whole.region, place))]
            problems += _problem(whole, above, source) if whole.unread else []
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
    if (
        read_cell(text, symbols) is not None
        or _NEARLY_A_FIGURE.fullmatch(text.strip())
        or _NO_FIGURE.fullmatch(text.strip())
    ):
        return True
    plain = without_marks(text)
    return bool(_NUMBER_IN_TEXT.fullmatch(plain)) and not read_period(plain, "any")


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
    if found.table is None and _FIGURE_IN_TEXT.search(_text(region, place).rstrip()):
        return True
    if found.has_beside(place) or found.has_in_column(place):
        return True
    heads_all = _is_label(_text(region, place)) or (found.table is None and _covers_all(_text(region, place)))
    return heads_all and found.has_below(place)


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
    words = len(text.split())
    return words < _SHORTEST_SENTENCE or (
        not text.rstrip().endswith(".") and not is_note(text) and words <= _LONGEST_LABEL
    )


def _covers_all(text: str) -> bool:
    """Whether a sentence above a table says that its figures are of the sentence: `… serving IPP only`."""
    return not is_note(text) and not _MENTIONS.search(text)


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
