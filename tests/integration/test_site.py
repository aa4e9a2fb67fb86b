"""The site of a whole edition in a browser: content first, then accessibility, layout, keyboard and requests.

Numbers on the pages are compared with SQL on the warehouse that they were made from.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import yaml

from orchestration.settings import ROOT
from orchestration.site.make import STYLES, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
IN_CI = bool(os.environ.get("CI"))
WIDTHS = (1100, 375, 320)
LARGEST_PAGE = 300_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPORTS = ("annual-report", "data-quality", "checks", "definitions", "dictionary", "codes", "downloads")
JUDGED_OPEN = ("index", "opd", "women")
"""Pages whose folded tables axe judges too: all tables are written alike, and axe takes long over the long ones."""
ONE_OF_EACH = ("index", "recall", "annual-report", "data-quality")
"""A page of each template, which axe judges in `make test`. In `make torture` it judges every page."""
FOCUSABLE = "a[href], summary, [tabindex='0'], button, input"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not STYLES.exists() and not IN_CI, reason="styles are not installed: run make setup"),
]
needs_browser = pytest.mark.skipif(not CHROMIUM.exists() and not IN_CI, reason="no browser is installed")


@pytest.fixture(scope="module")
def warehouse(request: pytest.FixtureRequest) -> Path:
    """A finished warehouse: the one that IPP_SITE_WAREHOUSE names, else that of the shared refresh."""
    named = os.environ.get("IPP_SITE_WAREHOUSE")
    return Path(named) if named else request.getfixturevalue("published").published_file


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site: that of the shared refresh, or one made of the warehouse that is named."""
    if not os.environ.get("IPP_SITE_WAREHOUSE"):
        return request.getfixturevalue("published").current / "site"
    folder = tmp_path_factory.mktemp("edition") / "site"
    make_site(warehouse, folder, None)
    return folder


@pytest.fixture(scope="module")
def sql(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for reading."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as w (read_only); use w")
        yield connection


@pytest.fixture(scope="module")
def sections() -> list[dict[str, Any]]:
    """The sections as they are declared."""
    return yaml.safe_load((ROOT / "orchestration" / "feed" / "sections.yml").read_text(encoding="utf-8"))["sections"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page at the width of a desktop."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    yield context.new_page()
    context.close()


def pages_of(site: Path) -> list[Path]:
    return sorted(site.glob("*.html"))


def address(section: dict[str, Any]) -> str:
    return f"{section['id'].replace('_', '-')}.html"


def test_every_section_and_report_has_a_page(site: Path, sections: list[dict[str, Any]]) -> None:
    expected = {"index.html", *map(address, sections), *(f"{name}.html" for name in REPORTS)}
    assert {path.name for path in pages_of(site)} == expected


def test_a_second_site_has_the_same_bytes(site: Path, warehouse: Path, tmp_path: Path) -> None:
    started = time.process_time()
    make_site(warehouse, tmp_path / "again", None)
    print(f"processor time {time.process_time() - started:.1f} s")
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (site, tmp_path / "again")
    )
    assert one == two


def test_no_page_runs_a_script_or_asks_for_anything_outside(site: Path) -> None:
    for path in pages_of(site):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text, path.name
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text), path.name
        for reference in re.findall(r'(?:src|href)="([^"#:]+)"', text):
            assert reference.startswith("../") or (site / reference).exists(), f"{path.name}: {reference}"


def test_pages_are_small_with_all_that_they_load(site: Path) -> None:
    for path in pages_of(site):
        text = path.read_text(encoding="utf-8")
        loaded = {
            site / one
            for one in re.findall(r'src="([^"]+)"|rel="stylesheet" href="([^"]+)"', text)
            for one in one
            if one
        }
        assert path.stat().st_size + sum(one.stat().st_size for one in loaded) < LARGEST_PAGE, path.name


@needs_browser
def test_sections_show_every_visualisation_that_has_rows(
    site: Path, sections: list[dict[str, Any]], sql: duckdb.DuckDBPyConnection, page: Page
) -> None:
    blocks = {block for (block,) in sql.execute("select distinct block from feed.dashboard_rows").fetchall()}
    for section in sections:
        page.goto((site / address(section)).as_uri())
        assert page.locator("h1").all_inner_texts() == [section["display"]]
        drawn = [one for one in section["visualisations"] if one["type"] not in ("list", "scorecard")]
        assert page.locator("img.ipp-chart").count() == sum(one["block"] in blocks for one in drawn)
        broken = page.evaluate("[...document.images].filter(one => !one.naturalWidth).map(one => one.src)")
        assert not broken
        for one in section["visualisations"]:
            assert one["block"] in blocks, one["block"]
            heading = page.locator(f"#{one['id']} h3").inner_text()
            assert re.search(r"\d", heading), f"{one['id']}: no number in {heading!r}"
            assert page.locator(f"#{one['id']} tbody tr").count() > 0, one["id"]
        for text in page.locator("img.ipp-chart").evaluate_all("all => all.map(one => one.alt)"):
            assert len(text) > 40
            assert re.search(r"\d", text), text


