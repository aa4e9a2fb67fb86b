"""Find tables by what their titles and headings say, anywhere in a file.

A region runs from one title to the next on the same sheet, so that tables stacked on one sheet are apart. Within a
region the row of headings is the one that says most of what the spec expects; what it lacks, and what is
declared, is a problem.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from orchestration.problems import Problem
from orchestration.sources.spec import HeadingLevel, LabelColumn, Source, TableSpec, TitleRule
from orchestration.workbooks.periods import Period, read_period
from orchestration.workbooks.text import nearest, normalise, says, table_number, without_marks
from orchestration.workbooks.workbook import Cell, Sheet, Workbook, address

HEADINGS_WITHIN = 12
"""Rows after a title in which its headings are looked for; published tables have at most four lines between the two."""


@dataclass(frozen=True)
class Region:
    """The rows of a sheet that belong to one title: `first` is the row after the title, `end` the row after the
    last.
    """

    release: str
    file: str
    sheet: Sheet
    title: str
    first: int
    end: int

    def cell(self, row: int, column: int) -> Cell:
        """A cell of the region, empty beyond its last row and the edge of the sheet."""
        cells = self.sheet.rows[row] if row < self.end else ()
        return cells[column] if column < len(cells) else ""

    @cached_property
    def width(self) -> int:
        """Number of columns of the widest row."""
        return max((len(self.sheet.rows[row]) for row in self.held_rows(self.first)), default=0)

    @property
    def is_csv(self) -> bool:
        """Whether the file is a CSV, in which every cell is text."""
        return self.file.lower().endswith(".csv")

    def held_rows(self, start: int) -> Sequence[int]:
        """The rows from `start` on that hold something: a cell far below costs no more than one close by."""
        held = self.sheet.held
        return held[bisect_left(held, start) : bisect_left(held, self.end)]

    def held_cells(self, start: int) -> Iterator[tuple[int, int]]:
        """The places (row and column) of the cells from row `start` on that hold something."""
        for row in self.held_rows(start):
            yield from ((row, column) for column, cell in enumerate(self.sheet.rows[row]) if cell != "")

    def problem(self, place: tuple[int, int] | None, expected: str, found: str, remedy: str) -> Problem:
        """A problem at a place (row and column from 0) of this region, or of its title."""
        cell = address(*place) if place else f"table {self.title!r}"
        return Problem(self.release, self.file, self.sheet.name, cell, expected, found, remedy)


@dataclass(frozen=True)
class ValueColumn:
    """A column of figures: what its headings say of period and dimensions, and the headings themselves."""

    column: int
    period: Period | None
    dimensions: Mapping[str, str]
    heading: str


@dataclass(frozen=True)
class ExtraLevel:
    """A level of headings that no spec declares, directly above the declared ones or directly below them."""

    row: int
    is_below: bool


@dataclass
class Headings:
    """Where a spec's headings are in a region, and what is wrong with them.

    `rows` are the rows of headings from the top down; figures start below the last of them. `undeclared` are columns of
    labels that the spec does not know, `ignored` the columns that are read past, and `parts` those of the ignored ones
    that hold parts of the total in `extra`, a level of headings that the spec does not know; each by its headings.
    """

    rows: list[int] = field(default_factory=list)
    labels: dict[int, LabelColumn] = field(default_factory=dict)
    values: list[ValueColumn] = field(default_factory=list)
    undeclared: dict[int, str] = field(default_factory=dict)
    ignored: dict[int, str] = field(default_factory=dict)
    parts: list[ValueColumn] = field(default_factory=list)
    extra: ExtraLevel | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_as_declared(self) -> bool:
        """Whether the table has no column of labels and no level of headings that the spec does not know."""
        return not self.undeclared and not self.extra

    @property
    def row(self) -> int:
        """The lowest row of headings."""
        return self.rows[-1]

    @property
    def lowest(self) -> list[int]:
        """The rows in which a column can have a separate heading: the lowest, and the declared one above an extra."""
        return self.rows[-2:] if self.extra and self.extra.is_below else self.rows[-1:]


def matches_title(title: str, rule: TitleRule) -> bool:
    """Whether a title says what a table's rule asks."""
    wanted = all(any(says(title, phrase) for phrase in phrases) for phrases in rule.all_of)
    return wanted and not any(says(title, phrase) for phrase in rule.none_of)


