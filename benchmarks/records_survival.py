"""Time to recall and time recalled in pandas: Kaplan-Meier estimates by the rules of int_survival_curves and
recall_durations, for `records_pandas`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from orchestration.settings import ROOT

HORIZONS = ROOT / "dbt_project" / "seeds" / "survival_horizons.csv"
DAYS_IN_A_MONTH = 30.4375
DEVIATE = 1.959963984540054
"""Of the standard normal distribution: 2.5 per cent lie above it."""
GROUP = ["measure", "event", "breakdown", "period_type", "period_start", "period_end"]


def survival_figures(
    releases: pd.DataFrame, recalls: pd.DataFrame, periods: pd.DataFrame, as_at: pd.Timestamp
) -> pd.DataFrame:
    """Estimates for people released (until recall) and recalled (until release), by when their following began."""
    followed = pd.concat(
        [_followed(spells, periods) for spells in (_until_recall(releases, as_at), _until_release(recalls, as_at))],
        ignore_index=True,
    )
    curves = _kaplan_meier(followed)
    return pd.concat([*_durations(curves), *_shares(curves)], ignore_index=True)


def _until_recall(releases: pd.DataFrame, as_at: pd.Timestamp) -> pd.DataFrame:
    """The following of each release, by kind of release."""
    spells = _spells(releases["released_on"], releases["recalled_on"], releases["sentence_ended_on"], as_at)
    return spells.assign(measure="ipp_time_to_recall", event="recalled", kind=releases["release_kind"])


def _until_release(recalls: pd.DataFrame, as_at: pd.Timestamp) -> pd.DataFrame:
    """The following of each return to custody."""
    returned = recalls[recalls["returned_to_custody_on"].notna()]
    spells = _spells(
        returned["returned_to_custody_on"], returned["rereleased_on"], returned["sentence_ended_on"], as_at
    )
    return spells.assign(measure="ipp_rereleased_within", event="released", kind=None)


def _spells(started: pd.Series, happened: pd.Series, ended: pd.Series, as_at: pd.Timestamp) -> pd.DataFrame:
    """Days followed from one day on, and whether the event ended them."""
    last = ended.fillna(as_at)
    until = pd.concat([happened, ended], axis=1).min(axis=1)
    until = until.where(until < as_at, as_at)
    days = (until - started).dt.days.clip(lower=0)
    return pd.DataFrame({"started_on": started, "happened": happened <= last, "days": days})


def _followed(spells: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """The spells once for each period in which they may begin, in total and by kind."""
    quarters = periods[periods["period_type"].eq("quarter")]
    first, last = quarters["period_start"].min(), quarters["period_end"].max()
    parts = []
    for period_type, frequency in {"quarter": "Q", "calendar_year": "Y-DEC"}.items():
        of_type = periods.loc[periods["period_type"].eq(period_type), ["period_type", "period_start", "period_end"]]
        starts = spells["started_on"].dt.to_period(frequency).dt.start_time
        parts.append(spells.assign(period_start=starts).merge(of_type, on="period_start"))
    whole = spells[spells["started_on"].between(first, last)]
    parts.append(whole.assign(period_type="period", period_start=first, period_end=last))
    begun = pd.concat(parts, ignore_index=True)
    by_kind = begun[begun["kind"].notna()]
    kinds = "first_or_rerelease=" + by_kind["kind"].astype("str")
    return pd.concat([begun.assign(breakdown=""), by_kind.assign(breakdown=kinds)], ignore_index=True)


def _kaplan_meier(followed: pd.DataFrame) -> pd.DataFrame:
    """The estimate at each number of days at which following ends, with its limits, in the order of days."""
    curves = followed.groupby([*GROUP, "days"], observed=True)["happened"].agg(events="sum", ended="size").reset_index()
    curves["group"] = curves.groupby(GROUP, observed=True).ngroup()
    of_group = curves.groupby("group")
    at_risk = of_group["ended"].transform("sum") - of_group["ended"].cumsum() + curves["ended"]
    curves["at_risk"], survived = at_risk, at_risk - curves["events"]
    curves["survival"] = (survived / at_risk).groupby(curves["group"]).cumprod()
    terms = (curves["events"] / at_risk / survived.where(survived > 0)).fillna(0)
    greenwood = terms.groupby(curves["group"]).cumsum()
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.log(curves["survival"])
        width = DEVIATE * np.sqrt(greenwood) / logarithm
        for name, sign in (("lower_limit", -1), ("upper_limit", 1)):
            limit = np.exp(-np.exp(np.log(-logarithm) + sign * width))
            limit = limit.where(of_group["events"].cumsum() > 0, 1.0)
            curves[name] = limit.where(curves["survival"] > 0, 0.0)
    return curves


def _durations(curves: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Months until the event has happened to a share of those followed, and the mean of those to whom it happened."""
    weighted = curves.assign(event_days=curves["events"] * curves["days"]).groupby(GROUP)
    sums = weighted.agg(
        followed=("at_risk", "max"), events=("events", "sum"), event_days=("event_days", "sum")
    ).reset_index()
    durations = {
        "lower_quartile": ("survival", 0.25),
        "median": ("survival", 0.5),
        "upper_quartile": ("survival", 0.75),
        "median_lower_limit": ("lower_limit", 0.5),
        "median_upper_limit": ("upper_limit", 0.5),
    }
    for statistic, (estimate, share) in durations.items():
        reached = curves[curves[estimate] <= 1 - share + 1e-9].groupby(GROUP)["days"].min().rename("reached")
        days = sums.merge(reached.reset_index(), how="left", on=GROUP)["reached"]
        yield _figures(sums, statistic, (days / DAYS_IN_A_MONTH).round(1), None, sums["followed"], "months")
    means = sums["event_days"] / sums["events"].where(sums["events"] > 0)
    months = (means / DAYS_IN_A_MONTH).round(1)
    yield _figures(sums, "mean_of_those_" + sums["event"], months, None, sums["events"], "months")


def _shares(curves: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The share to whom the event has happened by each horizon, with its limits."""
    groups = curves.groupby(GROUP).agg(followed=("at_risk", "max"), longest=("days", "max")).reset_index()
    for months, horizon in pd.read_csv(HORIZONS)[["months", "days"]].itertuples(index=False):
        until = curves[curves["days"] <= horizon]
        steps = until.groupby(GROUP).agg(
            events=("events", "sum"),
            survival=("survival", "last"),
            lower_limit=("lower_limit", "last"),
            upper_limit=("upper_limit", "last"),
        )
        at = groups.merge(steps.reset_index(), how="left", on=GROUP)
        at = at.fillna({"events": 0, "survival": 1.0, "lower_limit": 1.0, "upper_limit": 1.0})
        is_known = (at["longest"] >= horizon) | at["survival"].eq(0)
        suffixes = {"": "survival", "_lower_limit": "upper_limit", "_upper_limit": "lower_limit"}
        for suffix, estimate in suffixes.items():
            statistic = at["event"] + f"_within_{months}_months{suffix}"
            value = (100 * (1 - at[estimate])).where(is_known)
            yield _figures(at, statistic, value, at["events"], at["followed"], "percent")


def _figures(
    groups: pd.DataFrame,
    statistic: str | pd.Series,
    value: pd.Series,
    numerator: pd.Series | None,
    denominator: pd.Series,
    unit: str,
) -> pd.DataFrame:
    """Rows of figures of some groups."""
    rows = groups[[name for name in GROUP if name != "event"]]
    return rows.assign(statistic=statistic, value=value, numerator=numerator, denominator=denominator, unit=unit)
