"""The day the quarterly statistics are due: what to do at a moment of it, until the release has come.

From 9.30 GOV.UK is asked again every few minutes. When the release is held, a refresh is due; when it is not held by a
stated time, people are told once. The arrivals sensor goes on looking after that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from orchestration.archive.arrival import FetchFailed
from orchestration.archive.calendar import is_omsq_release_day
from orchestration.archive.manifests import OFFICIAL
from orchestration.archive.releases import LONDON, open_release
from orchestration.problems import shown
from orchestration.settings import ReleaseDay, Settings
from orchestration.sources.spec import Source

OMSQ = "omsq"
PUBLISHED_AT = dt.time(9, 30)
MISSED = "missed"


@dataclass(frozen=True)
class Step:
    """What to do now: wait, refresh, or tell people that the release was missed; why, in a sentence; and what to
    remember until the next step.
    """

    do: Literal["wait", "refresh", "tell"]
    says: str
    memory: str


def take_step(
    settings: Settings, sources: Mapping[str, Source], now: dt.datetime, memory: str, fetch: Callable[[], object]
) -> Step:
    """What to do at `now` (with a time zone), `memory` being that of the last step or ''.

    Calls `fetch` when it is time to ask GOV.UK; a fetch that fails is a reason to try again.
    """
    local = now.astimezone(LONDON)
    day, wait = local.date(), settings.release_day
    if not is_omsq_release_day(day):
        return Step("wait", f"{day} is not the last working Thursday of January, April, July or October", "")
    if local.time() < PUBLISHED_AT:
        return Step("wait", f"the quarterly statistics are due today at {PUBLISHED_AT:%H:%M}", "")
    if is_held(settings.raw, sources, day):
        return Step("refresh", f"the release of {day} is held", memory)
    if memory == _missed(day):
        return Step("wait", f"no release of {day} by {wait.until:%H:%M}; people were told", memory)
    if not _is_time_to_ask(wait, memory, now):
        return Step("wait", f"GOV.UK is asked every {wait.retry_minutes} minutes", memory)
    said = _ask(fetch)
    if is_held(settings.raw, sources, day):
        return Step("refresh", f"the release of {day} has arrived", now.isoformat())
    if local.time() >= wait.until:
        return Step("tell", f"no release of {day} by {wait.until:%H:%M}{said}", _missed(day))
    return Step("wait", f"no release of {day} yet; asked again in {wait.retry_minutes} minutes{said}", now.isoformat())


def is_held(raw: Path, sources: Mapping[str, Source], day: dt.date) -> bool:
    """Whether raw/ holds quarterly statistics that were published on a day."""
    folders = (folder for folder in (raw / OMSQ).glob("*") if folder.is_dir() and not folder.name.startswith("."))
    manifests = [release.manifest for release, _ in (open_release(folder, sources) for folder in folders)]
    return any(one is not None and one.kind == OFFICIAL and one.published_on == day for one in manifests)


def _is_time_to_ask(wait: ReleaseDay, memory: str, now: dt.datetime) -> bool:
    """Whether the last look is long enough ago; a memory that is no moment counts as none."""
    try:
        return now - dt.datetime.fromisoformat(memory) >= dt.timedelta(minutes=wait.retry_minutes)
    except (ValueError, TypeError):
        return True


def _ask(fetch: Callable[[], object]) -> str:
    """Fetch; returns what went wrong, to add to a sentence, or ''."""
    try:
        fetch()
    except FetchFailed as failed:
        return f"; {' '.join(shown(failed.problems)[:1])}"
    return ""


def _missed(day: dt.date) -> str:
    """What is remembered of a day whose release did not come."""
    return f"{MISSED} {day}"
