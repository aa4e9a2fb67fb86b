"""The data sections of the annual report from the published file alone: an accessible workbook, and a CSV file each.

What is read becomes plain data (`Report`), pure functions make files of it, and `write` puts them into a folder. The
same inputs give the same bytes: nothing of the day or the machine goes into them.

Belongs here: which tables, columns, notes and shorthand a reader gets. Does not belong here: how a workbook is drawn
(`workbook`), which points a section has and how a figure is cited (the models).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.editions.files import write_durably
from orchestration.external.accessible_workbook import Cell, Cover, Sheet, Workbook
from orchestration.query.reading import Table, ask
from orchestration.query.text import SOURCE_KINDS, counted, csv_text, period_text

if TYPE_CHECKING:
    import duckdb

TITLE = "Data of the HMPPS annual report on the IPP sentence 2024/25"
SHORTHAND = {
    "suppressed": ("[c]", "confidential: withheld to protect people"),
    "unavailable": ("[x]", "not available: no figure is held, or the publisher gives none"),
    "not_applicable": ("[z]", "not applicable"),
}
"""What stands in a cell in place of a value, by the status of the figure."""

INPUTS = """
select
    publication.inputs_sha256,
    max(releases.published_on) as newest_release_on,
from meta.publication as publication
inner join meta.releases as releases on releases.status = 'published'
group by publication.inputs_sha256
"""
SECTIONS = """
select
    section,
    title,
    axis,
    axis_basis,
    coalesce(footnotes, '') as footnotes,
    published_source,
    coalesce(caveat, '') as caveat,
from meta.annual_report_sections
order by section_order
"""
COVERAGE = """
select
    coverage.title,
    series.series_title,
    if(coverage.points_expected = 0, null, coverage.points_expected) as points_expected,
    coverage.points_held,
    coverage.further_points_held,
from meta.annual_report_coverage as coverage
inner join meta.annual_report_series as series using (section, series)
where coverage.section = $section
order by coverage.series_order
"""
POINTS = """
with series as (
    select section, series, series_title, unit from meta.annual_report_series
)
select
    points.section,
    points.series,
    points.period_type,
    points.period_start,
    points.period_end,
    figures.value,
    coalesce(figures.unit, series.unit) as unit,
    coalesce(figures.value_status, 'unavailable') as value_status,
    figures.qualifier,
    figures.note_texts,
    figures.source_kind,
    figures.publication,
    figures.release_id,
    figures.published_on,
    figures.table_number,
    figures.table_title,
    figures.source_file,
    figures.source_sheet,
    figures.source_cell,
    coalesce(figures.citation, 'No figure is held') as citation,
    series.series_title,
