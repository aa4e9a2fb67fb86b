"""What is said of a release that has just arrived: its name, its day, the days it covers, its manifest. Nothing here
writes.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.archive.download import MEDIA_TYPES
from orchestration.archive.govuk import Attachment, Page
from orchestration.archive.manifest_file import Covers, Manifest, ManifestFile
from orchestration.archive.releases import LONDON
from orchestration.workbooks.periods import month_end, read_period

LICENCE = "OGL v3.0"
OFFICIAL = "official"
YEAR = r"(?:19|20)\d\d"


@dataclass(frozen=True)
class Batch:
    """Files of one page that make one release: what it is called, what it is about, and whether the page carries more
    releases than this. `months_ahead` are those by which its newest table reaches beyond the period it is about.
    """

    publication: str
    release_id: str
    title: str
    about: str
    page: Page
    page_url: str
    published: dt.datetime
    files: Sequence[Attachment]
    shares_page: bool
    months_ahead: int = 0


def free_name(release_id: str, held: Iterable[Manifest]) -> str:
    """The name a release gets beside the issues of it that are held: its own, or one that says how it differs.

    `<release_id>-official` goes beside a rebuilt or transcribed one, `<release_id>-reissue-2` (3, …) beside an
    official one.
    """
    issues = list(held)
    taken = {issue.release_id for issue in issues}
    names = [release_id]
    if not any(issue.kind == OFFICIAL for issue in issues):
        names.append(f"{release_id}-official")
    names += [f"{release_id}-reissue-{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in names if name not in taken)


def manifest_of(batch: Batch, held: Sequence[Manifest], files: Sequence[ManifestFile], now: dt.datetime) -> Manifest:
    """What is known of a release that has arrived; `held` are the issues of it that were there before."""
    published_on, precision, basis = publication_day(batch, held, now)
    beside = ", ".join(issue.release_id for issue in held)
    return Manifest.model_validate(
        {
            "publication": batch.publication,
            "release_id": free_name(batch.release_id, held),
            "title": batch.title,
            "published_on": published_on,
            "published_on_precision": precision,
            "published_on_basis": basis,
            "covers": covers(batch.about, published_on, batch.months_ahead),
            "kind": OFFICIAL,
            "source_url": batch.page_url,
            "licence": LICENCE,
            "files": files,
            "note": f"Beside {beside}: only the files whose bytes are not held there." if beside else "",
        }
    )


def listed(attachment: Attachment, sha256: str, size: int, published: dt.datetime, now: dt.datetime) -> ManifestFile:
    """A file's entry in the manifest."""
    origin: dict[str, Any] = {
        "kind": OFFICIAL,
        "url": attachment.url,
        "title": attachment.title,
        "page_updated_at": published.isoformat(),
        "fetched_at": now.astimezone(dt.UTC).isoformat(timespec="seconds"),
    }
    ending = attachment.name[attachment.name.rindex(".") :].lower()
    return ManifestFile(name=attachment.name, sha256=sha256, bytes=size, media_type=MEDIA_TYPES[ending], origin=origin)


def publication_day(batch: Batch, held: Iterable[Manifest], now: dt.datetime) -> tuple[dt.date, str, str]:
    """The day of publication in London, how far it can be trusted, and why.

    It is exact while the page is as it was first published. A page that was updated since, or that gathers several
    releases, does not say on which of its days a file came: its last update is the latest it can be. A file that came
    without its page saying so is dated by the day it was found.
    """
    day, today = batch.published.astimezone(LONDON).date(), now.astimezone(LONDON).date()
    if any(issue.kind == OFFICIAL and issue.published_on >= day for issue in held):
        return today, "not_after", f"Found on this day; the page was last updated on {day}, before the file changed"
    if batch.shares_page:
        return day, "not_after", "Last update of the page, which gathers several releases"
    first = batch.page.first_published_at
    first_day = first.astimezone(LONDON).date() if first else day
    if first_day == day:
        return day, "exact", "public_updated_at of the page"
    return day, "not_after", f"Last update of the page, which was first published on {first_day}"


def covers(title: str, published_on: dt.date, months_ahead: int = 0) -> Covers:
    """The days a release covers, as far as the title of its page or file says; else the day of publication, and that
    the title says nothing. How far back its tables reach is not known before they are read; how far ahead of the title
    the newest of them does, its publication's spec says.
    """
    plain = re.sub(r"[-_]+", " ", title)
    for pattern, days_of in (
        (rf"[A-Z][a-z]+ {YEAR} to [A-Z][a-z]+ {YEAR}", _stretch),
        (rf"[A-Z][a-z]+ to [A-Z][a-z]+ {YEAR}", _stretch),
        (rf"{YEAR} to {YEAR}", _years),
        (rf"{YEAR}/\d{{2,4}}", _stretch),
        (rf"[A-Za-z]+ {YEAR}", _month),
        (YEAR, _stretch),
    ):
        for text in re.findall(rf"(?<![\w/]){pattern}(?![\w/])", plain):
            if days := days_of(text):
                ahead = f"; the newest table is {months_ahead} months ahead" if months_ahead else ""
                last = month_end(days[1], months_ahead) if months_ahead else days[1]
                return Covers(first=days[0], last=last, text=f"{text}, as the title says{ahead}")
    text = "The title does not say; this is the day of publication"
    return Covers(first=published_on, last=published_on, text=text, is_stand_in=True)


def _stretch(text: str) -> tuple[dt.date, dt.date] | None:
    """The days of `2024`, `2024/25` or `October to December 2024`."""
    period = read_period(text, "period")
    return (period.start, period.end) if period else None


def _years(text: str) -> tuple[dt.date, dt.date] | None:
    """The days of `2024 to 2025`: a financial year, or several years."""
    first, last = sorted(map(int, text.split(" to ")))
    return _stretch(f"{first}/{last}") or (dt.date(first, 1, 1), dt.date(last, 12, 31))


def _month(text: str) -> tuple[dt.date, dt.date] | None:
    """The days of `March 2024`, `Mar 2024` or `Sept 2024`."""
    word, year = text.split()
    for month in range(1, 13):
        if len(word) >= 3 and calendar.month_name[month].lower().startswith(word.lower()):
            first = dt.date(int(year), month, 1)
            return first, month_end(first)
    return None
