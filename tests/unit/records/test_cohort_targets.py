"""The figures the cohort is held to: the file, and what is read between its lines."""

import csv
from itertools import pairwise

import numpy as np
import pytest

from synthetic_cohort.calibration import DATA
from synthetic_cohort.dates import add_years, whole_months
from synthetic_cohort.targets import FILE, read_targets


def day(text):
    return np.datetime64(text, "D")


@pytest.fixture(scope="module")
def lines():
    with FILE.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_every_target_says_on_what_it_rests(lines):
    assert {line["basis"] for line in lines} == {"published", "assumed", "adjustment"}
    assert [line for line in lines if not line["source"]] == []
    assert [line for line in lines if line["kind"] != "closing" and not line["value"]] == []


def test_the_known_residual_is_declared_with_its_reason(lines):
    declared = [line for line in lines if line["basis"] == "adjustment"]
    assert {line["measure"] for line in declared} == {"supervision_suspended"}
    assert any("about 190 are unexplained" in line["note"] for line in declared)


def test_no_day_has_two_values(lines):
    stocks = [(line["measure"], line["group"], line["start"]) for line in lines if line["kind"] == "stock"]
    assert len(stocks) == len(set(stocks))


@pytest.mark.parametrize(
    ("measure", "group", "on", "published"),
    [
        ("unreleased_prisoners", "all", "2025-03-31", 1012),
        ("unreleased_prisoners", "all", "2012-06-30", 6078),
        ("recalled_prisoners", "all", "2025-03-31", 1532),
        ("community_caseload", "all", "2024-12-31", 1376),
        ("hospital_patients", "all", "2021-12-31", 292),
    ],
)
def test_a_published_day_is_met_exactly(measure, group, on, published):
    assert read_targets().stock(measure, group, day(on)) == published
    assert read_targets(10).stock(measure, group, day(on)) == 10 * published


def test_between_two_days_a_stock_lies_on_the_line():
    before, after = (
        read_targets().stock("hospital_patients", "all", day(text)) for text in ("2020-12-31", "2021-12-31")
    )
    assert before < read_targets().stock("hospital_patients", "all", day("2021-07-01")) < after
    assert read_targets().stock("community_caseload", "all", day("2010-01-01")) is None


def test_the_parts_of_a_flow_add_up_to_the_whole():
    targets = read_targets()
    ends = [day("2022-12-31"), day("2023-03-31"), day("2023-06-30"), day("2023-09-30"), day("2023-12-31")]
    one = np.timedelta64(1, "D")
    quarters = [targets.flow("recalls", "all", before + one, end) for before, end in pairwise(ends)]
    assert sum(quarters) == 658
    assert quarters == [162, 164, 166, 166]  # 90, 91, 92 and 92 days


def test_calibration_holds_published_figures_only():
    with (DATA / "calibration.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row for row in rows if not row["source"] or not row["published"]] == []
    assert {row["held"] for row in rows} == {"yes", "no"}


@pytest.mark.parametrize(
    ("start", "years", "expected"),
    [("2020-02-29", 3, "2023-03-01"), ("2020-02-29", 4, "2024-02-29"), ("2019-11-01", 3, "2022-11-01")],
)
def test_a_period_ends_on_the_first_day_after_it(start, years, expected):
    assert add_years(np.array([day(start)]), years)[0] == day(expected)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [("2020-01-31", "2020-02-29", 0), ("2020-01-15", "2020-02-15", 1), ("2019-03-10", "2020-03-09", 11)],
)
def test_months_are_completed_ones(start, end, months):
    assert whole_months(np.array([day(start)]), day(end))[0] == months