@needs_browser
def test_figures_on_section_pages_are_those_of_the_warehouse(
    site: Path, sections: list[dict[str, Any]], sql: duckdb.DuckDBPyConnection, page: Page
) -> None:
    read = "all => all.map(one => one.textContent.trim()).filter(one => one)"
    for section in sections:
        page.goto((site / address(section)).as_uri())
        for one in section["visualisations"]:
            latest = "and is_latest = 'true'" if one["is_latest"] else ""
            query = f"select value_text from feed.dashboard_rows where block = ? {latest}"
            expected = Counter(text for (text,) in sql.execute(query, [one["block"]]).fetchall())
            shown = Counter(page.locator(f"#{one['id']} tbody .n").evaluate_all(read))
            if "Published in" in page.locator(f"#{one['id']} thead").inner_text():
                # Side by side, counted figures of days without a published one are left to the CSV file.
                assert shown <= expected, one["id"]
            else:
                assert (
                    Counter(text.removesuffix(" [p]").removesuffix(" [r]") for text in shown.elements()) == expected
                ), one["id"]


@needs_browser
def test_the_overview_says_what_sql_says(site: Path, sql: duckdb.DuckDBPyConnection, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    text = page.locator("main").inner_text()
    ((unreleased, recalled),) = sql.execute("""
        select
            max(people) filter (where category = 'unreleased'),
            max(people) filter (where category = 'recalled')
        from marts.prison_population
        where breakdown = 'custody_status' and period_end = '2025-03-31'
    """).fetchall()
    # Published for that day: 1,012 and 1,532.
    assert (unreleased, recalled) == (1012, 1532)
    assert f"{unreleased + recalled:,} people were in prison on 31 March 2025" in text
    assert page.locator("#overview-action-plan-targets, #overview-targets").locator("tbody tr").count() == 6
    ((edition,),) = sql.execute("select publication_id from meta.publication").fetchall()
    assert edition in text
    assert "Synthetic" in text
    assert "Rebuilt" in text


@needs_browser
def test_reports_have_their_rows(site: Path, sql: duckdb.DuckDBPyConnection, page: Page) -> None:
    def count(query: str) -> int:
        ((number,),) = sql.execute(query).fetchall()
        return number

    page.goto((site / "annual-report.html").as_uri())
    assert page.locator("main h2").count() == 11
    page.goto((site / "data-quality.html").as_uri())
    used = count("select count(*) from meta.releases where status = 'published'")
    rows = page.locator("section[aria-labelledby=releases-in-use] tbody tr")
    assert rows.count() == used
    differing = count("select count(*) from meta.reconciliation where status not in ('agrees', 'not_evaluable')")
    assert page.locator("section[aria-labelledby=reconciliation-of-published-figures] tbody tr").count() == differing
    page.goto((site / "checks.html").as_uri())
    assert f"{count('select count(*) from meta.checks where success'):,} of" in page.locator("main").inner_text()
    page.goto((site / "definitions.html").as_uri())
    measures = page.locator("section[aria-labelledby^=measures-] tbody tr")
    assert measures.count() == count("select count(*) from meta.measures where in_scope = 'yes'")


@needs_browser
@pytest.mark.parametrize("every_page", [False, pytest.param(True, marks=pytest.mark.torture)])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_pass_axe_and_do_not_scroll_sideways(site: Path, browser: Browser, width: int, every_page: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    outside: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else outside.append(asked.url))
    page.on("requestfailed", lambda asked: troubles.append(asked.url))
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    found: list[str] = []
    for path in pages_of(site):
        page.goto(path.as_uri())
        # axe passes an empty page.
        assert page.locator("main h1").count() == 1
        assert page.locator("main section").count() > 0
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{path.name}: scrolls sideways at {width} pixels")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{path.name}: scrolls sideways at {width} pixels with its tables open")
        if path.stem not in JUDGED_OPEN:
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = false)")
        if not every_page and path.stem not in ONE_OF_EACH:
            continue
        # Without preload axe does not ask for the style sheets once more.
        results = Axe().run(
            page, options={"runOnly": {"type": "tag", "values": RULES}, "preload": False, "resultTypes": ["violations"]}
        )
        found += [
            f"{path.name}: {one['id']}: {one['help']}: {one['nodes'][0]['html'][:150]} ({len(one['nodes'])})"
            for one in results.response["violations"]
        ]
    context.close()
    assert not found, "\n".join(found)
    assert not outside
    assert not troubles


@needs_browser
@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]])
def test_a_keyboard_reaches_everything(site: Path, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for name in ("index.html", "caseload.html"):
        page.goto((site / name).as_uri())
        marked = page.evaluate(
            f"""() => [...document.querySelectorAll("{FOCUSABLE}")].filter(one => one.checkVisibility())
                .map((one, place) => {{ one.dataset.place = place; return place }})"""
        )
        reached = []
        for _ in marked:
            page.keyboard.press("Tab")
            place, is_seen = page.evaluate(
                """() => {
                    const style = getComputedStyle(document.activeElement)
                    const isSeen = style.outlineStyle !== "none" || style.boxShadow !== "none"
                    return [Number(document.activeElement.dataset.place), isSeen]
                }"""
            )
            assert is_seen, f"{name}: the focus cannot be seen at place {place}"
            reached.append(place)
        # In the order of the page, so the focus does not jump about.
        assert reached == marked, name
        page.locator("summary").first.press("Enter")
        assert page.locator("details[open]").count() >= 1
    context.close()
