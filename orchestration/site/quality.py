"""The pages on data quality: releases, freshness, checks, reconciliation and coverage."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from orchestration.archive.calendar import RELEASE_MONTHS, last_working_thursday
from orchestration.site import wording
from orchestration.site.pages import Link, Page, Part, table_of
from orchestration.site.warehouse import Row, fetch

if TYPE_CHECKING:
    import duckdb

OMSQ = "omsq"
RELEASES = """
select
    title,
    publication || ' ' || release_id as release,
    publication,
    published_on,
    source_kind,
    replace(status, '_', ' ') as status,
    coalesce(reason, '') as reason,
    covers_last,
    cells
from meta.releases
order by published_on desc, publication, release_id
"""
CHECKS = """
select suite, target, expectation, success, could_run, observed, reason
from meta.checks
order by suite, target, expectation
"""
CHECKED = """
select
    target,
    count(*) as checks,
    count(*) filter (where success) as passed,
    count(*) filter (where not could_run) as not_run
from meta.checks
group by target
order by target
"""
REASONS = """
select
    reason,
    count(*) as checks,
    count(distinct target) as tables,
    count(*) filter (where not success) as failed
from meta.checks
group by reason
order by failed desc, checks desc, reason
limit 60
"""
RECONCILED = """
select
    replace(name, '_', ' ') as name,
    period_end,
    left_value,
    relation,
    right_value,
    difference,
    replace(status, '_', ' ') as status,
    reason,
    left_source,
    right_source,
    source
from meta.reconciliation
order by name, period_end
"""
COUNTED = """
select
    coalesce(measures.measure, reconciled.measure) as measure,
    reconciled.statistic,
    if(reconciled.breakdown = '', 'All', replace(replace(reconciled.breakdown, '=', ': '), '_', ' ')) as breakdown,
    reconciled.period_end,
    reconciled.value,
    reconciled.published_value,
    reconciled.difference,
    reconciled.tolerance,
    replace(reconciled.agreement, '_', ' ') as agreement,
    reconciled.reason
from marts.internal_reconciliation as reconciled
left join meta.measures as measures on reconciled.measure = measures.key
order by measure, reconciled.statistic, reconciled.breakdown, reconciled.period_end
"""
COVERAGE = """
select
    coverage.title,
    series.series_title,
    nullif(coverage.points_expected, 0) as points_expected,
    coverage.points_held,
    coverage.further_points_held
