"""The annual report from the external pack alone: an accessible workbook, and a CSV file for each data section.

What is read becomes plain data (`Report`), pure functions make files of it, and `write` puts them into a folder. The
same inputs give the same bytes: nothing of the day or the machine goes into them.

Belongs here: which tables, columns, charts and notes a reader gets. Does not belong here: how a workbook is drawn
(`accessible_workbook`), which points a section has and how a figure is cited (the models).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.editions.files import write_durably
from orchestration.external.accessible_workbook import Cell, Chart, Cover, Link, Sheet, Workbook, sheet_name
from orchestration.external.workbook_words import (
    CONTACT,
    LICENCE,
    SYMBOLS,
    SYNTHETIC,
    all_symbols,
    breakdown_in_words,
    day_in_words,
    legend,
    number,
    period_in_words,
    sentence,
    status_in_words,
)
from orchestration.problems import counted
from orchestration.query.reading import ask
from orchestration.query.table import Table
from orchestration.query.text import SOURCE_KINDS, csv_text

if TYPE_CHECKING:
    import duckdb

FILE = "annual_report.xlsx"
TITLE = "Data of the HMPPS annual report on the IPP sentence 2024/25"
NOT_HELD = SYMBOLS["unavailable"][0]
NOT_APPLICABLE = SYMBOLS["not_applicable"][0]
NO_FIGURE = "No figure is held"
FEWEST_CHARTED = 3
"""Points of a line from which on a chart shows more than its table does."""

RELEASES = "select max(published_on) as newest_release_on, count(*) as releases from meta.releases"
LINKS = """
select title, source_url
from meta.releases
where source_url like 'https://www.gov.uk/%'
order by published_on desc, title
limit 5
"""
"""The newest releases that have a page on GOV.UK."""
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
    coverage.section,
    coverage.title,
    series.series_title,
    if(coverage.points_expected = 0, null, coverage.points_expected) as points_expected,
    coverage.points_held,
    coverage.points_derived,
    coverage.further_points_held,
from meta.annual_report_coverage as coverage
inner join meta.annual_report_series as series using (section, series)
order by coverage.section_order, coverage.series_order
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
order by points.section, points.series_order, points.period_start, points.period_end
"""
FIGURES = """
select
    figures.measure,
    coalesce(figures.breakdown, '') as breakdown,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    figures.value,
    figures.unit,
    figures.value_status,
    figures.qualifier,
    figures.source_kind,
    citations.citation,
    measures.measure as measure_title,
    row_number() over (
        partition by figures.measure, figures.breakdown, figures.period_type order by figures.period_end desc
    ) = 1 as is_newest,
from published.figures as figures
inner join meta.citations as citations
    using (
        measure, breakdown, period_type, period_start, period_end,
        publication, release_id, source_file, source_sheet, source_cell
    )
inner join meta.measures as measures on figures.measure = measures.key
where figures.is_latest and figures.value is not null and figures.measure in (select unnest($measures))
order by figures.period_end, figures.period_start, figures.measure, figures.breakdown, figures.value
"""
"""Published figures with a value; `is_newest` marks the last period of each measure and breakdown."""
TARGETS = """
with counted as (
    select
        *,
        row_number() over (partition by measure, statistic, period_type order by period_end desc) as place,
    from counted.figures
    where breakdown = ''
)

select
    targets.target,
    targets.wording,
    targets.measured_over,
    targets.target_value,
    targets.unit,
    targets.due_on,
    targets.measure,
    coalesce(targets.published_breakdown, '') as published_breakdown,
    counted.period_start,
    counted.period_end,
    counted.value,
    counted.value_text,
    counted.source_kind,
from meta.targets_of_the_action_plan as targets
left join counted
    on
        counted.measure = targets.measure
        and counted.statistic = targets.statistic
        and counted.period_type = targets.period_type
        and counted.place = 1
order by targets.target, targets.due_on
"""
"""The counted position is that of the pack, in which small counts are suppressed."""
REGIMES = """
select label, sentence_type, in_force_from, referral_years, qualifying_years, automatic_years, source
from meta.licence_termination_regimes
order by regime_order, sentence_type desc
"""
LABELS = "select dimension, code, label from meta.categories"
RISE = "statistic=increase"
"""The breakdown under which a rise is published and not a level."""
COHORTS = (
    ("Women", "ipp_women_in_prison", ("", "custody_status=unreleased", "custody_status=recalled")),
    ("Women", "ipp_women_in_community", ("",)),
    (
        "People serving detention for public protection (DPP)",
        "dpp_people",
        ("custody_status=unreleased", "custody_status=recalled", "location=community"),
    ),
    ("Recalled people", "ipp_recalled_prisoners", ("",)),
    ("Recalled people", "ipp_recalls", ("",)),
    ("Never released people", "ipp_unreleased_prisoners", ("",)),
)
"""The cohorts that the report covers, each with the measures and breakdowns it gives figures of."""
ACT_FROM = date(2024, 11, 1)
"""The day on which the Victims and Prisoners Act 2024 first ended licences."""
ACT_MEASURES = (
    "automatic_licence_terminations",
    "termination_eligible",
    "termination_referrals",
    "termination_decisions",
    "termination_decision_days",
    "rarr_releases",
    "suspension_of_supervision",
)
NOT_IN_CSV = ("series_title",)
COLUMNS = ("Series", "Period", "Value", "Unit", "Exactness", "Status", "Kind of source", "Citation")


