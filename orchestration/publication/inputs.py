"""Everything a refresh reads, read: the releases that are public now, and what is wrong with any of them, all at
once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.archive.releases import Release, survey, visible_from
from orchestration.extraction.covered_days import CoveredDays, problems_with_covered_days
from orchestration.extraction.release import ReleaseReading, read_release
from orchestration.problems import InputRejected, Problem
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
    for release in found.visible:
        reading = read(release, sources[release.publication])
        if reading.problems:
            rejected[release] = reading.problems
        else:
            said = " | ".join(reading.remarks)
            outcomes.append(ReleaseOutcome(release, "published", said, observations=reading.observations))
    if (rejected or found.strays) and not quarantine:
        raise InputRejected([*(problem for problems in rejected.values() for problem in problems), *found.strays])
    outcomes += [_quarantined(release, problems) for release, problems in rejected.items()]
    return sorted(outcomes, key=lambda outcome: outcome.release.name)


def read(release: Release, source: Source) -> ReleaseReading:
    """The tables of a release and everything that is wrong with them, held against what its manifest says."""
    reading = read_release(release.paths, source, release.release_id, release.title, release.covers_last)
    if release.manifest and not release.manifest.covers.is_stand_in:
        covers = release.manifest.covers
        covered = CoveredDays(covers.first, covers.last, release.manifest.kind)
        reading.problems += problems_with_covered_days(reading.tables, covered)
    reading.problems += _without_values(release, reading)
    return reading


def _without_values(release: Release, reading: ReleaseReading) -> list[Problem]:
    """The problem of a release whose figures all lack a value: as the latest vintage it would take figures away."""
    figures = reading.observations
    if reading.problems or not figures or any(figure.value is not None for figure in figures):
        return []
    found = f"no value in any of {len(figures)} figures"
    remedy = "look whether the file is the published one; take the release out of raw/ until it holds figures"
    return [Problem(release.name, expected="at least one figure", found=found, remedy=remedy)]


def _embargoed(release: Release, source: Source) -> ReleaseOutcome:
    """A release whose moment has not come."""
    moment = visible_from(release.manifest, source) if release.manifest else None
    return ReleaseOutcome(release, "embargoed", f"public from {moment:%d %B %Y %H:%M} Europe/London" if moment else "")


def _quarantined(release: Release, problems: list[Problem]) -> ReleaseOutcome:
    """A release set aside, with everything that is wrong with it."""
    return ReleaseOutcome(release, "quarantined", " | ".join(sorted({str(problem) for problem in problems})))