def find_regions(workbook: Workbook, source: Source, release: str) -> list[Region]:
    """Every titled region of a workbook, front matter left out. A title is a text in the first column that starts with
    a table number or that a table of the publication asks for; a sheet whose first line is no such title is a region of
    its own.
    """
    return [
        region
        for sheet in workbook.sheets
        if not _is_front_matter(sheet, source)
        for region in _regions(workbook, sheet, source, release)
    ]


def _is_front_matter(sheet: Sheet, source: Source) -> bool:
    """Whether a sheet only tells about the others."""
    return normalise(sheet.name.replace("_", " ")) in {normalise(name) for name in source.front_matter}


def _regions(workbook: Workbook, sheet: Sheet, source: Source, release: str) -> Iterator[Region]:
    """The regions of one sheet."""
    starts = ((row, sheet.rows[row][0]) for row in sheet.held)
    titles = [(row, str(cell)) for row, cell in starts if _is_title(cell, source)]
    if sheet.title:
        titles = [(-1, sheet.title)]
    if not titles or titles[0][0] > 0:
        titles.insert(0, (0, str(sheet.rows[0][0]) if sheet.rows[0] else ""))
    ends = [row for row, _ in titles[1:]] + [len(sheet.rows)]
    for (row, title), end in zip(titles, ends, strict=True):
        yield Region(release, workbook.file, sheet, title, row + 1, end)


def _is_title(cell: Cell, source: Source) -> bool:
    """Whether a cell of the first column reads as a table's title. A sentence is not a title."""
    if not isinstance(cell, str) or not cell.strip():
        return False
    is_sentence = cell.rstrip().endswith(".")
    return bool(table_number(cell)) or (
        not is_sentence and any(matches_title(cell, spec.title) for spec in source.tables.values())
    )


def find_headings(region: Region, spec: TableSpec) -> Headings:
    """Where the spec's headings are in a region; problems say what is missing, doubled or unknown.

    Where they do not fit, a level of headings is looked for that the spec does not know, one of which is the total.
    """
    rows = range(region.first, min(region.end, region.first + HEADINGS_WITHIN))
    scores = {row: _score(region, row, spec) for row in rows}
    likely = sorted((row for row in rows if scores[row]), key=lambda row: -scores[row])
    if not likely:
        return Headings(problems=[_no_headings(region, spec)])
    declared = _headings_at(region, spec, likely[0])
    if not declared.problems and not _goes_on_below(region, declared):
        return declared
    extended = (_headings_at(region, spec, row, extra) for row in likely for extra in _extra_levels(region, spec, row))
    return next((headings for headings in extended if not headings.problems), declared)


def _goes_on_below(region: Region, headings: Headings) -> bool:
    """Whether the row below the headings has texts and none of the labels: then it is one more row of headings."""
    row = headings.row + 1
    if row >= region.end or not headings.labels:
        return False
    has_label = any(str(region.cell(row, column)).strip() for column in headings.labels)
    return not has_label and any(region.cell(row, value.column) != "" for value in headings.values)


def _extra_levels(region: Region, spec: TableSpec, row: int) -> list[ExtraLevel]:
    """The rows directly above and below the declared headings that could be one more level: texts, one the total."""
    around = [ExtraLevel(row - len(spec.headings), is_below=False), ExtraLevel(row + 1, is_below=True)]
    return [extra for extra in around if region.first <= extra.row < region.end and _names_a_total(region, spec, extra)]


def _names_a_total(region: Region, spec: TableSpec, extra: ExtraLevel) -> bool:
    """Whether a row holds no figures, and one text that means a total beside another text."""
    texts = {cell for column in range(region.width) if (cell := region.cell(extra.row, column)) != ""}
    is_text = all(isinstance(text, str) for text in texts)
    return is_text and len(texts) > 1 and any(is_total(text, spec) for text in texts)


def _headings_at(region: Region, spec: TableSpec, row: int, extra: ExtraLevel | None = None) -> Headings:
    """The headings whose lowest declared level is in a row."""
    declared = list(range(row - len(spec.headings) + 1, row + 1))
    headings = Headings(rows=declared, extra=extra)
    if extra:
        headings.rows = [*declared, extra.row] if extra.is_below else [extra.row, *declared]
    _place_labels(region, spec, headings)
    _place_values(region, spec, headings)
    return headings


def _score(region: Region, row: int, spec: TableSpec) -> int:
    """How many cells of a row say something the spec's headings expect."""
    cells = [cell for cell in region.sheet.rows[row] if cell != ""]
    labels = sum(any(is_label(cell, column.heading) for cell in cells) for column in spec.label_columns)
    return labels + sum(_read_level(cell, spec.headings[-1], spec) is not None for cell in cells)


