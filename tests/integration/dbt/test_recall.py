"""Releases, recalls and how long recall lasts, as a refresh counted them from the synthetic cohort.

Compared with the published figures that the cohort is held to, and with a reading of the same records by pandas and
lifelines that shares nothing with the SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import inf

import duckdb
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

pytestmark = pytest.mark.slow

EXTRACT_ON = date(2025, 3, 31)
DAYS_IN_A_MONTH = 365.25 / 12

# Written answers 121861 (first releases), 20193 (months), 153109 (812), OMSQ 5.A.2 and 5.A.10 (recalls, re-releases), a
# Freedom of Information answer (without further charge).
PUBLISHED = [
    ("ipp_first_releases", "count", "", "2015-01-01", "2015-12-31", 562),
    ("ipp_first_releases", "count", "", "2016-01-01", "2016-12-31", 576),
    ("ipp_rereleases", "count", "", "2024-01-01", "2024-12-31", 602),
    ("ipp_recalls", "count", "", "2015-01-01", "2015-12-31", 363),
    ("ipp_recalls", "count", "", "2019-01-01", "2019-12-31", 710),
    ("ipp_recalls", "count", "", "2022-01-01", "2022-12-31", 625),
    ("ipp_recalls", "count", "", "2023-01-01", "2023-12-31", 658),
    ("ipp_recalls", "count", "", "2024-01-01", "2024-12-31", 619),
    ("ipp_recalls_without_further_charge", "count", "", "2015-01-01", "2015-12-31", 205),
    ("ipp_recalls_without_further_charge", "count", "", "2019-01-01", "2019-12-31", 439),
    ("ipp_recalls_without_further_charge", "count", "", "2022-01-01", "2022-12-31", 461),
    ("ipp_mean_time_recalled", "mean", "", "2023-04-01", "2023-06-30", 27),
    ("ipp_mean_time_recalled", "mean", "", "2023-07-01", "2023-09-30", 28),
    ("ipp_mean_time_recalled", "mean", "", "2023-10-01", "2023-12-31", 27),
    ("ipp_mean_time_recalled", "mean", "", "2024-01-01", "2024-03-31", 28),
    ("ipp_mean_time_recalled", "mean", "", "2024-04-01", "2024-06-30", 24),
    ("ipp_time_since_recall", "count", "", "2025-03-31", "2025-03-31", 1532),
    ("ipp_time_since_recall", "count", "time_since_recall=more_than_1_year", "2020-12-31", "2020-12-31", 812),
]


@pytest.fixture(scope="module")
def records(published) -> Mapping[str, pd.DataFrame]:
    """The extracts of the cohort as the refresh of the whole cohort landed them."""
    with duckdb.connect(str(published.internal), read_only=True) as connection:
        return {name: connection.sql(f"select * from landing.{name}").df() for name in EXTRACTS}


EXTRACTS = (
    "acct",
    "appropriate_prison_exercise",
    "ndelius_caseload",
    "nomis_custody_snapshot",
    "nomis_movements",
    "ppud_rarr",
    "ppud_recall",
    "ppud_release",
    "ppud_sentence",
    "ppud_termination_review",
    "rag_exercise",
)


@pytest.fixture(scope="module")
def figures(published) -> pd.DataFrame:
    """Every figure that the refresh counted."""
    with duckdb.connect(str(published.published_file), read_only=True) as connection:
        return connection.sql("from marts.counted_figures").df()


def value(figures: pd.DataFrame, measure: str, statistic: str, breakdown: str, start: str, end: str) -> float:
    """The one figure of that name; infinity where it is null."""
    found = figures[
        (figures["measure"] == measure)
        & (figures["statistic"] == statistic)
        & (figures["breakdown"] == breakdown)
        & (figures["period_start"] == pd.Timestamp(start))
        & (figures["period_end"] == pd.Timestamp(end))
    ]["value"]
    assert len(found) == 1, (measure, statistic, breakdown, start)
    return float(found.fillna(inf).iloc[0])


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: f"{case[0]} {case[3]}")
def test_counts_are_near_the_published_ones(figures, case):
    *figure, published = case
    tolerance = 1 if figure[1] == "mean" else max(3, 0.03 * published)
    assert value(figures, *figure) == pytest.approx(published, abs=tolerance)


def test_rarr_releases_are_near_those_of_the_freedom_of_information_answer(records):
    """21 from 1 November 2024 to 20 March 2025; the figures are for months, so the days are counted here."""
    releases = records["ppud_release"]
    days = releases[releases["route"] == "rarr"]["released_on"]
    assert days.between("2024-11-01", "2025-03-20").sum() == pytest.approx(21, abs=3)


def test_rarr_releases_of_months_add_up_to_all(figures, records):
    months = figures[(figures["measure"] == "rarr_releases") & (figures["breakdown"] == "")]
    months = months[months["period_end"] - months["period_start"] < pd.Timedelta(days=31)]
    assert months["value"].sum() == (records["ppud_release"]["route"] == "rarr").sum()


def test_a_rate_is_of_the_recalls_and_caseloads_of_the_extracts(figures, records):
    """The caseload as the contract of the extract defines it, on 31 December 2024 and 31 March 2025."""
    caseload, recalls = records["ndelius_caseload"], records["ppud_recall"]
    people = [
        (
            (caseload["supervision_started_on"] <= day)
            & ~(caseload["supervision_ended_on"] <= day)
            & ~(caseload["supervision_suspended_on"] <= day)
        ).sum()
        for day in ("2024-12-31", "2025-03-31")
    ]
    in_effect = recalls[recalls["rescinded_on"].isna()]["licence_revoked_on"].between("2025-01-01", "2025-03-31").sum()
    expected = 100 * in_effect / (sum(people) / 2)
    assert value(figures, "ipp_recall_rate", "rate", "", "2025-01-01", "2025-03-31") == pytest.approx(expected)


def sentence_ends(records: Mapping[str, pd.DataFrame]) -> pd.Series:
    """First day on which each person is dead or removed, or the licence or sentence is over."""
    movements, caseload = records["nomis_movements"], records["ndelius_caseload"]
    sentences, terminations = records["ppud_sentence"], records["ppud_termination_review"]
    gone = movements[movements["movement_type"].isin(["death", "removal"])]
    gone_outside = caseload[caseload["end_reason"].isin(["died", "removed"])]
    quashed = sentences[sentences["is_governing_sentence"]]
    ends = [
        gone.set_index("person_key")["moved_on"],
        gone_outside.set_index("person_key")["supervision_ended_on"],
        quashed.set_index("person_key")["quashed_on"],
        terminations.set_index("person_key")["licence_ended_on"],
    ]
    return pd.concat(ends).dropna().groupby(level=0).min()


def spells_recalled(records: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return to custody to re-release, or to the end of the sentence or of the record."""
    recalls, releases = records["ppud_recall"], records["ppud_release"]
    recalls = recalls[recalls["rescinded_on"].isna() & recalls["returned_to_custody_on"].notna()]
    happened_on = recalls["recall_id"].map(releases.dropna(subset="recall_id").set_index("recall_id")["released_on"])
    return followed(records, recalls["person_key"], recalls["returned_to_custody_on"], happened_on)


