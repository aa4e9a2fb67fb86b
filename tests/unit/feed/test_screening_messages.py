"""What a person reads: findings in words, the order of the stages, exceptions, and the external pack."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.feed.screening import screen_pack
from orchestration.feed.screening.findings import ExceptionToCheck, read_exceptions
from orchestration.feed.screening.periods import read_period
from orchestration.problems import SpecError
from tests.screened_feed import NOW, SmallFeed, make_small_feed


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> SmallFeed:
    return make_small_feed(tmp_path_factory.mktemp("good"))


@pytest.fixture
def feed(good: SmallFeed, tmp_path: Path) -> SmallFeed:
    """A copy of the good feed, to be changed."""
    return good.copy_to(tmp_path)


def test_a_finding_says_where_what_how_many_and_what_to_do(feed: SmallFeed) -> None:
    feed.sql("prison_population", "update t set people_percent = 101 where is_total and period_end >= '2024-12-31'")

    (finding,) = feed.screen("figures")

    assert str(finding) == (
        "F figures / share_outside / prison_population / people_percent: shares are not between 0 and 100 "
        "(2 rows: as_at 2024-12-31 2024-12-31 total all all; as_at 2025-03-31 2025-03-31 total all all). "
        "To do: correct the share, or its unit."
    )


def test_a_gap_in_a_chart_names_visualisation_series_and_day(feed: SmallFeed) -> None:
    feed.sql("dashboard_rows", "delete from t where series = 'Recalled' and ts = '2024-12-31'")

    (finding,) = feed.screen("platform")

    assert str(finding) == (
        "F platform / not_dense / ipp-dashboard.dpd.json / trend: a series has no number or two at a point, so the "
        "next series' number takes its place (1 row: Recalled 2024-12-31). "
        "To do: give every series one number at every point, or make the block a table."
    )


def test_a_person_s_number_is_not_repeated(feed: SmallFeed) -> None:
    feed.sql("prison_places", "update t set probation_region = 'A1234BC'")

    (finding,) = feed.screen("disclosure")

    assert finding.check == "identifier"
    assert "A1234BC" not in str(finding)


def test_a_failing_stage_ends_the_screening_with_all_its_findings(feed: SmallFeed) -> None:
    feed.describe("update meta.dictionary set label = '' where column_name in ('people', 'people_percent')")
    feed.sql("prison_population", "delete from t where category = 'female'")  # A warning of the next stage.

    found = feed.screen()

    places = {(one.check, one.file, one.column) for one in found}
    assert places == {
        ("no_label", "prison_population", "people"),
        ("no_label", "prison_population", "people_percent"),
        ("no_label", "prison_places", "people"),
    }


def test_a_warning_is_kept_and_the_next_stages_run(feed: SmallFeed) -> None:
    feed.sql("prison_population", "delete from t where category = 'female'")
    feed.describe("update meta.tables set caveats = [''] where table_name = 'prison_places'")

    feed.index_files()

    assert [one.check for one in feed.screen()] == ["single_option", "empty_caveat"]


def test_a_declared_exception_takes_its_finding_away_and_no_other(feed: SmallFeed) -> None:
    feed.sql("prison_population", "delete from t where category in ('female', 'recalled')")
    feed.index_files()

    found = feed.screen(
        "keys", exceptions=(ExceptionToCheck("single_option", "prison_population", "sex", "Men only."),)
    )

    assert [one.column for one in found] == ["custody_status"]


def test_an_exception_that_covers_nothing_is_a_finding(feed: SmallFeed) -> None:
    found = feed.screen(exceptions=(ExceptionToCheck("single_option", "prison_population", "sex", "Men only."),))

    assert [(one.check, one.severity) for one in found] == [("unused_exception", "W")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("exceptions: [{check: unit, file: a, column: b}]", "entry 1"),
        ("exceptions: [{check: unit, file: a, column: b, reason: ''}]", "entry 1"),
        ("others: []", "expected a list under `exceptions`"),
    ],
)
def test_an_exception_without_a_reason_is_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "exceptions.yml").write_text(text)

    with pytest.raises(SpecError, match=f"exceptions.yml: .*{says}"):
        read_exceptions(tmp_path / "exceptions.yml")


def test_the_declared_exceptions_can_be_read() -> None:
    assert all(one.reason for one in read_exceptions())


@pytest.mark.parametrize(
    ("hour", "minute", "checks"),
    # 24 April 2025 is in summer time: 9.30 in London is 8.30 in UTC.
    [(8, 29, ["before_its_time"]), (8, 30, [])],
)
def test_an_embargo_ends_at_half_past_nine_in_london(
    hour: int, minute: int, checks: list[str], feed: SmallFeed
) -> None:
    found = feed.screen("embargo", now=datetime(2025, 4, 24, hour, minute, tzinfo=UTC))

    assert sorted({one.check for one in found}) == checks
    assert {one.file for one in found} == ({"prison_population", "dashboard_rows"} if checks else set())


@pytest.mark.parametrize("title", ["Offender management statistics", "Offender management", "Offender"])
def test_rows_of_a_release_that_is_out_are_not_of_a_reissue_under_embargo(title: str, feed: SmallFeed) -> None:
    feed.describe(f"insert into meta.releases values ('omsq', '2024-q4-reissue-2', '{title}', '2099-04-30')")

    assert feed.screen("embargo") == []


def test_rows_of_a_release_under_embargo_are_found_by_its_own_title(feed: SmallFeed) -> None:
    feed.describe(
        "update meta.releases set title = 'Offender management'",
        "insert into meta.releases values ('omsq', '2025-q1', 'Offender management statistics', '2099-04-30')",
    )

    (found,) = {one.found for one in feed.screen("embargo")}
    assert "omsq 2025-q1, which is not out yet" in found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("31 March 2025", ("as_at", "2025-03-31")),
        ("March 2025", ("month", "2025-03-31")),
        ("Jan to Mar 2025", ("quarter", "2025-03-31")),
        ("2024/25", ("financial_year", "2025-03-31")),
        ("2024", ("calendar_year", "2024-12-31")),
        ("1 March 2019 to 29 February 2024", ("period", "2024-02-29")),
        ("Feb to Apr 2025", ("period", "2025-04-30")),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, read: tuple[str, str]) -> None:
    kind, day = read_period(text) or ("", None)

    assert (kind, str(day)) == read


@pytest.mark.parametrize("text", ["", "31 February 2025", "2024/26", "Mar 2025 to", "Marz 2025", "31 March"])
def test_a_period_that_is_none_is_not_read(text: str) -> None:
    assert read_period(text) is None


PACK = """
    measure varchar not null, statistic varchar not null, breakdown varchar not null, period_type varchar not null,
    period_start date not null, period_end date not null, value double, unit varchar not null,
    value_status varchar not null, source_kind varchar not null