from meta.annual_report_coverage as coverage
inner join meta.annual_report_series as series using (section, series)
order by coverage.section_order, coverage.series_order
"""
WITHOUT_FIGURES = "select replace(measure, '_', ' ') as measure, reason from meta.measure_coverage order by measure"
NOT_HELD = """
select description || ': ' || figure as what, published_in, reason
from meta.figures_not_held
order by published_in, description, figure
"""


def make_quality_pages(connection: duckdb.DuckDBPyConnection, made_on: date) -> list[Page]:
    """The pages on data quality and on checks. `made_on` is the day of the edition: what is due by then is late."""
    releases = fetch(connection, RELEASES)
    parts = (
        _freshness(releases, made_on),
        _held_back(releases),
        _releases(releases),
        _published_reconciliation(fetch(connection, RECONCILED)),
        _counted_reconciliation(fetch(connection, COUNTED)),
        _coverage(fetch(connection, COVERAGE)),
        _gaps(fetch(connection, WITHOUT_FIGURES), fetch(connection, NOT_HELD)),
    )
    data = {
        "releases": csv_text(releases),
        "reconciliation-published": csv_text(fetch(connection, RECONCILED)),
        "reconciliation-counted": csv_text(fetch(connection, COUNTED)),
    }
    description = "What this edition is made from, how we checked it, and what is missing."
    quality = Page(
        "data-quality.html",
        "Data quality",
        "Data quality",
        "Reports",
        "tables.html",
        {"description": description, "parts": parts},
        data=data,
    )
    return [quality, _checks_page(connection)]


def due_days(after: date, until: date) -> list[date]:
    """The days on which the quarterly statistics were due after one day and up to another."""
    days = [
        last_working_thursday(year, month) for year in range(after.year, until.year + 1) for month in RELEASE_MONTHS
    ]
    return [day for day in days if after < day <= until]


def csv_text(rows: Sequence[Row]) -> str:
    """Rows as CSV with a header; empty for no rows."""
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()


def _freshness(releases: Sequence[Row], made_on: date) -> Part:
    """The newest release of each publication, and the quarterly statistics that are due but not held."""
    newest: dict[str, Row] = {}
    for row in releases:
        if row["status"] == "published":
            newest.setdefault(row["publication"], row)
    rows = [{**row, "name": row["publication"].replace("_", " ")} for row in newest.values()]
    lines: tuple[str, ...] = ()
    if quarterly := _quarterly(releases):
        missed = due_days(quarterly["published_on"], made_on)
        ahead = next(day for day in due_days(made_on, made_on.replace(year=made_on.year + 1)))
        lines = (
            "The quarterly statistics come out on the last working Thursday of January, April, July and October.",
            f"The newest workbooks held were published on {wording.day_text(quarterly['published_on'])}.",
            _missed(missed, made_on),
            f"The next quarterly statistics are due on {wording.day_text(ahead)}.",
        )
    columns = {
        "name": "Publication",
        "title": "Newest release",
        "published_on": "Published",
        "covers_last": "Covers up to",
    }
    return Part(
        "Freshness against the release calendar", lines, table_of("Newest release of each publication", rows, columns)
    )


def _quarterly(releases: Sequence[Row]) -> Row | None:
    """The newest workbooks of the quarterly statistics; notes transcribed from one are not workbooks."""
    held = [row for row in releases if row["publication"] == OMSQ and row["source_kind"] != "transcribed"]
    return held[0] if held else None


def _missed(missed: Sequence[date], made_on: date) -> str:
    """Which due releases are not held."""
    if not missed:
        return f"No later release was due by {wording.day_text(made_on)}, the day of this edition."
    days = wording.listed([wording.day_text(day) for day in missed])
    was = "was" if len(missed) == 1 else "were"
    return f"{wording.plural(len(missed), 'later release')} {was} due by the day of this edition and not held: {days}."


def _held_back(releases: Sequence[Row]) -> Part:
    """Releases that are not used, and why."""
    others = [row for row in releases if row["status"] != "published"]
    line = (
        f"{wording.plural(len(others), 'release')} in raw/ {'is' if len(others) == 1 else 'are'} not used."
        if others
        else "Every release in raw/ is used. None is set aside or under embargo."
    )
    columns = {"title": "Release", "status": "Status", "reason": "Reason", "published_on": "Published"}
    return Part("Releases set aside or under embargo", (line,), table_of("Releases not used", others, columns))


def _releases(releases: Sequence[Row]) -> Part:
    """All releases in use, with the kind of their source."""
    used = [row for row in releases if row["status"] == "published"]
    kinds = Counter(row["source_kind"] for row in used)
    line = "By kind of source: " + wording.listed([f"{number} {kind}" for kind, number in sorted(kinds.items())]) + "."
    columns = {"title": "Release", "published_on": "Published", "source_kind": "Kind of source", "cells": "Cells read"}
    return Part(
        "Releases in use",
        (f"This edition uses {wording.plural(len(used), 'release')}. {line}",),
        table_of("Releases in use", used, columns),
        (Link("data/releases.csv", "Download CSV: releases", is_download=True),),
        is_hidden=True,
    )


def _published_reconciliation(rows: Sequence[Row]) -> Part:
    """Comparisons between published figures."""
    counts = Counter(row["status"] for row in rows)
    notable = [row for row in rows if row["status"] not in ("agrees", "not evaluable")]
    columns = {
        "name": "Comparison",
        "period_end": "Period to",
        "left_value": "Left",
        "relation": "Relation",
        "right_value": "Right",
        "difference": "Difference",
        "status": "Status",
        "reason": "Reason",
    }
    said = wording.listed([f"{number} {status}" for status, number in sorted(counts.items())])
    return Part(
        "Reconciliation of published figures",
        (
            f"We compare published figures with each other in {wording.plural(len(rows), 'place')}: {said}.",
            "The table has those that differ. The CSV file has all, with both cells.",
        ),
        table_of("Published figures that differ", notable, columns),
        (
            Link(
                "data/reconciliation-published.csv",
                "Download CSV: reconciliation of published figures",
                is_download=True,
            ),
        ),
    )


def _counted_reconciliation(rows: Sequence[Row]) -> Part:
    """Counted figures beside published ones."""
    counts = Counter(row["agreement"] for row in rows)
    said = wording.listed([f"{number} {agreement}" for agreement, number in sorted(counts.items())])
    columns = {
        "measure": "Measure",
        "breakdown": "Of",
        "period_end": "Period to",
        "value": "Counted",
        "published_value": "Published",
        "difference": "Difference",
        "tolerance": "Tolerance",
        "agreement": "Agreement",
    }
    return Part(
        "Counted and published figures",
        (f"{wording.plural(len(rows), 'counted figure')} can be compared with a published one: {said}.",),
        table_of("Counted beside published figures", rows, columns),
        (Link("data/reconciliation-counted.csv", "Download CSV: counted and published figures", is_download=True),),
        is_hidden=True,
    )


def _coverage(rows: Sequence[Row]) -> Part:
    """How many points of the annual report's charts are held."""
    expected, held = (sum(row[name] or 0 for row in rows) for name in ("points_expected", "points_held"))
    columns = {
        "title": "Section",
        "series_title": "Line",
        "points_expected": "Points expected",
        "points_held": "Points held",
        "further_points_held": "Further points held",
    }
    return Part(
        "Coverage of the annual report",
        (
            f"We hold published figures for {held} of {wording.plural(expected, 'point')} of the report's charts.",
            "A line whose axis the report does not give has no number of points to expect.",
        ),
        table_of("Coverage of the annual report", rows, columns),
        is_hidden=True,
    )


