"""Where a figure comes from: every vintage of it, back to release, table, file, sheet and cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from orchestration.query.names import find
from orchestration.query.reading import ask

if TYPE_CHECKING:
    import duckdb

TOTAL = "total"

# The seed lists what is counted, also where no figure of it is published.
MEASURES = "select measure from marts.figures where measure is not null union select key from meta.measures"
BREAKDOWNS = "select distinct breakdown from marts.figures where measure = $measure"

VINTAGES = """
with figures as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        qualifier,
        note_texts,
        source_kind,
        publication,
        release_id,
        published_on,
        table_number,
        table_title,
        source_file,
        source_sheet,
        source_cell,
        is_latest,
    from marts.figures
    where
        measure = $measure
        and (cast($breakdown as varchar) is null or breakdown = cast($breakdown as varchar))
        and (cast($as_at as date) is null or period_end = cast($as_at as date))
),
releases as (
    select publication, release_id, title as release_title, published_on_precision, source_url from meta.releases
),
citations as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        publication,
        release_id,
        source_file,
        source_sheet,
        source_cell,
        citation,
    from meta.citations
    where measure = $measure
)
select
    figures.breakdown,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    figures.value,
    figures.unit,
    figures.value_status,
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
    figures.is_latest,
    releases.release_title,
    releases.published_on_precision,
    releases.source_url,
    citations.citation,
from figures
left join releases using (publication, release_id)
left join citations using (
    measure, breakdown, period_type, period_start, period_end,
    publication, release_id, source_file, source_sheet, source_cell
)
order by
    figures.breakdown,
    figures.period_type,
    figures.period_end,
    figures.period_start,
    figures.is_latest desc,
    figures.published_on desc,
    figures.publication,
    figures.release_id,
    figures.table_number
"""

NEAREST_PERIODS = """
select max(period_end) filter (period_end < $as_at), min(period_end) filter (period_end > $as_at)
from marts.figures
where measure = $measure and ($breakdown is null or breakdown = $breakdown)
"""

QUERIES = MEASURES + BREAKDOWNS + VINTAGES + NEAREST_PERIODS
"""Everything that is asked here, for a connection that makes only the tables it is asked."""


@dataclass(frozen=True)
class Vintage:
    """One vintage of one figure. `value` is None where the release gives none; `value_status` then says why."""

    breakdown: str
    period_type: str
    period_start: date
    period_end: date
    value: float | None
    unit: str
    value_status: str
    qualifier: str | None
    note_texts: str | None
    source_kind: str
    publication: str
    release_id: str
    published_on: date
    table_number: str | None
    table_title: str | None
    source_file: str | None
    source_sheet: str | None
    source_cell: str | None
    is_latest: bool
    release_title: str | None
    published_on_precision: str | None
    source_url: str | None
    citation: str | None

    @property
    def figure(self) -> tuple[str, str, date, date]:
        """What it is a vintage of, the measure being given: breakdown and period."""
        return self.breakdown, self.period_type, self.period_start, self.period_end


def vintages(
    connection: duckdb.DuckDBPyConnection, measure: str, as_at: date | None = None, breakdown: str | None = None
) -> list[list[Vintage]]:
    """Every figure of a measure, each with all its vintages, the latest first; figures by breakdown, then period.

    `as_at` keeps figures whose period ends on that day; `breakdown` keeps one (`''` is the total, pairs in any order).
    Raises UnknownName for a measure or a breakdown that there is not.
    """
    measure = find("measure", measure, measures(connection))
    if breakdown is not None:
        breakdown = _known_breakdown(connection, measure, breakdown)
    found = ask(connection, VINTAGES, {"measure": measure, "breakdown": breakdown, "as_at": as_at})
    return [list(group) for _, group in groupby((Vintage(*row) for row in found.rows), key=lambda one: one.figure)]


def measures(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The key of every measure that has a figure or is listed."""
    return sorted(key for (key,) in ask(connection, MEASURES).rows)


def nearest_periods(
    connection: duckdb.DuckDBPyConnection, measure: str, as_at: date, breakdown: str | None = None
) -> list[date]:
    """The last period end before a day and the first after it for which a measure has figures, where there are such."""
    wanted = None if breakdown is None else normal_breakdown(breakdown)
    parameters = {"measure": measure, "as_at": as_at, "breakdown": wanted}
    return [day for day in ask(connection, NEAREST_PERIODS, parameters).rows[0] if day]


def normal_breakdown(text: str) -> str:
    """A breakdown as it is stored: pairs sorted by key; `total` and the empty text are the total."""
    pairs = sorted(pair.strip() for pair in text.split(";") if pair.strip())
    return "" if pairs == [TOTAL] else ";".join(pairs)


def _known_breakdown(connection: duckdb.DuckDBPyConnection, measure: str, text: str) -> str:
    """The stored form of a breakdown. Raises UnknownName unless the measure has figures by it, or no figures at all."""
    known = {breakdown or TOTAL for (breakdown,) in ask(connection, BREAKDOWNS, {"measure": measure}).rows}
    wanted = normal_breakdown(text)
    if known:
        find(f"breakdown of {measure}", wanted or TOTAL, known)
    return wanted
