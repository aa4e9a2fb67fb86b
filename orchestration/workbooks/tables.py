"""Read one table: its rows by their labels or by their place in a block, its figures by row and column.

Every row, column and figure of the table must be one the spec declares, exactly once; everything else is reported at
once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from orchestration.problems import Problem
from orchestration.sources.spec import TOTAL, Block, BlockRows, LabelColumn, NewMembers, Symbols, TableSpec
from orchestration.workbooks.anchors import Headings, Region, ValueColumn, find_headings, find_member
from orchestration.workbooks.marks import not_understood, status_of_table
from orchestration.workbooks.notes import is_note, notes_below, texts_of
from orchestration.workbooks.observations import Observation, measure_of
from orchestration.workbooks.periods import Period, days_in, read_period
from orchestration.workbooks.published_periods import (
    PublishedPeriod,
    check_column_series,
    check_periods_against_title,
    check_row_series,
    column_periods,
    merge_problems,
    row_periods,
    table_periods,
)
from orchestration.workbooks.symbols import CellValue, is_plain_number, read_cell, status_of_marks, strongest
from orchestration.workbooks.text import key_of, nearest, normalise, says, table_number, table_title, without_marks
from orchestration.workbooks.undeclared import (
    is_row_of_total,
    label_lines,
    larger_than_total,
    parts_and_totals,
    parts_of_totals,
    remarks,
)
from orchestration.workbooks.workbook import Cell, address

_NO_COUNT = re.compile(r"percent|months|\bper\b")
"""Units of figures of which a part can be larger than the total."""


@dataclass(frozen=True)
class Row:
    """A row of figures: what its labels say. Period and unit are None unless the row itself gives them.

    A row whose labels are a problem is not readable: it is reported once, and its figures are neither read nor reported
    again. `beside` is what is over or beside the row and may carry marks of a status, but names none of its dimensions.
    """

    row: int
    label: str
    dimensions: Mapping[str, str]
    period: Period | None = None
    unit: str | None = None
    readable: bool = True
    beside: str = ""


@dataclass(frozen=True)
class Meaning:
    """What a figure is about: its dimensions, its period and its unit."""

    dimensions: Mapping[str, str]
    period: Period
    unit: str


@dataclass
class TableReading:
    """What was read of one table, and what was wrong with it. `periods` are those it gives, with their places;
    `headings` and `parts`, the rows that were read past, say how it was read; `stored_as_text` are the cells of a
    spreadsheet whose number is stored as text.
    """

    spec: TableSpec
    region: Region
    headings: Headings = field(default_factory=Headings)
    parts: Mapping[int, int | None] = field(default_factory=dict)
    periods: list[PublishedPeriod] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    stored_as_text: list[str] = field(default_factory=list)


def read_table(region: Region, spec: TableSpec, symbols: Symbols, notes: Mapping[str, str]) -> TableReading:
    """Every figure of a table, or every problem in it. `notes` are the workbook's; those under the table are added."""
    reading = TableReading(spec, region, headings=find_headings(region, spec))
    reading.problems += reading.headings.problems
    if not reading.problems:
        _read_figures(reading, symbols, notes)
    return reading


def _read_figures(reading: TableReading, symbols: Symbols, notes: Mapping[str, str]) -> None:
    """Read the figures of a table whose headings are known."""
    region, spec, headings = reading.region, reading.spec, reading.headings
    reading.parts, without_total = parts_of_totals(region, spec, headings)
    reading.problems += without_total
    reading.remarks += remarks(headings, reading.parts)
    rows, after = _read_rows(reading, symbols)
    period = _period_of_table(region, spec, headings, reading.problems)
    notes = {
        **dict.fromkeys(symbols.without_note, ""),
        **notes,
        **notes_below(region.cell(row, 0) for row in region.held_rows(headings.row)),
    }
    read = [row.row for row in rows if row.readable]
    reading.problems += not_understood(region, spec, headings, read, (symbols, notes))
    reading.observations = list(_observations(reading, rows, period, symbols, notes))
    reading.observations += _figures_in_notes(reading, after, period, symbols)
    reading.remarks += _text_remarks(reading)
    reading.problems += _parts_above_totals(reading, rows)
    _check_outside(region, headings, {row.row for row in rows} | set(reading.parts), symbols, reading.problems)
    reading.periods = (
        column_periods(headings)
        or row_periods(region, headings, [(row.row, row.period) for row in rows])
        or table_periods(spec, period)
    )
    reading.problems += merge_problems(
        reading.problems,
        check_periods_against_title(region, spec, reading.periods),
        check_column_series(region, spec, headings),
        check_row_series(region, spec, reading.periods),
    )


