"""The project's own code location for a real Dagster daemon, on a release day in the past.

The time of the release day and GOV.UK are stand-ins: a file says the time, and an address where to ask.
"""

import datetime as dt
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from orchestration.archive.arrival import Arrival, fetch
from orchestration.archive.download import Site
from orchestration.definitions import defs
from orchestration.defs import release_day
from orchestration.settings import Settings
from orchestration.sources.spec import Source

__all__ = ["defs"]


def fetch_from_stand_in(
    settings: Settings,
    sources: Mapping[str, Source],
    publication: str | None,
    now: dt.datetime,
    report: Callable[[str], object],
) -> list[Arrival]:
    """What `fetch` gives from the server of the test."""
    address = os.environ["GOV_UK_STAND_IN"]
    return fetch(settings, sources, publication, now, report, Site(address, address, backoff=0))


def read_clock() -> dt.datetime:
    """The time that the test wrote down."""
    return dt.datetime.fromisoformat(Path(os.environ["CLOCK_FILE"]).read_text(encoding="utf-8"))


release_day.fetch = fetch_from_stand_in
release_day.clock = read_clock
