"""The internal platform's own front-end shows our definition and feed, and every number on the page equals SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from orchestration.feed.screening.feed import DataFile, Feed
from orchestration.feed.screening.platform import check_platform
from orchestration.feed.sections import Section, Visualisation
from orchestration.settings import Settings
from tests.platform.pages import (
    COLUMNS,
    DashboardPage,
    dashboard_rows,
    find_faults,
    open_browser,
    open_feed,
    query_dataset,
    read_page,
    render_pages,
    require_tools,
)
from tests.platform.traps import TRAPS, WELL_MADE, Trap

pytestmark = pytest.mark.slow

PLANTED = {**TRAPS, "well_made": WELL_MADE}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pages are written."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Page]:
    """One browser for all tests, which finds the written pages."""
    require_tools()
    with open_browser(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def planted(browser: Page, folder: Path) -> dict[str, DashboardPage]:
    """What each planted page shows."""
    asked = {
        name: (trap.definition, query_dataset(dashboard_rows(trap.dataset, trap.types), trap.definition))
        for name, trap in PLANTED.items()
    }
    return {
        name: DashboardPage(failure=failure) if failure else read_page(browser, name)
        for name, failure in render_pages(asked, folder).items()
    }


def faults(trap: Trap, page: DashboardPage) -> list[tuple[str, str]]:
    return find_faults(dashboard_rows(trap.dataset, trap.types), trap.definition, page)


def test_a_well_made_dashboard_shows_its_rows(planted: dict[str, DashboardPage]) -> None:
    page = planted["well_made"]
    assert faults(WELL_MADE, page) == []
    # Read off the rows by eye, so that the comparison itself is tested.
    sexes, places = page.visualisations["sexes"], page.visualisations["places"]
    assert sexes.chart is not None
    assert sexes.chart.points == {
        ("Women", "31/03/2025"): 10,
        ("Men", "31/03/2025"): 900,
        ("Women", "30/06/2025"): 0,
        ("Men", "30/06/2025"): 880,
    }
    assert sexes.headlines == []
    assert places.tables[0].head == ["Category", "Period", "Value_text", "Status_text"]
    assert [row[2] for row in places.tables[0].rows] == ["1,012", "[c]", "0"]
    assert page.cards["on_time"].value == "83%"
    assert page.cards["on_time"].colour == "#fff7bf"
    assert page.visualisations["regions"].headlines == [("Total value", "55.5")]


def test_every_number_of_the_feed_is_on_the_page(published: Settings, browser: Page, folder: Path) -> None:
    feed = published.current / "feed" / "v1"
    connection, definition = open_feed(feed)
    with connection:
        assert render_pages({"feed": (definition, query_dataset(connection, definition))}, folder) == {"feed": None}
        assert find_faults(connection, definition, read_page(browser, "feed")) == []


def points(page: DashboardPage, name: str) -> dict[tuple[str, str], float]:
    chart = page.visualisations[name].chart
    assert chart is not None
    return chart.points


def cells(page: DashboardPage, name: str) -> list[list[str]]:
    return [row for table in page.visualisations[name].tables for row in table.rows]


# The wrong picture of each trap: what makes the rule that forbids it needed.
WRONG: dict[str, Callable[[DashboardPage], bool]] = {
    "suppressed_point_in_a_chart_of_several_series": lambda page: (
        points(page, "sexes")["Women", "30/06/2025"] == 880 and points(page, "sexes")["Men", "30/06/2025"] == 0
    ),
    "series_in_another_order_on_another_day": lambda page: points(page, "sexes")["Women", "30/06/2025"] == 880,
    "series_that_starts_later": lambda page: "Women" not in {series for series, _ in points(page, "sexes")},
    "text_as_measure_of_a_time_series": lambda page: set(points(page, "recalls").values()) == {0},
    "text_as_measure_of_a_bar_chart": lambda page: (
        ("People", "London") not in points(page, "regions")
        and page.visualisations["regions"].headlines == [("Total value_text", "NaN")]
    ),
    "rates_in_a_bar_chart": lambda page: (
        page.visualisations["recall_rates"].headlines == [("Total recalls per 100 people", "55.5")]
    ),
    "null_measure": lambda page: cells(page, "places") == [["Prison", "15"]],
    "scorecard_of_zero": lambda page: page.cards["late"].value in {"", "%"},
    "scorecard_with_the_day_as_key": lambda page: page.cards == {},
    "scorecard_with_the_day_as_key_and_an_older_block": lambda page: "undefined" in str(page.failure),
    "day_as_key_of_a_table": lambda page: cells(page, "places") == [],
    "number_before_the_day": lambda page: set(points(page, "recalls").values()) == {0},
    "option_of_a_time_series": lambda page: "showLatest" in str(page.failure),
    "number_of_another_block_beside_a_time_series": lambda page: (
        page.visualisations["recalls"].headlines == [("30/06/2025", "5")]
    ),
    "keys_in_another_order_than_the_columns": lambda page: (
        page.visualisations["regions"].tables[0].head[:2] == ["Category", "Series"]
        and cells(page, "regions")[0][:2] == ["Recalled", "London"]
    ),
    "sum_over_a_symbol": lambda page: cells(page, "places")[-1] == ["Total", "NaN"],
    "colours_of_the_platform": lambda page: page.cards["on_time"].colour == "#cce2d8",
    "number_between_buckets": lambda page: page.cards["on_time"].colour == "",
    "filter_on_a_column": lambda page: cells(page, "places") == [["London", "15"]] and cells(page, "sexes") == [],
    "no_key": lambda page: "keys" in str(page.failure),
    "day_with_a_time": lambda page: ("People", "2025-03-31T00:00:00") in points(page, "recalls"),
    "latest_as_true_or_false": lambda page: cells(page, "places") == [],
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_planted_trap_shows_wrong_and_is_found(planted: dict[str, DashboardPage], name: str) -> None:
    assert WRONG[name](planted[name]), f"{TRAPS[name].mistake}: {planted[name]}"
    assert faults(TRAPS[name], planted[name]), f"The page checks miss it: {TRAPS[name].mistake}"


@pytest.fixture(scope="module")
def of_well_made() -> set[str]:
    """The checks that the well-made dashboard fails too: it has no policy of who may see it."""
    return _screened(WELL_MADE)


@pytest.mark.parametrize("name", TRAPS)
def test_the_screening_of_the_feed_finds_a_planted_trap(name: str, of_well_made: set[str]) -> None:
    found = _screened(TRAPS[name]) - of_well_made
    if name != "number_of_another_block_beside_a_time_series":
        found -= {"no_edges"}  # these only lack the edges so that the page shows what goes wrong
    assert found, f"The screening misses it: {TRAPS[name].mistake}"


def _screened(trap: Trap) -> set[str]:
    """The checks of the stage `platform` that a trap fails."""
    with dashboard_rows(trap.dataset, trap.types) as connection:
        connection.execute("create schema feed; create table feed.dashboard_rows as from ipp.dashboard_rows")
        columns = {name: kind.upper() for name, kind in {**COLUMNS, **trap.types, "row_order": "integer"}.items()}
        feed = Feed(
            connection=connection,
            kind="feed",
            files=(DataFile("dashboard_rows", columns),),
            csv_files=(),
            index={},
            definition=trap.definition,
            changes={},
            sections=(_section(trap),),
            now=dt.datetime.now(dt.UTC),
            folder=Path(),
        )
        return {finding.check for finding in check_platform(feed)}


def _section(trap: Trap) -> Section:
    """What sections.yml would say of the visualisations of a trap."""
    shown = [Visualisation.model_construct(id=one["id"], unit=trap.unit) for one in trap.visualisations]
    return Section.model_construct(visualisations=shown)