from meta.annual_report_points as points
inner join series using (section, series)
left join marts.annual_report_figures as figures using (section, series, period_type, period_start, period_end)
where points.section = $section
order by points.series_order, points.period_start, points.period_end
"""
NOT_IN_CSV = ("series_title",)
COLUMNS = ("Series", "Period", "Value", "Unit", "Exactness", "Status", "Kind of source", "Citation")


@dataclass(frozen=True)
class Coverage:
    """How much of one line is held; `expected` is None where the report does not print its axis."""

    section: str
    series: str
    expected: int | None
    held: int
    further: int


@dataclass(frozen=True)
class Section:
    """A data section: what it is, how much of it is held, and its points, held or not, one row each."""

    name: str
    title: str
    axis: str
    axis_basis: str
    footnotes: tuple[str, ...]
    published_source: str
    caveat: str
    coverage: tuple[Coverage, ...]
    points: Table


@dataclass(frozen=True)
class Report:
    """All sections, and what they were made from: the checksum of the inputs, and the day of the newest release."""

    inputs_sha256: str
    newest_release_on: date
    sections: tuple[Section, ...]


def read(connection: duckdb.DuckDBPyConnection) -> Report:
    """The report in a published file. Raises CheckFailed when the file has not the tables of the report."""
    ((inputs_sha256, newest_release_on),) = ask(connection, INPUTS).rows
    sections = tuple(_section(connection, *row) for row in ask(connection, SECTIONS).rows)
    return Report(inputs_sha256, newest_release_on, sections)


def files(report: Report) -> dict[str, str | bytes]:
    """The files of a report by name: a CSV file a section, as text, and the workbook, as bytes."""
    from orchestration.external.accessible_workbook import to_xlsx

    tables = {
        f"{place:02}_{section.name}.csv": csv_text(_without(section.points, NOT_IN_CSV))
        for place, section in enumerate(report.sections, 1)
    }
    return {**tables, "annual_report.xlsx": to_xlsx(workbook(report))}


def write(folder: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write files into a folder, which is made if need be, and return their paths. Other files in it stay."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in contents]
    for path in paths:
        write_durably(path, contents[path.name])
    return paths


def workbook(report: Report) -> Workbook:
    """What the workbook says: cover, coverage, and one sheet a section."""
    coverage = [line for section in report.sections for line in section.coverage]
    return Workbook(
        title=TITLE,
        created=datetime.combine(report.newest_release_on, time()),
        cover=_cover(report),
        sheets=(
            _coverage_sheet(coverage),
            *(_sheet(place, section) for place, section in enumerate(report.sections, 1)),
        ),
    )


def kinds_in_words(sections: Sequence[Section]) -> list[str]:
    """How many figures are of which kind of source, one kind a line; kinds that do not occur are said to be none."""
    counts = Counter(
        row["source_kind"] for section in sections for row in _rows(section.points) if row["value"] is not None
    )
    return [f"{counted(counts[kind], 'figure')}: {kind} ({words})" for kind, words in SOURCE_KINDS.items()]


def _section(connection: duckdb.DuckDBPyConnection, name: str, title: str, *said: str) -> Section:
    """One section, read."""
    axis, axis_basis, footnotes, published_source, caveat = said
    only = {"section": name}
    return Section(
        name,
        title,
        axis,
        axis_basis,
        tuple(footnotes.split(" | ")) if footnotes else (),
        published_source,
        caveat,
        tuple(Coverage(*row) for row in ask(connection, COVERAGE, only).rows),
        ask(connection, POINTS.format(section=name), only),
    )


def _cover(report: Report) -> Cover:
    """The first sheet: what this is, and what its figures are not."""
    newest = f"{report.newest_release_on.day} {report.newest_release_on:%B %Y}"
    return Cover(
        introduction=(
            "The data sections of the annual report, as far as the IPP dashboard warehouse holds figures of them.",
            "The values of the report's charts are not in its text; points known only by their day or year are [x].",
            f"Made from releases published up to {newest}; checksum of all inputs {report.inputs_sha256[:12]}.",
        ),
        about=(
            "Not every figure was read from an official file. Every row says which kind of source it has:",
            *kinds_in_words(report.sections),
            "Shorthand: " + "; ".join(f"{mark} {words}" for mark, words in SHORTHAND.values()) + ".",
        ),
    )


def _coverage_sheet(lines: Sequence[Coverage]) -> Sheet:
    """How much of each line is held."""
    return Sheet(
        name="Coverage",
        title="Points held of each line of the report's charts",
        subtitles=("A line whose axis the report does not print has no number of points to expect: [x].",),
        columns=("Section", "Series", "Points expected", "Points held", "Further points held"),
        rows=tuple(
            (line.section, line.series, "[x]" if line.expected is None else line.expected, line.held, line.further)
            for line in lines
        ),
        legend=(" ".join(SHORTHAND["unavailable"]),),
    )


def _sheet(place: int, section: Section) -> Sheet:
    """One section as a sheet."""
    rows = _rows(section.points)
    pointless = [line.series for line in section.coverage if line.series not in {row["series_title"] for row in rows}]
    statuses = [row["value_status"] for row in rows if row["value"] is None] + ["unavailable" for _ in pointless]
    return Sheet(
        name=f"Table_{place}",
        title=section.title,
        subtitles=tuple(filter(None, (_held_in_words(section.coverage), section.caveat))),
        columns=COLUMNS,
        rows=(*map(_shown, rows), *map(_without_points, pointless)),
        notes=section.footnotes,
        scope=f"Points: {section.axis}. {section.axis_basis}.",
        source=f"Source of the report's chart: {section.published_source}.",
        legend=_legend(statuses),
    )


def _held_in_words(lines: Sequence[Coverage]) -> str:
    """`25 of 33 points are held`, with those beyond a known axis."""
    expected, held = sum(line.expected or 0 for line in lines), sum(line.held for line in lines)
    further = sum(line.further for line in lines)
    known = f"{held} of {counted(expected, 'point')} held" if expected else ""
    beyond = f"{counted(further, 'point')} held of lines whose axis is not printed" if further else ""
    return "; ".join(filter(None, (known, beyond))) or "No point is held"


def _shown(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    """A point as a row of its sheet; no cell is empty."""
    status, value = row["value_status"], row["value"]
    return (
        row["series_title"],
        period_text(row["period_type"], row["period_start"], row["period_end"]),
        SHORTHAND[status][0] if value is None else _number(value),
        row["unit"],
        "[z]" if value is None else row["qualifier"] or "exact",
        status.replace("_", " "),
        row["source_kind"] or "[x]",
        row["citation"],
    )


def _without_points(series: str) -> tuple[Cell, ...]:
    """The row of a line of which neither a point nor a figure is known."""
    return (series, "[x]", "[x]", "[z]", "[z]", "unavailable", "[x]", "No figure is held")


def _legend(statuses: Sequence[str]) -> tuple[str, ...]:
    """The shorthand that a sheet uses; `[z]` stands for the exactness of what has no value."""
    used = {SHORTHAND[status] for status in statuses} | ({SHORTHAND["not_applicable"]} if statuses else set())
    return tuple(f"{mark} {words}" for mark, words in SHORTHAND.values() if (mark, words) in used)


def _number(value: float) -> float | int:
    """A value as a cell holds it: whole numbers as such."""
    return int(value) if value.is_integer() else value


def _rows(table: Table) -> list[dict[str, Any]]:
    """The rows of a table by column name."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _without(table: Table, names: Sequence[str]) -> Table:
    """A table without some columns."""
    kept = [place for place, name in enumerate(table.columns) if name not in names]
    return Table(
        tuple(table.columns[place] for place in kept), [tuple(row[place] for place in kept) for row in table.rows]
    )