def _parts_above_totals(reading: TableReading, rows: list[Row]) -> list[Problem]:
    """The problems of parts that are larger than what was read as their total. Means, rates and shares may be."""
    spec = reading.spec
    units = {row.row: row.unit or _unit(spec, {**_defaults(spec), **row.dimensions}) for row in rows if row.readable}
    counted = [row for row, unit in units.items() if not _NO_COUNT.search(unit)]
    pairs = parts_and_totals(reading.headings, reading.parts, counted)
    found = (larger_than_total(reading.region, part, total) for part, total in pairs if total[0] in counted)
    return [problem for problem in found if problem]


def _read_rows(reading: TableReading, symbols: Symbols) -> tuple[list[Row], int]:
    """The rows of figures, and the row after the last."""
    region, spec, headings, problems = reading.region, reading.spec, reading.headings, reading.problems
    if spec.label_columns:
        rows = list(_labelled_rows(region, spec, headings, problems))
        _check_required(region, spec, rows, problems)
        rows = _check_once(region, headings, rows, problems)
    elif spec.blocks:
        rows = _BlockReader(reading, headings, symbols).read()
    else:
        rows = [Row(headings.row + 1, "", {})]
    return rows, (rows[-1].row + 1 if rows else headings.row + 1)


def _labelled_rows(region: Region, spec: TableSpec, headings: Headings, problems: list[Problem]) -> Iterator[Row]:
    """Rows that say what they are about, down to the first blank line or note; parts of totals are left out."""
    for row, labels in label_lines(region, headings):
        if not is_row_of_total(region, spec, headings, row):
            continue
        said = [_read_label(region, row, column, label, problems, spec) for column, label in headings.labels.items()]
        beside = " ".join(str(region.cell(row, column)) for column in headings.undeclared)
        merged = Row(row, " ".join(labels.values()), {**spec.set}, beside=beside)
        for part in said:
            merged = replace(
                merged,
                dimensions={**merged.dimensions, **part.dimensions},
                period=part.period or merged.period,
                unit=part.unit or merged.unit,
            )
        yield replace(merged, readable=all(part.readable for part in said))


def _read_label(
    region: Region, row: int, column: int, label: LabelColumn, problems: list[Problem], spec: TableSpec
) -> Row:
    """What one label cell says of its row; not readable when it says nothing known."""
    cell = region.cell(row, column)
    if label.period:
        period = read_period(cell, label.period, spec.year_means)
        if period:
            return Row(row, str(cell), {}, period=period)
        expected, known = f"a {label.period.replace('_', ' ')}", []
    else:
        members = label.members or label.unit
        member = find_member(str(cell), members)
        if member:
            return (
                Row(row, str(cell), {label.dimension: member})
                if label.dimension
                else Row(row, str(cell), {}, unit=member)
            )
        known = [text for labels in members.values() for text in labels]
        expected = f"a known label of {label.heading[0]!r}"
    found = f"{str(cell)!r} (nearest known: {', '.join(nearest(str(cell), known)) or 'none'})"
    problems.append(
        region.problem(
            (row, column), expected, found, "if the label is new or reworded, declare it in the table's spec"
        )
    )
    return Row(row, str(cell), {}, readable=False)


def _check_once(region: Region, headings: Headings, rows: list[Row], problems: list[Problem]) -> list[Row]:
    """The rows; those that repeat one above are reported and no longer readable."""
    seen: dict[tuple[frozenset[tuple[str, str]], Period | None], int] = {}
    checked = []
    for row in rows:
        key = (frozenset(row.dimensions.items()), row.period)
        again = row.readable and key in seen
        if again:
            found = f"a second one; the first is in row {seen[key] + 1}"
            place = (row.row, min(headings.labels))
            problems.append(region.problem(place, f"one row for {row.label!r}", found, "ask the publisher"))
        elif row.readable:
            seen[key] = row.row
        checked.append(replace(row, readable=row.readable and not again))
    return checked


def _check_required(region: Region, spec: TableSpec, rows: list[Row], problems: list[Problem]) -> None:
    """Rows that must be there and are not."""
    vocabulary = {column.dimension: list(column.members) for column in spec.label_columns if column.dimension}
    for required in spec.required_rows:
        combinations: list[dict[str, str]] = [{}]
        for name, members in required.combinations.items():
            each = vocabulary[name] if members == "each" else members
            combinations = [{**known, name: member} for known in combinations for member in each]
        for wanted in combinations:
            if not any(wanted.items() <= row.dimensions.items() for row in rows):
                expected = "a row for " + ", ".join(f"{name} {member}" for name, member in wanted.items())
                problems.append(region.problem(None, expected, "none", "compare the table's rows with its spec"))


