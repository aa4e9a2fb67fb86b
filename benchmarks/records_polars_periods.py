"""Periods in polars, for `records_polars` and `records_polars_survival`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

FIRST_PERIOD = dt.date(2015, 1, 1)
PERIOD = ["period_type", "period_start", "period_end"]
MONTHS = {"month": 1, "quarter": 3, "calendar_year": 12, "financial_year": 12}
"""How long the periods of each type are."""


def reporting_periods(as_at: dt.date) -> pl.DataFrame:
    """The periods figures are given for: period_type, period_start, period_end."""
    day = pl.col("period_start")
    months = pl.date_range(FIRST_PERIOD, as_at, "1mo", eager=True).alias("period_start").to_frame()
    types = {
        period_type: months.filter(start_of(period_type, day).eq(day)).select(
            pl.lit(period_type).alias("period_type"),
            day,
            day.dt.offset_by(f"{length}mo").dt.offset_by("-1d").alias("period_end"),
        )
        for period_type, length in MONTHS.items()
    }
    quarter_ends = types["quarter"].with_columns(period_type=pl.lit("as_at"), period_start="period_end")
    return pl.concat([*types.values(), quarter_ends]).filter(pl.col("period_end") <= as_at)


def start_of(period_type: str, day: pl.Expr) -> pl.Expr:
    """The first day of the period of a type that a day is in."""
    if period_type == "financial_year":
        return day.dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo")
    return day.dt.truncate(f"{MONTHS[period_type]}mo")


def in_periods(frame: pl.LazyFrame, day: str, periods: pl.DataFrame, period_types: Sequence[str]) -> pl.LazyFrame:
    """The rows once for each type of period, with the period that their day is in."""
    return pl.concat(
        frame.with_columns(period_start=start_of(period_type, pl.col(day))).join(
            periods.lazy().filter(pl.col("period_type").eq(period_type)), on="period_start"
        )
        for period_type in period_types
    )