def _gaps(measures: Sequence[Row], figures: Sequence[Row]) -> Part:
    """Measures and published figures that are not held, with the reason."""
    rows = [{"what": row["measure"], "where": "every figure", "reason": row["reason"]} for row in measures]
    rows += [
        {"what": row["what"], "where": f"the figure in: {row['published_in']}", "reason": row["reason"]}
        for row in figures
    ]
    columns = {"what": "Measure or figure", "where": "What is missing", "reason": "Reason"}
    return Part("What is not held", (), table_of("What is not held", rows, columns))


def _checks_page(connection: duckdb.DuckDBPyConnection) -> Page:
    """The page of checks: how many, by table and by reason; each is in the CSV file."""
    checks = fetch(connection, CHECKS)
    passed = sum(row["success"] for row in checks)
    not_run = sum(not row["could_run"] for row in checks)
    passes = f"{passed:,} of {wording.plural(len(checks), 'check')} of tables passed and {not_run:,} could not run."
    lines = (
        passes,
        # These are made from the tables, so their own checks run after this page is written.
        "The external pack, the dashboard's files and these pages are checked after that. `ipp status` counts all.",
        "A check that fails or cannot run stops publication.",
    )
    failed = [row for row in checks if not row["success"]]
    said: Mapping[str, str] = {"target": "Table", "expectation": "Check", "observed": "Found", "reason": "Reason"}
    every = Link("data/checks.csv", "Download CSV: every check with its result and reason", is_download=True)
    reasons = {"reason": "Reason", "checks": "Checks", "tables": "Tables"}
    by_table = {"target": "Table", "checks": "Checks", "passed": "Passed"}
    why = "The reasons that most checks have."
    parts = (
        Part("Result", lines, table_of("Checks that failed", failed, said), (every,)),
        Part("Why we check", (why,), table_of("Reasons of checks", fetch(connection, REASONS), reasons)),
        Part("Checks by table", (), table_of("Checks by table", fetch(connection, CHECKED), by_table), is_hidden=True),
    )
    description = "Every table is checked before an edition is published."
    return Page(
        "checks.html",
        "Checks of this edition",
        "Checks",
        "Reports",
        "tables.html",
        {"description": description, "parts": parts},
        data={"checks": csv_text(checks)},
    )
