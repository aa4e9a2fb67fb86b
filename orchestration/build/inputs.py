"""Everything a refresh reads, read: the releases that are public now, and what is wrong with any of them, all at
once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.archive.releases import Release, visible_from
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.build.review import review, why_set_aside
from orchestration.problems import InputRejected, Problem, counted
from orchestration.settings import Settings
from orchestration.sources.spec import Source
from orchestration.workbooks.covered_days import CoveredDays, problems_with_covered_days
from orchestration.workbooks.isolated import IsolatedReader
from orchestration.workbooks.release import ReleaseReading, read_release


def gather(settings: Settings, sources: Mapping[str, Source], now: dt.datetime) -> list[ReleaseOutcome]:
    """What becomes of every release in raw/ at `now`, with the observations of those that are taken.

    Raises InputRejected with every problem of every release that is not set aside, and of what belongs to none; also
    where no release is left to publish.
    """
    outcomes, problems = read_releases(settings, sources, now)
    if not problems and all(outcome.status != "published" for outcome in outcomes):
        remedy = f"put releases into {settings.raw}, or run `ipp fetch`"
        problems = [Problem("raw/", expected="at least one release that is public", found="none", remedy=remedy)]
    if problems:
        raise InputRejected(problems)
    return outcomes


def read_releases(
    settings: Settings, sources: Mapping[str, Source], now: dt.datetime
) -> tuple[list[ReleaseOutcome], list[Problem]]:
    """What becomes of every release in raw/ at `now` that has no problem, and every problem of the others and of what
    belongs to no release.
    """
    found = review(settings, sources, now)
    rejected = dict(found.rejected)
    outcomes = [
        _embargoed(release, sources[release.publication])
        for release in found.survey.embargoed
        if release not in rejected
    ]
    with IsolatedReader(settings.limits) as reader:
        for release in found.survey.visible:
            reading = read(release, sources[release.publication], reader)
            if reading.problems or release in rejected:
                rejected[release] = [*rejected.get(release, ()), *reading.problems]
            else:
                said = " | ".join(reading.remarks)
                outcomes.append(ReleaseOutcome(release, "published", said, observations=reading.observations))
    outcomes += [
        ReleaseOutcome(release, "set_aside", why_set_aside(release, decision, found.survey))
        for release, decision in found.set_aside.items()
    ]
    problems = [*(problem for problems in rejected.values() for problem in problems), *found.survey.strays]
    return sorted(outcomes, key=lambda outcome: outcome.release.name), problems


def read(release: Release, source: Source, reader: IsolatedReader) -> ReleaseReading:
    """The tables of a release and everything that is wrong with them, held against what its manifest says."""
    files, said = release.paths, (release.release_id, release.title, release.covers_last)
    reading = read_release(files, source, *said, read=reader.read_file)
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
    found = f"no value in any of {counted(len(figures), 'figure')}"
    remedy = "look whether the file is the published one; take the release out of raw/ until it holds figures"
    return [Problem(release.name, expected="at least one figure", found=found, remedy=remedy)]


def _embargoed(release: Release, source: Source) -> ReleaseOutcome:
    """A release whose moment has not come."""
    moment = visible_from(release.manifest, source) if release.manifest else None
    return ReleaseOutcome(release, "embargoed", f"public from {moment:%d %B %Y %H:%M} Europe/London" if moment else "")
