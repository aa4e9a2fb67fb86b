"""Take the picture of the dashboard in docs/images: python -m tests.platform.picture published/current/feed/v1"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.platform.pages import SITE, open_browser, open_feed, query_dataset, render_pages

PICTURE = Path(__file__).parents[2] / "docs/images/platform-dashboard.png"
SHOWN = ".dashboard-visualisation-container tbody tr:nth-child(6)"


def take_picture(feed: Path) -> None:
    """Write the picture of the feed in a folder as the platform's front-end shows it."""
    connection, definition = open_feed(feed)
    with connection, tempfile.TemporaryDirectory() as folder, open_browser(Path(folder)) as browser:
        render_pages({"feed": (definition, query_dataset(connection, definition))}, Path(folder))
        browser.goto(f"{SITE}feed.html")
        browser.wait_for_timeout(1500)  # charts grow to their size
        browser.evaluate("shown => document.querySelector(shown).scrollIntoView()", SHOWN)
        browser.screenshot(path=PICTURE)


if __name__ == "__main__":
    take_picture(Path(sys.argv[1]))
