"""Time to recall and time recalled in pandas: Kaplan-Meier estimates by the rules of int_survival_curves, for
`records_pandas`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

DEVIATE = 1.959963984540054
"""Of the standard normal distribution: 2.5 per cent lie above it."""
GROUP = ["measure", "breakdown", "period_type", "period_start", "period_end"]
ESTIMATES = ("survival", "lower_limit", "upper_limit")


def survival_figures(
    releases: pd.DataFrame, recalls: pd.DataFrame, periods: pd.DataFrame, as_at: pd.Timestamp
) -> pd.DataFrame:
    """Estimates for people released (until recall) and recalled (until release), by when their following began."""
    followed = pd.concat(
        [_followed(spells, periods) for spells in (_until_recall(releases, as_at), _until_release(recalls, as_at))],
        ignore_index=True,
    )
    return _figures(_kaplan_meier(followed))


def _until_recall(releases: pd.DataFrame, as_at: pd.Timestamp) -> pd.DataFrame:
    """The following of each release, by kind of release."""
    spells = _spells(releases["released_on"], releases["recalled_on"], releases["sentence_ended_on"], as_at)
    return spells.assign(measure="time_to_recall", kind=releases["release_kind"])


def _until_release(recalls: pd.DataFrame, as_at: pd.Timestamp) -> pd.DataFrame:
    """The following of each return to custody."""
    returned = recalls[recalls["returned_to_custody_on"].notna()]
    spells = _spells(
        returned["returned_to_custody_on"], returned["rereleased_on"], returned["sentence_ended_on"], as_at
    )
    return spells.assign(measure="time_recalled_all", kind=None)


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


def _figures(curves: pd.DataFrame) -> pd.DataFrame:
    """Rows of figures: each estimate at each number of days."""
    points = curves.melt(id_vars=[*GROUP, "days", "events", "at_risk"], value_vars=list(ESTIMATES), var_name="estimate")
    statistic = points["estimate"] + " after " + points["days"].astype("str") + " days"
    return points.rename(columns={"events": "numerator", "at_risk": "denominator"})[
        [*GROUP, "value", "numerator", "denominator"]
    ].assign(statistic=statistic, unit="share")
