"""Everything a refresh reads, read: the releases that are public now, and what is wrong with any of them, all at
once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.archive.releases import Release, Survey, far_ahead, find_replacement, survey, visible_from
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.build.published_releases import (
    Published,
    changes_since_published,
    no_longer_public,
    problems_with_published,
    read_published,
    releases_that_left,
)
from orchestration.editions import decisions
from orchestration.editions.decisions import SetAside
from orchestration.problems import InputRejected, Problem
from orchestration.settings import ReadingLimits, Settings
from orchestration.sources.spec import Source
from orchestration.workbooks.covered_days import CoveredDays, problems_with_covered_days
from orchestration.workbooks.isolated import IsolatedReader
from orchestration.workbooks.release import ReleaseReading, read_release


@dataclass(frozen=True)
class Review:
    """What raw/ holds, what of it cannot be taken beside what was published, with why, and what a person should know.

    `rejected` has the releases that the survey rejects, and those that differ from what was published. `set_aside` has
    every release that a person left out, also one that is not in raw/, with the decision.
    """

    survey: Survey
    rejected: Mapping[Release, list[Problem]]
    set_aside: Mapping[Release, SetAside]
    remarks: list[str]
    published: Published

    @property
    def problems(self) -> list[Problem]:
        """Everything that stops a refresh before a release is read."""
        return [*(problem for problems in self.rejected.values() for problem in problems), *self.survey.strays]

    def problems_under(self, path: Path, raw: Path) -> list[Problem]:
        """Those of the problems that are of a folder of raw/, or of what lies in it."""
        places = {problem: release.folder for release, found in self.rejected.items() for problem in found}
        places |= {stray: raw / stray.release.removeprefix("raw/") for stray in self.survey.strays}
        return [problem for problem, place in places.items() if is_in(place, path)]


def is_in(place: Path, folder: Path) -> bool:
    """Whether a file or folder is in a folder, or is that folder."""
    return place.resolve().is_relative_to(folder.resolve())


def review(settings: Settings, sources: Mapping[str, Source], now: dt.datetime) -> Review:
    """What raw/ holds at `now`, held against what was published. No workbook is opened."""
    decided = decisions.releases_set_aside(settings)
    found, published = survey(settings.raw, sources, now, decided), read_published(settings)
    rejected: dict[Release, list[Problem]] = dict(found.rejected)
    for release in found.visible:
        if problems := problems_with_published(release, published):
            rejected[release] = problems
    for release in found.embargoed:
        if problems := no_longer_public(release, published):
            rejected[release] = problems
    rejected |= {
        release: problems
        for release, problems in releases_that_left(found, settings, published)
        if release.name not in decided
    }
    in_raw = {release.name: release for release in found.set_aside}
    set_aside = {
        in_raw.get(name, Release(settings.raw.joinpath(*name.split(" ", 1)))): decision
        for name, decision in decided.items()
    }
    remarks = [line for release in found.visible for line in changes_since_published(release, published)]
    remarks += [line for release in found.embargoed if (line := far_ahead(release, now))]
    return Review(found, rejected, set_aside, remarks, published)


def gather(settings: Settings, sources: Mapping[str, Source], now: dt.datetime) -> list[ReleaseOutcome]:
    """What becomes of every release in raw/ at `now`, with the observations of those that are taken.

    Raises InputRejected with every problem of every release that is not set aside, and of what belongs to none.
    """
    outcomes, problems = read_releases(settings, sources, now)
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


def why_set_aside(release: Release, decision: SetAside, found: Survey) -> str:
    """Why a release is left out, by whom and since when, and the release that has replaced it since, if one has."""
    other = find_replacement(release, found.visible)
    return f"{decision}; replaced by {other.name}" if other else str(decision)


def problems_of_new_releases(found: Review, sources: Mapping[str, Source], limits: ReadingLimits) -> list[Problem]:
    """Everything wrong with the tables of the releases that the edition in place does not hold."""
    new = [
        release
        for release in found.survey.visible
        if release not in found.rejected and not found.published.is_published(release.name)
    ]
    with IsolatedReader(limits) as reader:
        return [problem for release in new for problem in read(release, sources[release.publication], reader).problems]


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
    found = f"no value in any of {len(figures)} figures"
    remedy = "look whether the file is the published one; take the release out of raw/ until it holds figures"
    return [Problem(release.name, expected="at least one figure", found=found, remedy=remedy)]


def _embargoed(release: Release, source: Source) -> ReleaseOutcome:
    """A release whose moment has not come."""
    moment = visible_from(release.manifest, source) if release.manifest else None
    return ReleaseOutcome(release, "embargoed", f"public from {moment:%d %B %Y %H:%M} Europe/London" if moment else "")
