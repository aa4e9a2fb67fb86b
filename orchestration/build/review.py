"""What raw/ holds, held against what was published, before a workbook is opened.

A module by itself, so that `ipp status` does not import what reads workbooks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.archive.releases import (
    Release,
    Survey,
    far_ahead,
    find_replacement,
    release_folders,
    survey,
    with_files_of_others,
)
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
from orchestration.editions.edition import Edition
from orchestration.problems import Problem
from orchestration.quality.ledger import Verdict
from orchestration.settings import Settings
from orchestration.sources.publications import Publication


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


def review(settings: Settings, sources: Mapping[str, Publication], now: dt.datetime) -> Review:
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
    repeated = problems_with_files(found.embargoed, found)
    remarks += [f"from its day of publication a refresh stops: {problem}" for problem in repeated]
    return Review(found, rejected, set_aside, remarks, published)


def problems_with_files(releases: Sequence[Release], found: Survey) -> list[Problem]:
    """The problems of those releases that hold a file of a release in raw/ or of one before them. Releases that are in
    force in raw/ have none: the survey compared these.
    """
    asked = [release for release in releases if release not in found.visible]
    together = with_files_of_others([*found.visible, *asked])
    return [problem for release, problems in together if release in asked for problem in problems]


def review_unchanged(settings: Settings, present: Edition, verdicts: Sequence[Verdict]) -> Review | None:
    """What `review` finds where raw/ holds the releases of the edition in place, byte for byte, and no other: nothing
    to say. No manifest and no database is opened. None where `review` may find more.

    The caller has compared the inputs with those of the edition.
    """
    passed = [verdict.edition_sha256 for verdict in verdicts if verdict.passed]
    held = [Release(folder) for folder in release_folders(settings.raw)]
    # A release set aside or under embargo is in no edition. A later pass was rolled back: it may have published more.
    if (
        decisions.releases_set_aside(settings)
        or {release.name for release in held} != set(present.releases)
        or passed[-1:] != [present.sha256]
    ):
        return None
    published = Published(releases={release.name: {"status": "published"} for release in held})
    return Review(Survey(visible=held), {}, {}, [], published)


def why_set_aside(release: Release, decision: SetAside, found: Survey) -> str:
    """Why a release is left out, by whom and since when, and the release that has replaced it since, if one has."""
    other = find_replacement(release, found.visible)
    return f"{decision}; replaced by {other.name}" if other else str(decision)
