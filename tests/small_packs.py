"""Small external packs made by hand: figures, what the control publishes of them, and a warehouse that holds them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from orchestration.external.control import Rules, protect
from orchestration.external.equations import Sums, build_system
from orchestration.external.figures import Figure, in_order
from orchestration.external.pack import published_row
from orchestration.external.warehouse import Inputs, Row, known_before

DAY = dt.date(2025, 3, 31)
PERIODS = {
    "2024": ("calendar_year", dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
    "2024Q1": ("quarter", dt.date(2024, 1, 1), dt.date(2024, 3, 31)),
    "2024Q2": ("quarter", dt.date(2024, 4, 1), dt.date(2024, 6, 30)),
    "2024Q3": ("quarter", dt.date(2024, 7, 1), dt.date(2024, 9, 30)),
    "2024Q4": ("quarter", dt.date(2024, 10, 1), dt.date(2024, 12, 31)),
    "January": ("month", dt.date(2025, 1, 1), dt.date(2025, 1, 31)),
    "February": ("month", dt.date(2025, 2, 1), dt.date(2025, 2, 28)),
    "March": ("month", dt.date(2025, 3, 1), dt.date(2025, 3, 31)),
}


def figure(
    value=None,
    breakdown="",
    period=DAY,
    numerator=None,
    denominator=None,
    measure="m",
    statistic="count",
    unit="people",
):
    """A count on a day or in a period; a share when it has a denominator."""
    kind, start, end = PERIODS[period] if isinstance(period, str) else ("as_at", period, period)
    if denominator is not None and numerator is not None:
        value, unit, statistic = 100 * numerator / denominator if denominator else None, "percent", "share"
    return Figure(
        measure,
        statistic,
        breakdown,
        kind,
        start,
        end,
        value,
        numerator,
        denominator,
        unit,
        "synthetic",
        DAY,
        "test",
        "test",
    )


def published(figures, sums=None, previous=(), rules=None, all_counted=None, published_values=None):
    """The rows of a pack as the control publishes them. Fails when it cannot protect them."""
    figures = in_order(figures)
    inputs = Inputs(tuple(all_counted or figures), sums or Sums(), frozenset(), published_values or {})
    known, before = known_before(inputs, figures, previous)
    protection = protect(
        build_system(figures, known, inputs.sums), [one for one in figures if one.is_share], rules or Rules(), before
    )
    assert protection.unprotected == []
    return [published_row(one, protection) for one in figures]


def dictionaries(rows: list[Row]):
    """The rows of a pack as an outsider reads them."""
    return [{**row.figure.__dict__, "value_status": row.value_status, "value_text": row.value_text} for row in rows]


def suppress(figures, *suppressed):
    """A pack of the first version: some figures suppressed by hand, by breakdown, or by breakdown and last day."""
    rows = dictionaries([Row(one, "final", "") for one in figures])
    for row in rows:
        if {row["breakdown"], (row["breakdown"], row["period_end"])} & set(suppressed):
            row.update(value=None, numerator=None, denominator=None, value_status="suppressed", value_text="[c]")
    return rows


def warehouse(path: Path, figures, published_figures=()):
    """A warehouse file with counted figures, published figures and empty seeds."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema published; create schema marts; create schema meta")
        connection.execute(
            "create table marts.counted_figures (measure varchar, statistic varchar, breakdown varchar, "
            "period_type varchar, period_start date, period_end date, value double, numerator bigint, "
            "denominator bigint, unit varchar, source_kind varchar, extract_as_at date)"
        )
        rows = [[*one.__dict__.values()][:12] for one in figures]
        connection.executemany(f"insert into marts.counted_figures values ({', '.join('?' * 12)})", rows)
        connection.execute(
            "create table published.figures (measure varchar, breakdown varchar, period_type varchar, "
            "period_start date, period_end date, value double, is_latest boolean)"
        )
        for one in published_figures:
            row = [one.measure, one.breakdown, one.period_type, one.period_start, one.period_end, one.value, True]
            connection.execute("insert into published.figures values (?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("create table meta.units_not_of_people as select 'prisons' as unit, 'a prison' as reason")
        connection.execute(
            "create table meta.nested_areas (inner_dimension varchar, inner_member varchar, "
            "outer_dimension varchar, outer_member varchar)"
        )
        connection.execute(
            "create table meta.count_identities (identity varchar, role varchar, measure varchar, statistic varchar, "
            "breakdown varchar, kind varchar, times integer)"
        )
    return path