class _BlockReader:
    """Walks down a table whose labels repeat under block heads; the blocks come in the order the spec declares.

    A label that is both a row of the present block and the head of the next is the row until the block has it.
    """

    def __init__(self, reading: TableReading, headings: Headings, symbols: Symbols) -> None:
        self.region, self.spec, self.problems = reading.region, reading.spec, reading.problems
        self.headings, self.symbols = headings, symbols
        self.remarks = reading.remarks
        self.rows: list[Row] = []
        self.at = 0 if self.spec.blocks[0].head is None else -1
        self.members: dict[str, int] = {}
        self.new: dict[str, Row] = {}
        self.head = ""

    def read(self) -> list[Row]:
        """Every row of figures of the table."""
        for row in self.region.held_rows(self.headings.row + 1):
            label = str(self.region.cell(row, 0)).strip()
            if label and not is_note(label):
                self._read_row(row, label)
        self._close()
        missing = [block for block in self.spec.blocks[self.at + 1 :] if not block.optional]
        for block in missing:
            self._problem(None, f"a block headed {(block.head or [''])[0]!r}", "none")
        return self.rows

    @property
    def block(self) -> Block:
        """The present block; an empty one before the first head."""
        return self.spec.blocks[self.at] if self.at >= 0 else Block()

    def _read_row(self, row: int, label: str) -> None:
        """One labelled line: a row of the present block, the head of a following one, or a line without figures."""
        rows = self.block.rows
        member = self._member(label)
        if rows and member and member not in self.members:
            self._add(row, label, rows.dimension, member)
        elif (following := self._head(label)) is not None:
            self._open(following, row, label)
        elif member:
            found = f"{label!r} again (first in row {self.members[member] + 1})"
            self._unreadable(row, label, "each label once in its block", found)
        elif rows and self._is_new_member(row, label):
            self._add(row, label, rows.dimension, key_of(label))
            self.new[key_of(label)] = self.rows[-1]
        elif self._has_figures(row) or (rows and rows.new_members):
            self._refuse(row, label)

    def _add(self, row: int, label: str, dimension: str, member: str) -> None:
        """Take a row of the present block."""
        self.members[member] = row
        said = {**_defaults(self.spec), **self.block.set, dimension: member}
        self.rows.append(Row(row, label, said, beside=self.head))

    def _member(self, label: str) -> str | None:
        """The member of the present block that a label names. Where a block can gain members, their keys name them too:
        a label that differs from a known one by a sign only is no new member.
        """
        rows = self.block.rows
        if rows is None:
            return None
        known = {*rows.members, *self.members} if rows.new_members else set()
        return find_member(label, rows.labels) or (key_of(label) if key_of(label) in known - {TOTAL} else None)

    def _is_new_member(self, row: int, label: str) -> bool:
        """Whether a row is one of an undeclared member: a name, and figures, before the block's total."""
        gains = self.block.rows.new_members if self.block.rows else None
        if gains is None or TOTAL in self.members or not gains.accepts(without_marks(label)):
            return False
        return any(read_cell(self.region.cell(row, value.column), self.symbols) for value in self.headings.values)

    def _refuse(self, row: int, label: str) -> None:
        """Note a line that is neither a row of the present block nor a head."""
        rows = self.block.rows
        known = [text for labels in (rows.labels if rows else {}).values() for text in labels]
        known += [head for later in self.spec.blocks[self.at + 1 :] for head in later.head or []]
        near = ", ".join(nearest(label, known)) or "none"
        gains = ", or a new name with figures" if rows and rows.new_members else ""
        expected = f"a known label of its block or the next block's head{gains}"
        self._unreadable(row, label, expected, f"{label!r} (nearest known: {near})")

    def _head(self, label: str) -> int | None:
        """The following block that a label heads, if no block before it must come first."""
        for place in range(self.at + 1, len(self.spec.blocks)):
            block = self.spec.blocks[place]
            if normalise(label) in {normalise(head) for head in block.head or []}:
                return place
            if not block.optional:
                return None
        return None

    def _open(self, place: int, row: int, label: str) -> None:
        """Leave the present block for another; its head may hold the block's own total."""
        self._close()
        self.at, self.members, self.head = place, {}, label
        block = self.spec.blocks[place]
        if block.head_has_figures:
            total = {block.rows.dimension: TOTAL} if block.rows else {}
            self.rows.append(Row(row, label, {**_defaults(self.spec), **total, **block.set}))

    def _close(self) -> None:
        """Name the rows the present block should have had, and the members that it gained."""
        block = self.block
        if block.rows and block.rows.new_members:
            self.remarks += [
                _gained(self.members, block.rows, block.rows.new_members, *new) for new in self.new.items()
            ]
            self.new = {}
        if block.rows and block.rows.required == "all":
            for member, labels in block.rows.labels.items():
                if member not in self.members:
                    under = f" under {block.head[0]!r}" if block.head else ""
                    self._problem(None, f"a row labelled {labels[0]!r}{under}", "none")

    def _has_figures(self, row: int) -> bool:
        """Whether any column of figures holds something in this row."""
        return any(self.region.cell(row, value.column) != "" for value in self.headings.values)

    def _unreadable(self, row: int, label: str, expected: str, found: str) -> None:
        """Note a row that cannot be read."""
        self._problem((row, 0), expected, found)
        self.rows.append(Row(row, label, {}, readable=False))

    def _problem(self, place: tuple[int, int] | None, expected: str, found: str) -> None:
        """Note a problem of this table."""
        self.problems.append(self.region.problem(place, expected, found, "compare the table's rows with its spec"))