"""
PACK_ROWS = [
    ("people", "count", "", "as_at", "2025-03-31", "2025-03-31", "10.0", "people", "final", "official"),
    ("people", "count", "sex=male", "as_at", "2025-03-31", "2025-03-31", "", "people", "suppressed", "official"),
    ("on_time", "share", "", "as_at", "2025-03-31", "2025-03-31", "", "percent", "bounded", "official"),
]


def make_pack(folder: Path, rows: list[tuple[str, ...]], columns: str = PACK) -> Path:
    """A pack of one CSV file."""
    pack = folder / "external"
    pack.mkdir()
    with duckdb.connect(str(pack / "ipp-external.duckdb")) as connection:
        connection.execute(f"create schema counted; create table counted.figures ({columns})")
        names = [row[0] for row in connection.execute("describe counted.figures").fetchall()]
        for name in names:
            connection.execute(f"comment on column counted.figures.{name} is 'What it holds'")
    lines = [",".join(row) for row in [tuple(names), *rows]]
    (pack / "caseload.csv").write_text("\n".join(lines) + "\n")
    return pack


def test_a_good_pack_has_no_finding(feed: SmallFeed, tmp_path: Path) -> None:
    assert screen_pack(make_pack(tmp_path, PACK_ROWS), feed.warehouse, NOW) == []


@pytest.mark.parametrize(
    ("row", "changes", "check"),
    [
        (0, {5: "2025-03-30"}, "start_after_end"),
        (1, {2: ""}, "key_twice"),
        (0, {6: "10.5"}, "not_whole"),
        (1, {6: "4"}, "value_as_status_says"),
        (0, {9: "synthetic"}, "public_synthetic"),
    ],
)
def test_a_fault_of_the_pack_is_found(
    row: int, changes: dict[int, str], check: str, feed: SmallFeed, tmp_path: Path
) -> None:
    rows = [list(one) for one in PACK_ROWS]
    for place, text in changes.items():
        rows[row][place] = text

    found = screen_pack(make_pack(tmp_path, [tuple(one) for one in rows]), feed.warehouse, NOW)

    assert [one.check for one in found] == [check]


def test_a_pack_with_internal_rows_is_refused(feed: SmallFeed, tmp_path: Path) -> None:
    rows = [(*row, "internal") for row in PACK_ROWS]
    pack = make_pack(tmp_path, rows, f"{PACK}, classification varchar not null")

    assert [one.check for one in screen_pack(pack, feed.warehouse, NOW)] == ["not_public"]