def is_label(cell: Cell, labels: list[str]) -> bool:
    """Whether a cell is one of the labels."""
    return isinstance(cell, str) and normalise(cell) in {normalise(label) for label in labels}


def _read_level(cell: Cell, level: HeadingLevel, spec: TableSpec) -> tuple[Period | None, dict[str, str]] | None:
    """What one heading says at one level: a period, or a member; None when it says neither."""
    if level.period:
        period = read_period(_period_part(cell, level), level.period, spec.year_means)
        return (period, {}) if period else None
    if level.label:
        return (None, {}) if is_label(cell, level.label) else None
    member = find_member(str(cell), level.members)
    return (None, {level.dimension: member}) if member else None


def _period_part(cell: Cell, level: HeadingLevel) -> Cell:
    """The part of a heading that names its period; the whole of it unless the level says what is around it."""
    if not level.period_within:
        return cell
    found = re.fullmatch(level.period_within, without_marks(str(cell)), re.IGNORECASE)
    return found["period"] if found else ""


def find_member(label: str, members: Mapping[str, list[str]]) -> str | None:
    """The member a label names, or None. A whole number, such as a year, is read from a cell as `2026.0`."""
    text = re.sub(r"(?<=^\d{4})\.0$", "", normalise(label))
    return next((member for member, labels in members.items() if text in {normalise(known) for known in labels}), None)


def _no_headings(region: Region, spec: TableSpec) -> Problem:
    """The problem of a table none of whose headings is there."""
    wanted = [column.heading[0] for column in spec.label_columns] + [_level_says(level) for level in spec.headings]
    remedy = (
        f"compare the table with orchestration/sources/*/tables/{spec.table}.yml and declare the new headings there"
    )
    return region.problem(None, f"headings {', '.join(wanted)} within {HEADINGS_WITHIN} rows", "none of them", remedy)


def _level_says(level: HeadingLevel) -> str:
    """A level of headings in words."""
    if level.period:
        return {"as_at": "a day"}.get(level.period, f"a {level.period.replace('_', ' ')}")
    return " / ".join(level.label or [labels[0] for labels in level.members.values()])


def _place_labels(region: Region, spec: TableSpec, headings: Headings) -> None:
    """Find the column of each label heading: in the lowest row of headings or, with an undeclared one, in any row."""
    rows = headings.rows if headings.extra else headings.rows[-1:]
    cells = {(row, place): region.cell(row, place) for row in rows for place in range(region.width)}
    for column in spec.label_columns:
        places = [place for place, cell in cells.items() if is_label(cell, column.heading)]
        if len(places) == 1:
            headings.labels[places[0][1]] = column
            continue
        place = places[-1] if places else (headings.row, spec.label_columns.index(column))
        near = nearest(column.heading[0], [str(cell) for cell in cells.values()]) or "none"
        found = "it twice" if places else f"{str(region.cell(*place))!r} (nearest: {near})"
        remedy = "if only the wording changed, add it to `heading` in the table's spec"
        headings.problems.append(
            region.problem(place, f"one column headed {' or '.join(column.heading)!r}", found, remedy)
        )


def _place_values(region: Region, spec: TableSpec, headings: Headings) -> None:
    """Read the headings over the figures, level by level; a heading of an upper level holds until the next."""
    above: list[Cell] = [""] * (len(headings.rows) - 1)
    for column in range(region.width):
        above = [region.cell(row, column) or before for row, before in zip(headings.rows, above, strict=False)]
        if column in headings.labels or (spec.blocks and column == 0):
            continue
        _place_value(region, spec, headings, column, [*above, region.cell(headings.row, column)])
    _check_levels(region, spec, headings)


def _place_value(region: Region, spec: TableSpec, headings: Headings, column: int, texts: list[Cell]) -> None:
    """Read one column's headings."""
    words = " ".join(str(text) for text in texts if text != "")
    if not any(str(region.cell(row, column)).strip() for row in headings.lowest):
        return
    declared, extra = _parted(texts, headings.extra)
    if _is_ignored(words, spec) or _is_ignored(" ".join(map(str, declared)), spec):
        headings.ignored[column] = words
        return
    read = [_read_level(text, level, spec) for text, level in zip(declared, spec.headings, strict=True)]
    if None in read and _is_undeclared_dimension(region, spec, headings, column):
        headings.undeclared[column] = without_marks(words)
        return
    if None in read or extra == "":
        wanted = [_level_says(level) for level, said in zip(spec.headings, read, strict=True) if said is None]
        _note_unknown(region, spec, headings, (column, words), wanted)
        return
    periods = [said[0] for said in read if said and said[0]]
    members = {name: member for said in read if said for name, member in said[1].items()}
    value = ValueColumn(column, periods[0] if periods else None, members, words)
    if extra is None or is_total(extra, spec):
        headings.values.append(value)
    else:
        headings.ignored[column] = words
        headings.parts.append(value)