def _gained(seen: Collection[str], rows: BlockRows, gains: NewMembers, member: str, row: Row) -> str:
    """What a person should know of an undeclared member."""
    unseen = [text for known, labels in rows.labels.items() if known not in seen for text in labels]
    near = nearest(row.label, unseen, 1)
    renamed = f" If it is {near[0]!r} renamed, which this table does not have, add the label there." if near else ""
    return (
        f"new {rows.dimension} {row.label!r} in row {row.row + 1}: {gains.register_file} does not have it. "
        f"Its figures are landed as {member!r}. Add it to that file.{renamed}"
    )


def _defaults(spec: TableSpec) -> dict[str, str]:
    """Every dimension at its total, then what the spec sets for the whole table."""
    return {**dict.fromkeys(spec.dimensions, TOTAL), **spec.set}


def _period_of_table(region: Region, spec: TableSpec, headings: Headings, problems: list[Problem]) -> Period | None:
    """The period of a table that has one for all its figures; None when rows or headings give it."""
    if spec.period.declared:
        return Period(spec.period.declared.type, spec.period.declared.start, spec.period.declared.end)
    if spec.period.title:
        days = days_in(region.title)
        found = Period("as_at", days[-1], days[-1]) if days else None
    elif spec.period.line_saying:
        lines = [str(region.cell(row, 0)) for row in range(region.first, headings.row)]
        said = [line.partition(":")[2].strip() for line in lines if says(line, spec.period.line_saying)]
        found = read_period(said[0], "as_at") if said else None
    else:
        return None
    if found is None:
        where = "the title" if spec.period.title else f"a line saying {spec.period.line_saying!r}"
        problems.append(
            region.problem(None, f"a day in {where}", "none", "compare the table's title and first lines with its spec")
        )
    return found


def _observations(
    reading: TableReading, rows: list[Row], period: Period | None, symbols: Symbols, notes: Mapping[str, str]
) -> Iterator[Observation]:
    """One observation per readable row and column, with the status that marks beside it or over it give."""
    status = status_of_table(reading.region, reading.spec, reading.headings, symbols)
    for row in (row for row in rows if row.readable):
        for column in reading.headings.values:
            observed = _observe(reading, row, column, row.period or column.period or period, symbols, notes)
            if observed and observed.value is not None:
                said = status_of_marks([column.heading, row.label, row.beside], symbols)
                observed = replace(observed, value_status=strongest([observed.value_status, status, said]))
            if observed:
                yield observed


def _observe(
    reading: TableReading,
    row: Row,
    column: ValueColumn,
    period: Period | None,
    symbols: Symbols,
    notes: Mapping[str, str],
) -> Observation | None:
    """The figure in one cell; None, and a problem, when there is none."""
    region, spec = reading.region, reading.spec
    dimensions = {**_defaults(spec), **row.dimensions, **column.dimensions}
    unit = row.unit or _unit(spec, dimensions)
    figure = _figure(reading, (row.row, column.column), unit, symbols)
    if figure is None or period is None:
        return None
    if lost := [mark for mark in figure.marks if mark.startswith("*") and mark not in notes]:
        expected, remedy = "a mark that leads to a note of the file", "ask the publisher what the mark means"
        reading.problems.append(region.problem((row.row, column.column), expected, repr(lost[0]), remedy))
    said = [region.title, row.label, column.heading, " ".join(figure.marks)]
    place = address(row.row, column.column)
    return _observation(reading, Meaning(dimensions, period, unit), figure, texts_of(said, notes), place)


