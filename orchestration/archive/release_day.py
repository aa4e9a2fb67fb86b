"""The day the quarterly statistics are due: what to do at a moment of it, until the release has come.

From 9.30 GOV.UK is asked again every few minutes. When the release is held, a refresh is due; when it is not held by a
stated time, one alert is sent. The arrivals sensor goes on looking after that.
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
from orchestration.problems import counted, shown
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
    day = now.astimezone(LONDON).date()
    if reason := _reason_to_wait(settings.release_day, now, memory):
        if _is_due(now) and is_held(settings.raw, sources, day):
            return Step("refresh", f"the release of {day} is held", memory)
        return Step("wait", reason, memory)
    said = "" if is_held(settings.raw, sources, day) else _ask(fetch)
    if is_held(settings.raw, sources, day):
        return Step("refresh", f"the release of {day} has arrived", now.isoformat())
    wait = settings.release_day
    if now.astimezone(LONDON).time() >= wait.until:
        return Step("tell", f"no release of {day} by {wait.until:%H:%M}{said}", _missed(day))
    return Step(
        "wait",
        f"no release of {day} yet; asked again in {counted(wait.retry_minutes, 'minute')}{said}",
        now.isoformat(),
    )


def is_held(raw: Path, sources: Mapping[str, Source], day: dt.date) -> bool:
    """Whether raw/ holds quarterly statistics that were published on a day."""
    folders = (folder for folder in (raw / OMSQ).glob("*") if folder.is_dir() and not folder.name.startswith("."))
    manifests = [release.manifest for release, _ in (open_release(folder, sources) for folder in folders)]
    return any(one is not None and one.kind == OFFICIAL and one.published_on == day for one in manifests)


def _is_due(now: dt.datetime) -> bool:
    """Whether it is a release day, and the time of publication has come."""
    local = now.astimezone(LONDON)
    return is_omsq_release_day(local.date()) and local.time() >= PUBLISHED_AT


def _reason_to_wait(wait: ReleaseDay, now: dt.datetime, memory: str) -> str:
    """Why GOV.UK is not asked at `now`, in a sentence; '' when it is."""
    day = now.astimezone(LONDON).date()
    if not is_omsq_release_day(day):
        return f"{day} is not the last working Thursday of January, April, July or October"
    if not _is_due(now):
        return f"the quarterly statistics are due today at {PUBLISHED_AT:%H:%M}"
    if memory == _missed(day):
        return f"no release of {day} by {wait.until:%H:%M}; an alert was sent"
    asked = _moment(memory)
    if asked and now - asked < dt.timedelta(minutes=wait.retry_minutes):
        return f"GOV.UK is asked every {wait.retry_minutes} minutes"
    return ""


def _moment(memory: str) -> dt.datetime | None:
    """The moment of the last look; None if the memory cannot be read."""
    try:
        moment = dt.datetime.fromisoformat(memory)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


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