def _is_ignored(words: str, spec: TableSpec) -> bool:
    """Whether the headings over a column say that it is read past."""
    return any(re.search(ignored.says, normalise(words)) for ignored in spec.ignored_columns)


def _parted(texts: list[Cell], extra: ExtraLevel | None) -> tuple[list[Cell], Cell | None]:
    """The texts of the declared levels of headings, and that of an undeclared one, None where there is none."""
    if extra is None:
        return texts, None
    return (texts[:-1], texts[-1]) if extra.is_below else (texts[1:], texts[0])


def _note_unknown(
    region: Region, spec: TableSpec, headings: Headings, found_at: tuple[int, str], wanted: list[str]
) -> None:
    """Note the problem of a column whose headings say nothing the spec knows."""
    column, words = found_at
    known = [label for level in spec.headings for labels in [*level.members.values(), level.label] for label in labels]
    found = f"{words!r} (nearest: {nearest(words, known) or 'none'})"
    remedy = "declare the heading in the table's spec, or under ignored_columns with the reason"
    place, expected = (headings.row, column), f"a heading that is {', '.join(wanted)}"
    headings.problems.append(region.problem(place, expected, found, remedy))


def is_total(cell: Cell, spec: TableSpec) -> bool:
    """Whether a label means the total of an undeclared dimension."""
    text = normalise(cell) if isinstance(cell, str) else ""
    return any(re.search(label.says, text) for label in spec.total_labels)


def _is_undeclared_dimension(region: Region, spec: TableSpec, headings: Headings, column: int) -> bool:
    """Whether an undeclared column is one of labels, some of which mean the total, before all figures.

    Then the rows of the total are what the table held before the column came (`any_table.yml`).
    """
    below = [region.cell(row, column) for row in region.held_rows(headings.row + 1)]
    labels = [cell for cell in below if cell != ""]
    is_text = all(isinstance(cell, str) for cell in labels)
    is_before_figures = bool(spec.label_columns) and not headings.values
    return is_before_figures and is_text and any(is_total(cell, spec) for cell in labels)


def _check_levels(region: Region, spec: TableSpec, headings: Headings) -> None:
    """Give repeated periods their members, and name headings that are missing or appear twice."""
    headings.values = _with_repeats(spec, headings.values)
    headings.parts = _with_repeats(spec, headings.parts)
    _check_once(region, headings)
    for level in spec.headings:
        present = {value.dimensions.get(level.dimension) for value in headings.values}
        missing = [labels[0] for member, labels in level.members.items() if member not in present]
        if (level.label or level.period) and not headings.values:
            missing = [_level_says(level)]
        for label in missing:
            remedy = "if the column was renamed, add the new name to the table's spec"
            headings.problems.append(region.problem((headings.row, 0), f"a column headed {label!r}", "none", remedy))


def _check_once(region: Region, headings: Headings) -> None:
    """Name columns whose headings say the same as those of a column before them."""
    seen: dict[tuple[Period | None, frozenset[tuple[str, str]]], int] = {}
    for value in headings.values:
        first = seen.setdefault((value.period, frozenset(value.dimensions.items())), value.column)
        if first != value.column:
            place, expected = (headings.row, value.column), f"one column headed {value.heading!r}"
            found = f"a second one; the first is in {address(headings.row, first)}"
            remedy = "if a series breaks here, declare repeated_periods; else ask the publisher"
            headings.problems.append(region.problem(place, expected, found, remedy))


def _with_repeats(spec: TableSpec, values: list[ValueColumn]) -> list[ValueColumn]:
    """Columns of a period declared to appear twice get their members from left to right; all other columns get the
    total.
    """
    for repeat in spec.repeated_periods:
        members = iter(repeat.members)
        values = [
            ValueColumn(
                value.column,
                value.period,
                {
                    **value.dimensions,
                    repeat.dimension: next(members, "all")
                    if value.period and value.period.end == repeat.period
                    else "all",
                },
                value.heading,
            )
            for value in values
        ]
    return values