def spells_on_licence(records: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Release to the next revocation of the licence, or to the end of the sentence or of the record."""
    recalls, releases = records["ppud_recall"], records["ppud_release"].sort_values("released_on")
    recalls = recalls[recalls["rescinded_on"].isna()].sort_values("licence_revoked_on")
    joined = pd.merge_asof(
        releases[["person_key", "release_kind", "released_on"]],
        recalls[["person_key", "licence_revoked_on"]],
        left_on="released_on",
        right_on="licence_revoked_on",
        by="person_key",
        direction="forward",
    )
    spells = followed(records, joined["person_key"], joined["released_on"], joined["licence_revoked_on"])
    return spells.assign(kind=joined["release_kind"])


def followed(
    records: Mapping[str, pd.DataFrame], person: pd.Series, started_on: pd.Series, happened_on: pd.Series
) -> pd.DataFrame:
    """Start, days followed, and whether the event ended it."""
    ended_on = person.map(sentence_ends(records)).fillna(pd.Timestamp(EXTRACT_ON))
    happened = happened_on.notna() & (happened_on <= ended_on)
    until = happened_on.where(happened, ended_on)
    return pd.DataFrame({"start": started_on, "days": (until - started_on).dt.days.clip(lower=0), "happened": happened})


def agree(figures: pd.DataFrame, spells: pd.DataFrame, measure: str, breakdown: str, year: int) -> None:
    """Median, its limits, and the share within a year with its limits are those of lifelines, for a year's spells."""
    spells = spells[spells["start"].dt.year == year]
    fitter = KaplanMeierFitter().fit(spells["days"], spells["happened"])
    limits = fitter.confidence_interval_
    event = "released" if measure == "ipp_rereleased_within" else "recalled"
    lower, upper = (100 * (1 - limits[limits.index <= 365].iloc[-1][::-1])).tolist()
    lower_median, upper_median = median_survival_times(limits).iloc[0]
    expected = {
        "median": fitter.median_survival_time_ / DAYS_IN_A_MONTH,
        "median_lower_limit": lower_median / DAYS_IN_A_MONTH,
        "median_upper_limit": upper_median / DAYS_IN_A_MONTH,
        f"{event}_within_12_months": 100 * (1 - fitter.predict(365)),
        f"{event}_within_12_months_lower_limit": lower,
        f"{event}_within_12_months_upper_limit": upper,
    }
    for statistic, theirs in expected.items():
        ours = value(figures, measure, statistic, breakdown, f"{year}-01-01", f"{year}-12-31")
        tolerance = 0.05 + 1e-9 if "median" in statistic else 1e-9  # months are rounded to one decimal
        assert ours == pytest.approx(theirs, abs=tolerance), (statistic, year)


@pytest.mark.parametrize("year", [2015, 2018, 2020, 2022, 2023, 2024])
def test_time_recalled_is_that_of_lifelines(figures, records, year):
    agree(figures, spells_recalled(records), "ipp_rereleased_within", "", year)


@pytest.mark.parametrize("year", [2015, 2018, 2020, 2022, 2023, 2024])
@pytest.mark.parametrize("kind", ["first_release", "re_release"])
def test_time_to_recall_is_that_of_lifelines(figures, records, kind, year):
    spells = spells_on_licence(records)
    agree(figures, spells[spells["kind"] == kind], "ipp_time_to_recall", f"first_or_rerelease={kind}", year)


def test_the_plain_mean_of_those_released_says_less_than_the_estimate(figures):
    """Of those who returned in 2023 most of the long stays are not over, so the mean of the others is too short."""
    year = ("2023-01-01", "2023-12-31")
    mean = value(figures, "ipp_rereleased_within", "mean_of_those_released", "", *year)
    assert mean < value(figures, "ipp_rereleased_within", "median", "", *year)