def _unit(spec: TableSpec, dimensions: Mapping[str, str]) -> str:
    """The unit of a row: that of the table, or the one that goes with a member of the row."""
    return spec.unit if isinstance(spec.unit, str) else spec.unit.members.get(dimensions[spec.unit.dimension], "")


def _figure(reading: TableReading, place: tuple[int, int], unit: str, symbols: Symbols) -> CellValue | None:
    """What a cell says as a figure; None, and a problem, when it says none. A blank cell may be declared a figure."""
    cell = reading.region.cell(*place)
    if str(cell).strip() == "" and reading.spec.blank == "unavailable":
        return CellValue(None, "unavailable")
    figure = read_cell(cell, symbols)
    if figure is None or not unit or (figure.is_percent and not unit.startswith("percent")):
        known = ", ".join(symbols.cells) or "(none)"
        expected = f"a figure in {unit or 'a declared unit'} or one of the symbols {known}"
        found = _in_words(cell)
        remedy = "ask the publisher, or declare a correction"
        reading.problems.append(reading.region.problem(place, expected, found, remedy))
        return None
    if isinstance(cell, str) and is_plain_number(cell) and not reading.region.is_csv:
        reading.stored_as_text.append(address(*place))
    return figure


def _in_words(cell: Cell) -> str:
    """A cell that is no figure, as a message quotes it."""
    if isinstance(cell, bool):
        return f"the truth value {str(cell).upper()}"
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return f"the date or time {cell}"
    return repr(cell) if str(cell).strip() else "an empty cell"


def _text_remarks(reading: TableReading) -> list[str]:
    """The remark that numbers stored as text were cleaned, in a list; an empty one when there were none."""
    cells = reading.stored_as_text
    if not cells:
        return []
    return [f"cleaned: numbers stored as text were read as numbers, {len(cells)} in all, first in {cells[0]}"]


def _observation(
    reading: TableReading, meaning: Meaning, figure: CellValue, note_texts: tuple[str, ...], cell: str
) -> Observation:
    """An observation of this table, with its place in the file."""
    region, spec = reading.region, reading.spec
    measure, breakdown = measure_of(spec, meaning.dimensions)
    return Observation(
        table=spec.table,
        dimensions=meaning.dimensions,
        measure=measure,
        breakdown=breakdown,
        period=meaning.period,
        value=figure.value,
        unit=meaning.unit,
        value_status=figure.status,
        qualifier=figure.qualifier or spec.qualifier,
        note_texts=note_texts,
        table_number=table_number(region.title),
        table_title=table_title(region.title),
        file=region.file,
        sheet=region.sheet.name,
        cell=cell,
    )


def _figures_in_notes(
    reading: TableReading, after: int, period: Period | None, symbols: Symbols
) -> Iterator[Observation]:
    """Figures that a note under the table gives, each declared with the words around it."""
    region, spec = reading.region, reading.spec
    notes = [(row, str(region.cell(row, 0))) for row in region.held_rows(after) if is_note(region.cell(row, 0))]
    for declared in spec.note_figures:
        found = [(row, match) for row, line in notes if (match := re.search(declared.pattern, line))]
        figure = read_cell(found[0][1]["value"], symbols) if len(found) == 1 else None
        if figure is None or period is None:
            expected = f"one note under the table that says {declared.pattern!r}"
            remedy = "compare the table's notes with its spec"
            reading.problems.append(region.problem(None, expected, f"{len(found)}", remedy))
            continue
        (row, match), dimensions = found[0], {**_defaults(spec), **declared.set}
        meaning = Meaning(dimensions, period, _unit(spec, dimensions))
        yield _observation(reading, meaning, figure, (match.string,), address(row, 0))


def _check_outside(
    region: Region, headings: Headings, claimed: set[int], symbols: Symbols, problems: list[Problem]
) -> None:
    """Figures in the table's columns that no row of it claims, and figures in columns that have no heading."""
    columns = {value.column for value in headings.values}
    cells = ((row, column) for row in headings.lowest for column in range(region.width))
    headed = {column for row, column in cells if str(region.cell(row, column)).strip()} - columns
    for row, column in region.held_cells(headings.row + 1):
        is_label = column == 0 and column not in columns
        is_expected = is_label or (row in claimed if column in columns else column in headed)
        if not is_expected and read_cell(region.cell(row, column), symbols):
            expected = "no figures outside the table's labelled rows and headed columns"
            found = f"{region.cell(row, column)!r} beside {str(region.cell(row, 0))!r}"
            problems.append(region.problem((row, column), expected, found, "compare the table's layout with its spec"))