@dataclass(frozen=True)
class Coverage:
    """How much of one line is held; `expected` is None where the report does not give its axis. `derived` counts
    points that follow from published parts.
    """

    section: str
    series: str
    expected: int | None
    held: int
    derived: int
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
    """What the workbook is made of.

    `cohorts` and `act` are published figures as FIGURES gives them, those of `cohorts` with the cohort in front;
    `targets` and `regimes` are rows of their queries. `labels` names members of dimensions.
    """

    newest_release_on: date
    releases: int
    sections: tuple[Section, ...]
    targets: tuple[Mapping[str, Any], ...] = ()
    cohorts: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    act: tuple[Mapping[str, Any], ...] = ()
    regimes: tuple[Mapping[str, Any], ...] = ()
    labels: Mapping[tuple[str, str], str] | None = None
    links: tuple[Link, ...] = ()


def read(connection: duckdb.DuckDBPyConnection) -> Report:
    """The report in an external pack. Raises CheckFailed when the file has not the tables of the report."""
    ((newest_release_on, releases),) = ask(connection, RELEASES).rows
    targets = _rows(ask(connection, TARGETS))
    measures = {measure for _, measure, _ in COHORTS} | {*ACT_MEASURES} | {row["measure"] for row in targets}
    figures = _rows(ask(connection, FIGURES, {"measures": sorted(measures)}))
    return Report(
        newest_release_on,
        releases,
        tuple(_sections(connection)),
        tuple({**row, "published": _published_position(row, figures)} for row in targets),
        tuple(_cohort_figures(figures)),
        tuple(
            row
            for row in figures
            if row["measure"] in ACT_MEASURES and row["period_end"] >= ACT_FROM and "forecast" not in row["breakdown"]
        ),
        tuple(_rows(ask(connection, REGIMES))),
        {(dimension, code): label for dimension, code, label in ask(connection, LABELS).rows},
        tuple(Link(title, address) for title, address in ask(connection, LINKS).rows),
    )


def files(report: Report) -> dict[str, str | bytes]:
    """The files of a report by name: a CSV file for each data section, as text, and the workbook, as bytes."""
    from orchestration.external.accessible_workbook import to_xlsx

    tables = {
        f"{place:02}_{section.name}.csv": csv_text(_without(section.points, NOT_IN_CSV))
        for place, section in enumerate(report.sections, 1)
    }
    return {**tables, FILE: to_xlsx(workbook(report))}


