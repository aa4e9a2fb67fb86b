"""What the published file holds of each measure in scope, why it holds nothing of the others, how what it counts from
records agrees with what is published, and what a person should know of its releases.

The reasons are data: the seed `measure_coverage`, and `figures_not_held` for single figures. A measure without figures
and without a reason is shown as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.problems import counted
from orchestration.query.reading import ask
from orchestration.query.table import Table

if TYPE_CHECKING:
    import duckdb

NO_REASON = "no reason is declared in the seed measure_coverage"
ALL_WITHHELD = "counted from internal extracts; no figure is large enough to be shown"

COVERAGE = """
with with_a_value as (
    select measure, period_start, period_end, source_kind, publication || ' ' || release_id as release,
    from marts.figures
    where value is not null
    union all by name
    select measure, period_start, period_end, source_kind, 'internal extracts of ' || extract_as_at as release,
    from marts.counted_figures
    where value is not null
),
figures as (
    select
        measure,
        count(*) as figures,
        min(period_start) as first_period,
        max(period_end) as last_period,
        string_agg(distinct source_kind, ', ' order by source_kind) as source_kinds,
        string_agg(distinct release, ', ' order by release) as releases,
    from with_a_value
    group by measure
),
counted as (
    select distinct measure,
    from marts.counted_figures
)
select
    measures.id,
    measures.key as measure,
    measures.published_or_internal,
    measures.mart,
    coalesce(figures.figures, 0) as figures,
    figures.first_period,
    figures.last_period,
    coalesce(figures.source_kinds, '') as source_kinds,
    coalesce(figures.releases, '') as releases,
    case
        when figures.measure is not null then ''
        when counted.measure is not null then $all_withheld
        else coalesce(measure_coverage.reason, $no_reason)
    end as why_none,
from meta.measures as measures
left join figures on measures.key = figures.measure
left join counted on measures.key = counted.measure
left join meta.measure_coverage as measure_coverage on measures.key = measure_coverage.measure
where measures.in_scope = 'yes' and (not $without_figures or figures.measure is null)
order by measures.id
"""


NOT_HELD = """
select measure, coalesce(breakdown, '') as breakdown, value, published_in, reason,
from meta.figures_not_held
where measure is not null
order by measure, breakdown, value
"""


def coverage(connection: duckdb.DuckDBPyConnection, without_figures: bool = False) -> Table:
    """One row for each measure in scope: figures with a value (every release counts, and what is counted from internal
    extracts), their first and last day, the kinds of source and the releases they come from, and for a measure without
    any the reason.

    `without_figures` leaves out the measures that have some. Raises CheckFailed when the file has not the tables.
    """
    words = {"no_reason": NO_REASON, "all_withheld": ALL_WITHHELD}
    return ask(connection, COVERAGE, {**words, "without_figures": without_figures})


def not_held(connection: duckdb.DuckDBPyConnection) -> Table:
    """Figures of measures that the public record has and we do not hold, each with its document and the reason.

    Raises CheckFailed when the file has not the table.
    """
    return ask(connection, NOT_HELD)


RECONCILED = """
select
    agreement,
    count(*) as comparisons,
    string_agg(distinct source_kind, ', ' order by source_kind) as source_kinds,
from marts.internal_reconciliation
group by agreement
order by agreement
"""


def reconciled_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """How the figures counted from records agree with the published ones, a line an agreement; none if none compare.

    Raises CheckFailed when the file has not the table.
    """
    return [
        f"records    {counted(number, 'figure')} ({kinds}) against the published ones: {agreement.replace('_', ' ')}"
        for agreement, number, kinds in ask(connection, RECONCILED).rows
    ]


DISAGREEMENTS = """
select name, status, reason, coalesce(cast(period_end as varchar), 'no period') as period_end, left_value, left_source,
    right_value, right_source,
from meta.reconciliation
where status in ('revised_since', 'stated_otherwise')
order by name, period_end
"""
REMARKS = """
select publication, release_id, reason,
from meta.releases
where status = 'published' and reason <> ''
order by published_on desc, publication, release_id
"""
SHOWN = 5
"""How many lines of one kind `ipp status` shows."""


def disagreement_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The disagreements of published figures that are not declared, a line each; the first few, and how many more.

    Raises CheckFailed when the file has not the table.
    """
    lines = [
        f"differs    {name}, {period_end}, {status.replace('_', ' ')}: {left:.10g} ({left_source}) against "
        f"{right:.10g} ({right_source}); {reason}"
        for name, status, reason, period_end, left, left_source, right, right_source in ask(
            connection, DISAGREEMENTS
        ).rows
    ]
    return _first(lines, "from meta.reconciliation")


def remark_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What was unusual in the releases that were read, such as a new prison; the newest releases first.

    Raises CheckFailed when the file has not the table.
    """
    rows = ask(connection, REMARKS).rows
    return _first([f"remark     {name} {release}: {reason}" for name, release, reason in rows], "from meta.releases")


def _first(lines: list[str], query: str) -> list[str]:
    """The first lines, and where to find the others."""
    more = [f'           and {len(lines) - SHOWN} more: `ipp sql "{query}"`'] if len(lines) > SHOWN else []
    return lines[:SHOWN] + more
