"""Everything a refresh reads, read: the releases that are public now, and what is wrong with any of them, all at
once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.archive.releases import Release, survey, visible_from
from orchestration.extraction.isolated import IsolatedReader
from orchestration.extraction.release import ReleaseReading, read_release
from orchestration.problems import InputRejected, Problem, shown
from orchestration.publication.candidate import ReleaseOutcome
from orchestration.settings import Settings
from orchestration.sources.spec import Source


def gather(
    settings: Settings, sources: Mapping[str, Source], now: dt.datetime, quarantine: bool
) -> list[ReleaseOutcome]:
    """What becomes of every release in raw/ at `now`, with the observations of those that are taken.

    Raises InputRejected with every problem of every release, unless `quarantine` sets the bad ones aside with their
    reasons.
    """
    found = survey(settings.raw, sources, now)
    outcomes = [_embargoed(release, sources[release.publication]) for release in found.embargoed]
    rejected = dict(found.rejected)
    with IsolatedReader(settings.limits) as reader:
        for release in found.visible:
            reading = read_opened(release, sources[release.publication], reader)
            if reading.problems:
                rejected[release] = reading.problems
            else:
                said = " | ".join(reading.remarks)
                outcomes.append(ReleaseOutcome(release, "published", said, observations=reading.observations))
    if rejected and not quarantine:
        raise InputRejected(problem for problems in rejected.values() for problem in problems)
    outcomes += [_quarantined(release, problems) for release, problems in rejected.items()]
    return sorted(outcomes, key=lambda outcome: outcome.release.name)


def read_opened(release: Release, source: Source, reader: IsolatedReader) -> ReleaseReading:
    """What is read of a release whose manifest is sound."""
    files, said = release.paths, (release.release_id, release.title, release.covers_last)
    return read_release(files, source, *said, read=reader.read_file)


def _embargoed(release: Release, source: Source) -> ReleaseOutcome:
    """A release whose moment has not come."""
    moment = visible_from(release.manifest, source) if release.manifest else None
    return ReleaseOutcome(release, "embargoed", f"public from {moment:%d %B %Y %H:%M} Europe/London" if moment else "")


def _quarantined(release: Release, problems: list[Problem]) -> ReleaseOutcome:
    """A release set aside, with everything that is wrong with it."""
    return ReleaseOutcome(release, "quarantined", " | ".join(shown(problems)))
