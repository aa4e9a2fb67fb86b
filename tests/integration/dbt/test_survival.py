"""Kaplan-Meier in SQL beside `lifelines`, on invented records: ties, no events, none censored, one record, groups."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from fractions import Fraction
from math import inf

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from jinja2 import Environment
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times, qth_survival_times

from orchestration.settings import ROOT

MACROS = Environment().from_string((ROOT / "dbt_project" / "macros" / "kaplan_meier.sql").read_text()).module
CURVE = MACROS.kaplan_meier("records", ["name"], "days", "has_happened")
SHARES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}

Records = Sequence[tuple[str, int, bool]]


def ask(query: str, records: Records) -> duckdb.DuckDBPyRelation:
    """The answer to a query on the table `records`."""
    connection = duckdb.connect()
    columns = zip(*records, strict=True)
    connection.register("records", pa.table(dict(zip(("name", "days", "has_happened"), columns, strict=True))))
    return connection.sql(query)


def curves(records: Records) -> dict[str, list[dict[str, float]]]:
    """The rows that the macro gives for some records, by group and in the order of time."""
    answer = ask(f"select * from ({CURVE}) order by name, days", records)
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()]
    return {name: [row for row in rows if row["name"] == name] for name in {row["name"] for row in rows}}


def durations(records: Records) -> dict[str, float]:
    """Median, quartiles and limits of the median of one group; infinity where they are not reached."""
    wanted = {name: MACROS.survival_time("survival", "days", share) for name, share in SHARES.items()}
    wanted |= {limit: MACROS.survival_time(limit, "days", 0.5) for limit in ("lower_limit", "upper_limit")}
    values = ask(f"select {', '.join(wanted.values())} from ({CURVE})", records).fetchall()[0]
    return {name: inf if value is None else float(value) for name, value in zip(wanted, values, strict=True)}


def fitted(records: Records) -> KaplanMeierFitter:
    """The same by lifelines."""
    return KaplanMeierFitter().fit([days for _, days, _ in records], [happened for _, _, happened in records])


def made_up(seed: int, size: int, longest: int, share_with_event: float, name: str = "all") -> list:
    """Records of a group; few different times make many ties."""
    generator = np.random.default_rng(seed)
    times, events = generator.integers(0, longest, size), generator.random(size) < share_with_event
    return [(name, int(days), bool(event)) for days, event in zip(times, events, strict=True)]


CASES = {
    "ties": made_up(1, 200, 12, 0.5),
    "few ties": made_up(2, 300, 5000, 0.6),
    "mostly censored": made_up(3, 150, 400, 0.05),
    "all censored": made_up(4, 40, 30, 0.0),
    "all with the event": made_up(5, 40, 30, 1.0),
    "one with the event": [("all", 7, True)],
    "one censored": [("all", 7, False)],
    "events on the first day": [("all", 0, True), ("all", 0, True), ("all", 1, False)],
    "censored and event on one day": [
        ("all", 3, True),
        ("all", 3, False),
        ("all", 5, True),
        ("all", 5, False),
        ("all", 9, False),
    ],
    "last of all has the event": [("all", 1, False), ("all", 2, True), ("all", 3, True)],
    "large": made_up(6, 20_000, 3650, 0.7),
}


@pytest.mark.parametrize("name", CASES)
def test_curve_and_limits_are_those_of_lifelines(name):
    fitter = fitted(CASES[name])
    times = [row["days"] for row in curves(CASES[name])["all"]]
    table = fitter.event_table.loc[times]
    rows = curves(CASES[name])["all"]
    for column, theirs in (("at_risk", "at_risk"), ("events", "observed"), ("censored", "censored")):
        assert [row[column] for row in rows] == table[theirs].tolist()
    estimates = fitter.survival_function_.join(fitter.confidence_interval_).loc[times]
    for column, theirs in zip(("survival", "lower_limit", "upper_limit"), estimates.columns, strict=True):
        assert [row[column] for row in rows] == pytest.approx(estimates[theirs].tolist(), abs=1e-9), column


@pytest.mark.parametrize("name", CASES)
def test_median_quartiles_and_limits_of_the_median_are_those_of_lifelines(name):
    fitter, ours = fitted(CASES[name]), durations(CASES[name])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it reads from the curve, which is what is wanted
        theirs = {key: float(qth_survival_times(1 - share, fitter.survival_function_)) for key, share in SHARES.items()}
        theirs["lower_limit"], theirs["upper_limit"] = median_survival_times(fitter.confidence_interval_).iloc[0]
    assert ours == theirs


def test_groups_do_not_touch_each_other():
    groups = {name: made_up(seed, 30 * seed, 60, 0.5, name) for seed, name in enumerate(("a", "b", "c"), 1)}
    together = curves([record for records in groups.values() for record in records])
    assert {name: curves(records)[name] for name, records in groups.items()} == together


def exact_times(records: Records) -> dict[str, float]:
    """Median and quartiles by fractions, without rounding."""
    survival, at_risk, found = Fraction(1), len(records), dict.fromkeys(SHARES, inf)
    for day in sorted({days for _, days, _ in records}):
        leaving = [happened for _, days, happened in records if days == day]
        survival *= 1 - Fraction(sum(leaving), at_risk)
        at_risk -= len(leaving)
        for name, share in SHARES.items():
            if survival <= 1 - Fraction(share) and found[name] == inf:
                found[name] = day
    return found


@pytest.mark.parametrize("size", range(1, 41))
def test_a_share_reached_exactly_is_reached(size):
    """The sum of logarithms must not miss by a bit the day on which half of the people are out."""
    records = [("all", day, True) for day in range(1, size + 1)]
    assert {name: durations(records)[name] for name in SHARES} == exact_times(records)


@pytest.mark.parametrize("seed", range(30))
def test_times_are_those_of_exact_arithmetic(seed):
    records = made_up(seed, 4 + 3 * seed, 40, 0.6)
    assert {name: durations(records)[name] for name in SHARES} == exact_times(records)