def write(folder: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write files into a folder, which is made if need be, and return their paths. Other files in it stay."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in contents]
    for path in paths:
        write_durably(path, contents[path.name])
    return paths


def workbook(report: Report) -> Workbook:
    """What the workbook says: cover, coverage, one sheet a section, then targets, cohorts and the Act."""
    coverage = [line for section in report.sections for line in section.coverage]
    after = len(report.sections) + 1
    labels = report.labels or {}
    sheets = (
        _coverage_sheet(coverage),
        *(_sheet(place, section) for place, section in enumerate(report.sections, 1)),
        _targets_sheet(after, report.targets),
        _cohorts_sheet(after + 1, report.cohorts, labels),
        _regimes_sheet(after + 2, report.regimes),
        _act_sheet(after + 3, report.act, labels),
    )
    return Workbook(
        title=TITLE,
        created=datetime.combine(report.newest_release_on, time()),
        cover=_cover(report),
        sheets=tuple(sheet for sheet in sheets if sheet.rows),
    )


def kinds_in_words(sections: Sequence[Section]) -> list[str]:
    """How many figures are of which kind of source, one kind a line; kinds that do not occur are said to be none."""
    counts = Counter(
        row["source_kind"] for section in sections for row in _rows(section.points) if row["value"] is not None
    )
    return [f"{counted(counts[kind], 'figure')}: {kind} ({words})" for kind, words in SOURCE_KINDS.items()]


def _sections(connection: duckdb.DuckDBPyConnection) -> Iterable[Section]:
    """The sections in their order."""
    coverage, points = ask(connection, COVERAGE).rows, ask(connection, POINTS)
    for name, title, axis, axis_basis, footnotes, published_source, caveat in ask(connection, SECTIONS).rows:
        yield Section(
            name,
            title,
            axis,
            axis_basis,
            tuple(footnotes.split(" | ")) if footnotes else (),
            published_source,
            caveat,
            tuple(Coverage(*line) for section, *line in coverage if section == name),
            Table(points.columns, [row for row in points.rows if row[0] == name]),
        )


def _cohort_figures(figures: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The newest figures of each cohort, in the order of COHORTS."""
    for cohort, measure, breakdowns in COHORTS:
        for breakdown in breakdowns:
            newest = [
                row
                for row in figures
                if row["measure"] == measure and row["breakdown"] == breakdown and row["is_newest"]
            ]
            # A measure with quarters and years is shown by year, as the report does.
            years = [row for row in newest if row["period_type"] == "calendar_year"]
            yield from ((cohort, row) for row in years or newest)


def _published_position(target: Mapping[str, Any], figures: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The newest published figure of a target; None if there is none."""
    of_target = [
        row
        for row in figures
        if row["measure"] == target["measure"] and row["breakdown"] == target["published_breakdown"]
    ]
    return of_target[-1] if of_target else None


def _cover(report: Report) -> Cover:
    """The first sheet: what this is, how figures are marked, and whom to ask."""
    return Cover(
        introduction=(
            f"Publication date of the newest release used: {day_in_words(report.newest_release_on)}.",
            "The data sections of the annual report, its targets, cohorts and the Act, as far as figures are held.",
            "The values of the report's charts are not in its text; points known only by their day or year are [x].",
            f"Made from {counted(report.releases, 'release')}. Each row names the cell that its figure comes from.",
            *report.links,
        ),
        about=(
            "Not every figure was read from an official file. Every row says which kind of source it has:",
            *kinds_in_words(report.sections),
            SYNTHETIC,
            "A derived figure is a total that is not published: the sum of its published parts, with the cell of each.",
            all_symbols(),
            *LICENCE,
        ),
        contact=CONTACT,
    )


def _coverage_sheet(lines: Sequence[Coverage]) -> Sheet:
    """How much of each line is held."""
    columns = ("Section", "Series", "Points expected", "Points held", "Points derived", "Further points held")
    rows = tuple(
        (
            line.section,
            line.series,
            NOT_HELD if line.expected is None else line.expected,
            line.held,
            line.derived,
            line.further,
        )
        for line in lines
    )
    return Sheet(
        name="Coverage",
        title="Points held of each line of the report's charts",
        subtitles=(
            "A line whose axis the report does not give has no number of points to expect: [x].",
            "A derived point is a total that follows from its published parts.",
        ),
        columns=columns,
        rows=rows,
        legend=legend(cell for row in rows for cell in row),
    )


def _sheet(place: int, section: Section) -> Sheet:
    """One section as a sheet."""
    points = _rows(section.points)
    pointless = [line.series for line in section.coverage if line.series not in {row["series_title"] for row in points}]
    rows = (*map(_shown, points), *map(_without_points, pointless))
    return Sheet(
        name=sheet_name(f"{place} {section.name}"),
        title=section.title,
        subtitles=tuple(filter(None, (_held_in_words(section.coverage), section.caveat))),
        columns=COLUMNS,
        rows=rows,
        notes=section.footnotes,
        scope=f"Points: {section.axis}. {section.axis_basis}.",
        source=f"Source of the report's chart: {section.published_source}.",
        legend=legend(cell for row in rows for cell in row),
        chart=_chart(section, points),
    )


def _held_in_words(lines: Sequence[Coverage]) -> str:
    """`25 of 33 points held, 8 derived`, with those beyond a known axis."""
    expected, held = sum(line.expected or 0 for line in lines), sum(line.held for line in lines)
    derived, further = sum(line.derived for line in lines), sum(line.further for line in lines)
    known = f"{held} of {counted(expected, 'point')} held" if expected else ""
    known += f", {derived} derived from published parts" if derived else ""
    beyond = f"{counted(further, 'point')} held of lines whose axis is not published" if further else ""
    return "; ".join(filter(None, (known, beyond))) or "No point is held"


def _shown(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    """A point as a row of its sheet; no cell is empty."""
    status, value = row["value_status"], row["value"]
    return (
        row["series_title"],
        period_in_words(row["period_start"], row["period_end"]),
        SYMBOLS[status][0] if value is None else number(value),
        row["unit"],
        NOT_APPLICABLE if value is None else row["qualifier"] or "exact",
        status_in_words(status),
        row["source_kind"] or NOT_HELD,
        row["citation"],
    )


def _without_points(series: str) -> tuple[Cell, ...]:
    """The row of a line of which neither a point nor a figure is known."""
    return (
        *(series, NOT_HELD, NOT_HELD, NOT_APPLICABLE, NOT_APPLICABLE, "unavailable", NOT_HELD),
        NO_FIGURE,
    )


def _chart(section: Section, points: Sequence[Mapping[str, Any]]) -> Chart | None:
    """The chart of a section; None where no line has enough points.

    Lines are drawn only if every point has a value: a spreadsheet program draws text as zero. With gaps, columns are
    drawn, and a missing column is a missing point.
    """
    lines: list[tuple[str, int, list[Mapping[str, Any]]]] = []
    place = 0
    for title, rows in groupby(points, key=lambda row: str(row["series_title"])):
        line = list(rows)
        lines.append((title, place, line))
        place += len(line)
    drawn = [one for one in lines if sum(row["value"] is not None for row in one[2]) >= FEWEST_CHARTED]
    if not drawn:
        return None
    # All lines share the periods of the first: a program labels every line with those.
    longest = max(drawn, key=lambda one: len(one[2]))
    drawn = [longest, *(one for one in drawn if one is not longest and _goes_with(one[2], longest[2]))]
    drawn.sort(key=lambda one: (one is not longest, one[1]))
    shown = [row for _, _, line in drawn for row in line]
    missing = sum(row["value"] is None for row in shown)
    return Chart(
        kind="column" if missing else "line",
        title=section.title,
        alt_text=_alt_text(section, [(title, line) for title, _, line in drawn], missing),
        categories="Period",
        values="Value",
        unit=sentence(shown[0]["unit"]),
        series=tuple((title, first, first + len(line) - 1) for title, first, line in drawn),
    )


def _goes_with(line: Sequence[Mapping[str, Any]], longest: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a line counts the same unit over the first periods of the longest line."""
    keys = [(row["unit"], row["period_start"], row["period_end"]) for row in line]
    return keys == [(row["unit"], row["period_start"], row["period_end"]) for row in longest[: len(line)]]


def _alt_text(section: Section, lines: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], missing: int) -> str:
    """What a chart shows in words: each line's first and last value, and how many points are not held."""
    kind = "Column chart" if missing else "Line chart"
    gaps = f" {counted(missing, 'point')} not held and not drawn." if missing else ""
    ends = " ".join(_ends_in_words(title, [row for row in line if row["value"] is not None]) for title, line in lines)
    return f"{kind} of {section.title}. {ends}{gaps} The table above the chart has every value."


def _ends_in_words(title: str, held: Sequence[Mapping[str, Any]]) -> str:
    """The first and the last value: `Unreleased: 4,614 people on 30 June 2015, 1,012 people on 31 March 2025`."""
    first, last = (
        f"{number(row['value']):,} {row['unit']} {'on' if row['period_start'] == row['period_end'] else 'in'} "
        f"{period_in_words(row['period_start'], row['period_end'])}"
        for row in (held[0], held[-1])
    )
    return f"{title}: {first}, {last}."


def _targets_sheet(place: int, targets: Sequence[Mapping[str, Any]]) -> Sheet:
    """The targets of the action plan: level asked for, published position, and the position counted from records."""
    columns = (
        *("Target", "What is asked for", "Measured over", "Level to reach", "Unit", "Due"),
        *("Published level", "Published change", "Published for", "Published in"),
        *("Counted position", "Counted for", "Kind of source of the counted position"),
    )
    rows = tuple(map(_target_row, targets))
    return Sheet(
        name=sheet_name(f"{place} Targets"),
        title="Targets of the IPP Action Plan 2025/26",
        subtitles=(
            "A published change is no level. The report does not say whether the rise of target 1 is in points.",
            "Counted positions are those of the external pack. " + SYNTHETIC,
        ),
        columns=columns,
        rows=rows,
        source="Source of the targets: HMPPS annual report on the IPP sentence 2024/25, Annex A.",
        legend=legend(cell for row in rows for cell in row),
    )


def _target_row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    """A target and a day it is due as a row of its sheet."""
    said = row["published"]
    is_rise = row["published_breakdown"] == RISE
    value = _qualified(said) if said else NOT_HELD
    return (
        row["target"],
        row["wording"],
        row["measured_over"],
        number(row["target_value"]),
        row["unit"],
        day_in_words(row["due_on"]) if row["due_on"] else "No day given",
        NOT_HELD if is_rise else value,
        value if is_rise else NOT_APPLICABLE,
        period_in_words(said["period_start"], said["period_end"]) if said else NOT_HELD,
        said["citation"] if said else NO_FIGURE,
        (row["value_text"] or NOT_HELD) if row["value"] is None else number(round(row["value"], 1)),
        period_in_words(row["period_start"], row["period_end"]) if row["period_end"] else NOT_HELD,
        row["source_kind"] or NOT_HELD,
    )


def _qualified(row: Mapping[str, Any]) -> Cell:
    """A value as a cell: a number, or text where the publisher gives it as about or more than a number."""
    return f"{row['qualifier']} {number(row['value']):,}" if row["qualifier"] else number(row["value"])


FIGURE_COLUMNS = (
    *("What is counted", "Breakdown", "Group", "Period", "Value", "Unit", "Exactness", "Status"),
    *("Kind of source", "Citation"),
)


def _figure_row(row: Mapping[str, Any], labels: Mapping[tuple[str, str], str]) -> tuple[Cell, ...]:
    """A published figure as a row."""
    return (
        row["measure_title"],
        *breakdown_in_words(row["breakdown"], labels),
        period_in_words(row["period_start"], row["period_end"]),
        number(row["value"]),
        row["unit"],
        row["qualifier"] or "exact",
        status_in_words(row["value_status"]),
        row["source_kind"],
        row["citation"],
    )


def _cohorts_sheet(
    place: int, cohorts: Sequence[tuple[str, Mapping[str, Any]]], labels: Mapping[tuple[str, str], str]
) -> Sheet:
    """The cohorts of the report, each with the newest published figures."""
    return Sheet(
        name=sheet_name(f"{place} Cohorts"),
        title="Individual cohorts: newest published figures",
        subtitles=("Cohorts overlap, and their figures are of different days. Do not add them up.",),
        columns=("Cohort", *FIGURE_COLUMNS),
        rows=tuple((cohort, *_figure_row(row, labels)) for cohort, row in cohorts),
        source="Source: the publications that the citations name.",
    )


def _regimes_sheet(place: int, regimes: Sequence[Mapping[str, Any]]) -> Sheet:
    """The law on the end of the licence, a row for each set of rules and sentence."""
    rows = tuple(
        (
            row["label"],
            row["sentence_type"],
            day_in_words(row["in_force_from"]) if row["in_force_from"] else "Not in force: no day is known",
            row["referral_years"],
            row["qualifying_years"],
            NOT_APPLICABLE if row["automatic_years"] is None else row["automatic_years"],
            row["source"],
        )
        for row in regimes
    )
    return Sheet(
        name=sheet_name(f"{place} The Act rules"),
        title="Victims and Prisoners Act 2024: rules on the end of the licence",
        subtitles=("Years count from the first release. Rules hold until the next ones of the same sentence begin.",),
        columns=(
            *("Rules", "Sentence", "In force from", "Years to referral", "Qualifying period in years"),
            *("Years from the qualifying period to the automatic end", "Source"),
        ),
        rows=rows,
        legend=legend(cell for row in rows for cell in row),
    )


def _act_sheet(place: int, act: Sequence[Mapping[str, Any]], labels: Mapping[tuple[str, str], str]) -> Sheet:
    """What is published on the effect of the Act."""
    return Sheet(
        name=sheet_name(f"{place} The Act figures"),
        title="Victims and Prisoners Act 2024: published figures since it took effect",
        subtitles=(
            f"Figures of periods that end on or after {day_in_words(ACT_FROM)}. They come from different days.",
        ),
        columns=FIGURE_COLUMNS,
        rows=tuple(_figure_row(row, labels) for row in act),
        source="Source: the publications that the citations name.",
    )


def _rows(table: Table) -> list[dict[str, Any]]:
    """The rows of a table by column name."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _without(table: Table, names: Sequence[str]) -> Table:
    """A table without some columns."""
    kept = [place for place, name in enumerate(table.columns) if name not in names]
    return Table(
        tuple(table.columns[place] for place in kept), [tuple(row[place] for place in kept) for row in table.rows]
    )
