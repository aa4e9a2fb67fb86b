"""Read every table of one release, and tell everything that is wrong with it at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from orchestration.problems import InputRejected, Problem
from orchestration.settings import ReadingLimits
from orchestration.sources.spec import Correction, FileKind, Source, TableSpec
from orchestration.workbooks.anchors import Region, find_headings, find_regions, matches_title
from orchestration.workbooks.notes import notes_of_workbook
from orchestration.workbooks.observations import Observation
from orchestration.workbooks.periods import Period, period_in_name, period_within_name
from orchestration.workbooks.published_periods import (
    check_periods_against_file_name,
    check_periods_against_release,
    merge_problems,
)
from orchestration.workbooks.tables import TableReading, read_table
from orchestration.workbooks.text import nearest
from orchestration.workbooks.unread import unread_figures
from orchestration.workbooks.workbook import Cell, Sheet, Workbook, address, read_workbook

KIND_REMEDY = "see whether the file is whole and of this release; else declare its kind and the tables it must hold"


@dataclass
class ReleaseReading:
    """What was read of a release: its tables, the titles no spec asks for, and every problem."""

    publication: str
    release_id: str
    tables: list[TableReading] = field(default_factory=list)
    not_taken: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        """What a person should know of how the tables were read, a line each."""
        return [
            f"{table.region.file}, {table.region.title!r}: {said}" for table in self.tables for said in table.remarks
        ]

    @property
    def observations(self) -> list[Observation]:
        """Every figure of the release."""
        return [observation for table in self.tables for observation in table.observations]


class FileReader(Protocol):
    """Reads one file of a release as `read_file` does: in this process, or in another."""

    def __call__(
        self, path: Path, source: Source, release_id: str, title: str, covers_last: dt.date | None = None
    ) -> ReleaseReading:
        """What is read of the file. Raises InputRejected when it cannot be opened."""


def read_file(
    path: Path,
    source: Source,
    release_id: str,
    title: str,
    covers_last: dt.date | None = None,
    limits: ReadingLimits | None = None,
) -> ReleaseReading:
    """Read one file of a release by the specs of its publication. `covers_last` is the last day the release covers,
    if a source says.

    Raises InputRejected when the file cannot be opened; what is wrong with its tables is collected in the reading.
    """
    reading, name = ReleaseReading(source.publication, release_id), f"{source.publication} {release_id}"
    workbook = read_workbook(path, name, title, limits)
    workbook = _corrected(workbook, source, release_id, reading.problems)
    _read_file(workbook, source, name, reading, covers_last)
    reading.problems += [problem for table in reading.tables for problem in table.problems]
    return reading


def read_release(
    files: Iterable[Path],
    source: Source,
    release_id: str,
    title: str,
    covers_last: dt.date | None = None,
    read: FileReader = read_file,
) -> ReleaseReading:
    """Read the files of one release, each through `read`.

    Never raises for what an input holds: problems are collected in the reading, for the caller to reject or set aside.
    """
    reading = ReleaseReading(source.publication, release_id)
    paths = sorted(files)
    reading.problems += _corrections_of_nothing({path.name for path in paths}, source, release_id)
    for path in paths:
        try:
            of_file = read(path, source, release_id, title, covers_last)
        except InputRejected as rejected:
            reading.problems += rejected.problems
            continue
        reading.tables += of_file.tables
        reading.not_taken += of_file.not_taken
        reading.problems += of_file.problems
    return reading


def _corrections_of_nothing(files: set[str], source: Source, release_id: str) -> list[Problem]:
    """The problems of declared corrections of a file that the release does not hold."""
    expected, remedy = "a file that corrections.yml corrects", "take the correction away or renew it"
    return [
        Problem(f"{source.publication} {release_id}", item.file, item.sheet, item.cell, expected, "none", remedy)
        for item in source.corrections
        if item.release == release_id and item.file not in files
    ]


def _corrected(workbook: Workbook, source: Source, release_id: str, problems: list[Problem]) -> Workbook:
    """The workbook with its declared corrections made; a correction whose guard no longer holds is a problem."""
    for correction in source.corrections:
        if (correction.release, correction.file) == (release_id, workbook.file):
            workbook = _correct(workbook, correction, f"{source.publication} {release_id}", problems)
    return workbook


def _correct(workbook: Workbook, correction: Correction, release: str, problems: list[Problem]) -> Workbook:
    """The workbook with one cell read otherwise."""
    for sheet in workbook.sheets:
        for row, cells in enumerate(sheet.rows if sheet.name == correction.sheet else ()):
            for column, cell in enumerate(cells):
                if str(cell) == correction.published and address(row, column) == correction.cell:
                    changed = _with_cell(sheet, row, column, correction.read_as)
                    return replace(
                        workbook, sheets=tuple(changed if known is sheet else known for known in workbook.sheets)
                    )
    problems.append(
        Problem(
            release,
            workbook.file,
            correction.sheet,
            correction.cell,
            expected=f"{correction.published!r}, which corrections.yml says is wrong",
            found="something else",
            remedy="the file has changed: take the correction away or renew it",
        )
    )
    return workbook


def _with_cell(sheet: Sheet, row: int, column: int, cell: Cell) -> Sheet:
    """A sheet with one cell replaced by another."""
    cells = (*sheet.rows[row][:column], cell, *sheet.rows[row][column + 1 :])
    return replace(sheet, rows=(*sheet.rows[:row], cells, *sheet.rows[row + 1 :]))


def _read_file(
    workbook: Workbook, source: Source, release: str, reading: ReleaseReading, covers_last: dt.date | None
) -> None:
    """Read every region of a file that a spec asks for, name the tables that should have been there, and search the
    rest for figures about the sentence.
    """
    notes = notes_of_workbook(workbook)
    regions = find_regions(workbook, source, release)
    found: dict[str, TableReading] = {}
    for region in regions:
        spec = _spec_for(region, source, reading)
        if spec and spec.table in found:
            reading.problems.append(_twice(region, found[spec.table]))
        elif spec:
            found[spec.table] = read_table(region, spec, source.symbols_of(spec), notes)
    reading.problems += _check_kind(workbook, regions, found, source, (release, covers_last))
    reading.tables += found.values()
    reading.problems += unread_figures(workbook, release, regions, found.values(), source)


def _twice(region: Region, first: TableReading) -> Problem:
    """The problem of a table that a file holds again."""
    expected, found = f"table {first.spec.table} once in a file", f"it again, first {first.region.title!r}"
    return region.problem(None, expected, found, "tell the two apart by their titles in the specs")


def _check_kind(
    workbook: Workbook,
    regions: list[Region],
    found: Mapping[str, TableReading],
    source: Source,
    of_release: tuple[str, dt.date | None],
) -> list[Problem]:
    """The problems of tables a file of its kind must hold and does not; those of other periods go to their tables."""
    release, covers_last = of_release
    kinds = kinds_of_file(workbook.file, set(found), source)
    for table in found.values() if kinds else ():
        table.problems += _of_another_quarter(table, kinds, covers_last)
    if not kinds:
        return [_unknown_file(workbook, regions, found, source, release)]
    missing = [table for table in kinds[0].tables if table not in found]
    return [_missing(workbook, regions, source.tables[table], release) for table in missing]


def kinds_of_file(name: str, tables: set[str], source: Source) -> list[FileKind]:
    """The kinds of a file: the one that its name says, else those that its tables say; none where neither says any.

    Tables say a kind where all that it must hold are there. A file can be of several kinds, if each of its tables is
    one of theirs.
    """
    named = [kind for kind in source.files if kind.match(name)]
    if len(named) == 1:
        return named
    fitting = [kind for kind in named or source.files if kind.known_tables & tables and set(kind.tables) <= tables]
    known = {table for kind in fitting for table in kind.known_tables}
    return fitting if tables <= known else []


def _of_another_quarter(table: TableReading, kinds: list[FileKind], covers_last: dt.date | None) -> list[Problem]:
    """The problems of a table whose newest period is not the one that its file or its release is of."""
    region, spec, periods = table.region, table.spec, table.periods
    of_table = [kind for kind in kinds if spec.table in kind.known_tables] or kinds
    months = sorted({month for kind in of_table for month in kind.months_before_release})
    of_file = check_periods_against_file_name(region, spec, periods, _period_of_name(region.file, kinds))
    of_release = check_periods_against_release(region, spec, periods, covers_last, months) if covers_last else ()
    return merge_problems(table.problems, of_file, of_release)


def _period_of_name(name: str, kinds: list[FileKind]) -> Period | None:
    """The period that a file's name says; None where none can be read, or where the tables are of several kinds."""
    if named := kinds[0].match(name):
        said = named.groupdict().get("period") or ""
        return period_in_name(said) or period_within_name(said)
    is_of_one = len({tuple(kind.months_before_release) for kind in kinds}) == 1
    return period_within_name(name) if is_of_one else None


