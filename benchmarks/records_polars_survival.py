"""Time to recall and time recalled in polars: Kaplan-Meier estimates by the rules of int_survival_curves, for
`records_polars`.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from benchmarks.records_polars_periods import PERIOD, in_periods

DEVIATE = 1.959963984540054
"""Of the standard normal distribution: 2.5 per cent lie above it."""
GROUP = ["measure", "breakdown", *PERIOD]
ESTIMATES = ("survival", "lower_limit", "upper_limit")


def survival_figures(
    releases: pl.LazyFrame, recalls: pl.LazyFrame, periods: pl.DataFrame, as_at: dt.date
) -> pl.LazyFrame:
    """Estimates for people released (until recall) and recalled (until release), by when their following began."""
    kind = pl.lit("first_or_rerelease=") + pl.col("release_kind").cast(pl.String)
    returned = recalls.filter(pl.col("returned_to_custody_on").is_not_null())
    parts = [
        _spells(releases, "time_to_recall", "released_on", "recalled_on", as_at).with_columns(kind=kind),
        _spells(returned, "time_recalled_all", "returned_to_custody_on", "rereleased_on", as_at),
    ]
    columns = ["measure", "kind", "started_on", "happened", "days"]
    spells = pl.concat(parts, how="diagonal").select(columns)
    return _figures(_kaplan_meier(_followed(spells, periods)))


def _spells(frame: pl.LazyFrame, measure: str, started: str, happened: str, as_at: dt.date) -> pl.LazyFrame:
    """The following of each row: days followed from one day on, and whether the event ended it."""
    happened_on, ended_on = pl.col(happened), pl.col("sentence_ended_on")
    until = pl.min_horizontal(happened_on, ended_on, pl.lit(as_at))
    return frame.with_columns(
        measure=pl.lit(measure),
        started_on=started,
        happened=(happened_on <= ended_on.fill_null(as_at)).fill_null(value=False),
        days=(until - pl.col(started)).dt.total_days().clip(0),
    )


def _followed(spells: pl.LazyFrame, periods: pl.DataFrame) -> pl.LazyFrame:
    """How many spells began in each period, in total and by kind, by days: events, ended."""
    quarters = periods.filter(pl.col("period_type").eq("quarter"))
    first, last = quarters["period_start"].min(), quarters["period_end"].max()
    whole = spells.filter(pl.col("started_on").is_between(first, last)).with_columns(
        period_type=pl.lit("period"), period_start=pl.lit(first), period_end=pl.lit(last)
    )
    begun = in_periods(spells, "started_on", periods, ("quarter", "calendar_year"))
    counted = pl.concat([begun, whole], how="diagonal").group_by("measure", "kind", *PERIOD, "days")
    by_kind = counted.agg(events=pl.col("happened").sum(), ended=pl.len())
    every = [
        by_kind.with_columns(breakdown=pl.lit("")),
        by_kind.filter(pl.col("kind").is_not_null()).with_columns(breakdown="kind"),
    ]
    return pl.concat(every).group_by(*GROUP, "days").agg(pl.col("events", "ended").sum().cast(pl.Int64))


def _kaplan_meier(followed: pl.LazyFrame) -> pl.LazyFrame:
    """The estimate at each number of days at which following ends, with its limits, in the order of days."""
    events, at_risk, survival = pl.col("events"), pl.col("at_risk"), pl.col("survival")
    survived = at_risk - events
    term = pl.when(survived > 0).then(events / at_risk / survived).otherwise(0.0)
    width = DEVIATE * pl.col("greenwood").sqrt() / survival.log()
    return (
        followed.sort(*GROUP, "days")
        .with_columns(at_risk=pl.col("ended").cum_sum(reverse=True).over(GROUP))
        .with_columns(
            survival=(survived / at_risk).cum_prod().over(GROUP),
            greenwood=term.cum_sum().over(GROUP),
            so_far=events.cum_sum().over(GROUP),
        )
        .with_columns(
            pl.when(pl.col("so_far").eq(0))
            .then(1.0)
            .when(survival.eq(0))
            .then(0.0)
            .otherwise((-((-survival.log()).log() + sign * width).exp()).exp())
            .alias(name)
            for name, sign in (("lower_limit", -1), ("upper_limit", 1))
        )
    )


def _figures(curves: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of figures: each estimate at each number of days."""
    points = curves.unpivot(
        ESTIMATES, index=[*GROUP, "days", "events", "at_risk"], variable_name="estimate", value_name="value"
    )
    return points.select(
        *GROUP,
        "value",
        statistic=pl.format("{} after {} days", "estimate", "days"),
        numerator="events",
        denominator="at_risk",
        unit=pl.lit("share"),
    )
