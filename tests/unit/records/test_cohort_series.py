"""The series of the cohort by quarter: the last quarter of an extract looks like the quarters before it.

Every column of days in every extract is a series, broken down by kind of event where an extract holds several kinds.
Series that a dated rule or a published figure changes are listed, with the reason, in
tests/golden/cohort_series_that_change.csv.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.records.contract import LINKS
from orchestration.settings import ROOT
from synthetic_cohort.write import contracts
from tests.unit.records.conftest import HORIZON as LAST_DAY

pytestmark = pytest.mark.slow

KINDS = {
    "hearing_events": "event_type",
    "nomis_movements": "movement_type",
    "opd_activity": "stage",
    "ppud_milestone": "milestone",
    "ppud_rarr": "decision",
    "ppud_release": "release_kind",
    "ppud_review": "review_series",
    "ppud_termination_review": "termination_route",
    "psychology_reviews": "review_kind",
}
"""Extracts with several kinds of event, and the column that says which."""
BEFORE = 8
"""Quarters that the last one is compared with."""
AT_LEAST = 3
"""Quarters that a series must have before the last one to be compared; its first quarter is never whole."""
CHANCE = 3.0
"""Standard deviations of a count of chance (its square root) that the last quarter may lie outside the others."""

Series = tuple[str, str, str]


def quarter(day: dt.date) -> int:
    """Number of a quarter, counted from the year 0."""
    return 4 * day.year + (day.month - 1) // 3


def series_of(name: str, table: pa.Table) -> Iterator[tuple[Series, Counter[int]]]:
    """Every series of an extract, as rows by quarter."""
    days = [field.name for field in table.schema if field.type == pa.date32() and field.name != "date_of_birth"]
    kinds = table[KINDS[name]] if name in KINDS else pa.array([""]).take(pa.array([0] * table.num_rows))
    for column in days:
        by_kind: dict[str, Counter[int]] = defaultdict(Counter)
        rows = pa.table({"kind": kinds, "day": table[column]}).group_by(["kind", "day"]).aggregate([([], "count_all")])
        for row in rows.to_pylist():
            if row["day"] and row["day"] <= LAST_DAY:
                by_kind[row["kind"] or "none yet"][quarter(row["day"])] += row["count_all"]
        for kind, counted in by_kind.items():
            yield (name, column, kind if name in KINDS else ""), counted


def break_at_the_end(counted: Counter[int]) -> str:
    """How the last quarter differs from those before it; '' where it does not, or where there are too few of them."""
    last = quarter(LAST_DAY)
    began = min(counted)
    earlier = [counted[one] for one in range(max(began + 1, last - BEFORE), last)]
    if len(earlier) < AT_LEAST:
        return ""
    low, high = min(earlier), max(earlier)
    if low - CHANCE * low**0.5 <= counted[last] <= high + CHANCE * high**0.5:
        return ""
    return f"{counted[last]} in the last quarter, {low} to {high} in each of the {len(earlier)} before it"


@pytest.fixture(scope="module")
def series(files: dict[str, Path]) -> dict[Series, Counter[int]]:
    """Every series of the cohort on the last day of the record."""
    read = ((name, pq.read_table(path)) for name, path in files.items() if name != LINKS)
    return dict(found for name, table in read for found in series_of(name, table))


def test_only_declared_series_change_in_the_last_quarter(series):
    breaks = {one: found for one, counted in series.items() if (found := break_at_the_end(counted))}
    with (ROOT / "tests/golden/cohort_series_that_change.csv").open(encoding="utf-8", newline="") as text:
        declared = {(row["extract"], row["column"], row["kind"]) for row in csv.DictReader(text)}
    assert {one: found for one, found in breaks.items() if one not in declared} == {}
    assert declared - set(breaks) == set(), "these no longer change: take them out of the list"


def test_every_extract_with_events_has_a_series(series):
    assert {name for name, _, _ in series} == set(contracts()) - {LINKS}


@pytest.mark.parametrize("last", [273, 25])
def test_a_break_at_the_end_is_seen(last):
    steady = {quarter(LAST_DAY) - back: 96 + 3 * back for back in range(1, 12)}
    assert break_at_the_end(Counter(steady | {quarter(LAST_DAY): last}))
    assert break_at_the_end(Counter(steady | {quarter(LAST_DAY): 105})) == ""


def test_a_series_without_three_whole_quarters_is_not_compared():
    last = quarter(LAST_DAY)
    assert break_at_the_end(Counter({last: 500, last - 1: 5, last - 2: 5, last - 3: 1})) == ""
    assert break_at_the_end(Counter({last: 500, last - 1: 5, last - 2: 5, last - 3: 5, last - 4: 1}))