def _unknown_file(
    workbook: Workbook, regions: list[Region], found: Mapping[str, TableReading], source: Source, release: str
) -> Problem:
    """The problem of a file of which neither its name nor its tables say what it is."""
    declared = f"orchestration/sources/{source.publication}/source.yml"
    expected = f"a file that its name or its tables show to be of one kind in {declared}"
    if not found:
        titles = "; ".join(repr(region.title) for region in regions[:3]) or "no titles"
        return Problem(release, workbook.file, "", "", expected, f"none of its tables (there: {titles})", KIND_REMEDY)
    return Problem(release, workbook.file, "", "", expected, f"only {', '.join(sorted(found))}", KIND_REMEDY)


def _missing(workbook: Workbook, regions: list[Region], spec: TableSpec, release: str) -> Problem:
    """The problem of a table that should be in a file and is not, with the titles most like it."""
    wanted = " … ".join(phrases[0] for phrases in spec.title.all_of)
    titles = [region.title for region in regions]
    near = "; ".join(nearest(wanted, titles)) or "; ".join(titles[:3])
    expected, found = f"a table whose title says {wanted!r}", f"none (titles there: {near})"
    remedy = "if it was renamed, declare the new title in the table's spec"
    return Problem(release, workbook.file, "", "", expected, found, remedy)


def _spec_for(region: Region, source: Source, reading: ReleaseReading) -> TableSpec | None:
    """The one spec that asks for a region, by its title and, where titles are alike, by its headings."""
    asked = [spec for spec in source.tables.values() if matches_title(region.title, spec.title)]
    if not asked:
        reading.not_taken.append(region.title)
        if re.search(source.must_be_mapped, region.title):
            remedy = f"write a spec for it under orchestration/sources/{source.publication}/tables"
            reading.problems.append(
                region.problem(None, "a spec for every table about these sentences", "none", remedy)
            )
        return None
    if len(asked) == 1:
        return asked[0]
    headings = {spec.table: find_headings(region, spec) for spec in asked}
    fitting = [spec for spec in asked if not headings[spec.table].problems]
    fitting = [spec for spec in fitting if headings[spec.table].is_as_declared] or fitting
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(spec.table for spec in fitting or asked)
    expected = "headings that one spec alone fits"
    reading.problems.append(
        region.problem(None, expected, f"{len(fitting)} of {names}", "tell the specs apart by title or headings")
    )
    return None
