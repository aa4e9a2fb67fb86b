"""Judge a release without publishing it: what was found in it, what is wrong with it, and whether it agrees with the
rest of raw/.

Used by `ipp check` on the day a file arrives. Nothing is written but to a temporary folder.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.archive.releases import Release, check_bytes, open_release, release_folders
from orchestration.build import candidate, inputs
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.build.published_releases import changes_since_published, problems_with_published
from orchestration.build.review import Review, is_in, problems_with_files
from orchestration.problems import InputRejected, Problem
from orchestration.quality.results import CheckResult
from orchestration.settings import ReadingLimits, Settings
from orchestration.sources.spec import Source
from orchestration.workbooks.isolated import IsolatedReader
from orchestration.workbooks.release import ReleaseReading

log = logging.getLogger("ipp")
_TITLES_SHOWN = 5


@dataclass(frozen=True)
class CheckedRelease:
    """A release that was read: the release (without a manifest for a lone file) and what was found in it."""

    release: Release
    reading: ReleaseReading


def read(path: Path, sources: Mapping[str, Source], limits: ReadingLimits | None = None) -> list[CheckedRelease]:
    """Read a release folder, every release of a publication's folder or of a folder such as raw/, or one file.

    Raises InputRejected with everything that is wrong with any of them.
    """
    path = Path(os.path.normpath(path.absolute()))
    with IsolatedReader(limits or ReadingLimits()) as reader:
        return [_lone_file(path, sources, reader)] if path.is_file() else _folder(path, sources, reader)


def _folder(path: Path, sources: Mapping[str, Source], reader: IsolatedReader) -> list[CheckedRelease]:
    """A release folder, or every release under a folder. Raises InputRejected with everything wrong with any."""
    folders = _release_folders(path, sources)
    if not folders:
        expected = "a release folder with its manifest.yml, a folder of releases, or one published file"
        raise InputRejected([Problem(str(path), expected=expected, found="none", remedy="see raw/README.md")])
    checked, problems = [], []
    for folder in folders:
        release, wrong = open_release(folder, sources)
        wrong = wrong or check_bytes(release)
        if not wrong and release.manifest:
            reading = inputs.read(release, sources[release.publication], reader)
            wrong = reading.problems
            checked.append(CheckedRelease(release, reading))
        problems += wrong
    if problems:
        raise InputRejected(problems)
    return checked


def read_as_published(
    path: Path, settings: Settings, sources: Mapping[str, Source], review: Review
) -> list[CheckedRelease]:
    """What `read` gives, held against what was published where the path is raw/ or a folder in it.

    Raises InputRejected with everything that would stop a refresh because of what the folder holds.
    """
    own = review.problems_under(path, settings.raw) if path.is_dir() else []
    try:
        checked = read(path, sources, settings.limits)
    except InputRejected as rejected:
        raise InputRejected([*rejected.problems, *own]) from rejected
    own += _problems_with_files(checked, review)
    if own:
        raise InputRejected(own)
    return checked


def _problems_with_files(checked: list[CheckedRelease], review: Review) -> list[Problem]:
    """The problems of checked releases with a file of another release in raw/, or of another that is checked. Releases
    that are set aside have none.
    """
    left_out = {release.name for release in review.set_aside}
    return problems_with_files([one.release for one in checked if one.release.name not in left_out], review.survey)


def notes(checked: list[CheckedRelease], review: Review, raw: Path) -> list[str]:
    """What else a person should know before a refresh: what was published otherwise, and what is wrong in raw/."""
    arriving = [one.release for one in checked if not is_in(one.release.folder, raw)]
    differing = [problem for release in arriving for problem in problems_with_published(release, review.published)]
    changed = [line for release in arriving for line in changes_since_published(release, review.published)]
    stopping = [f"a refresh stops: {problem}" for problem in review.problems]
    return [*map(str, differing), *changed, *review.remarks, *stopping]


def _release_folders(path: Path, sources: Mapping[str, Source]) -> list[Path]:
    """The releases that a folder is or holds: one release, those of one publication, or those of all publications."""
    if (path / "manifest.yml").exists() or path.parent.name in sources:
        return [path]
    inside = sorted(folder for folder in path.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    if path.name in sources or any((folder / "manifest.yml").exists() for folder in inside):
        return inside
    return release_folders(path)


def _lone_file(path: Path, sources: Mapping[str, Source], reader: IsolatedReader) -> CheckedRelease:
    """A file on its own, read as the one publication whose specs find their tables in it.

    Raises InputRejected with what is wrong with it.
    """
    publication, title = _listed_in(path, sources)
    try:
        readings = {name: reader.read_file(path, source, path.stem, title) for name, source in sources.items()}
    except InputRejected as rejected:
        # A file that cannot be opened is reported as that, not as one without a table. The publication that it was
        # tried with first says nothing about it.
        raise InputRejected([replace(one, release=path.name, file="") for one in rejected.problems]) from rejected
    candidates = [name for name, reading in readings.items() if reading.tables]
    named = [name for name in candidates if any(kind.match(path.name) for kind in sources[name].files)]
    chosen = [name for name in candidates if name == publication] or (candidates if len(candidates) == 1 else named)
    if len(chosen) != 1:
        raise InputRejected([_not_one_publication(path, readings)])
    reading = readings[chosen[0]]
    if reading.problems:
        raise InputRejected(reading.problems)
    return CheckedRelease(Release(path), reading)


def _listed_in(path: Path, sources: Mapping[str, Source]) -> tuple[str, str]:
    """The publication of the release a file lies in, and the title for a file without one: that of the
    release. Outside a release, no publication and the file's name.
    """
    release, _ = open_release(path.parent, sources)
    files = {file.name for file in release.manifest.files} if release.manifest else set()
    return (release.publication, release.title) if path.name in files else ("", path.stem)


def _not_one_publication(path: Path, readings: Mapping[str, ReleaseReading]) -> Problem:
    """The problem of a file that holds tables of no publication, or of several."""
    tables = {name: ", ".join(table.spec.table for table in reading.tables) for name, reading in readings.items()}
    if found := "; ".join(f"{name} ({names})" for name, names in tables.items() if names):
        expected, remedy = "tables of one publication", "put the file into a release folder and check the folder"
        return Problem(path.name, expected=expected, found=f"tables of {found}", remedy=remedy)
    titles = list(dict.fromkeys(title for reading in readings.values() for title in reading.not_taken if title))
    first = "; ".join(repr(title) for title in titles[:_TITLES_SHOWN]) or "none"
    more = f" and {len(titles) - _TITLES_SHOWN} more" if len(titles) > _TITLES_SHOWN else ""
    return Problem(
        path.name,
        expected="a file with a table that a spec under orchestration/sources asks for",
        found=f"no table of any publication; the titles in it: {first}{more}",
        remedy="if one of these titles is of a known table, declare it in the table's spec",
    )


def judge(checked: list[CheckedRelease], settings: Settings, sources: Mapping[str, Source]) -> tuple[CheckResult, ...]:
    """Run the suites and rules on the landing tables of these releases together with those already in raw/.

    So a figure that moved too far from an earlier release is seen before anything is published. The log names the
    disagreements that would not stop a refresh.
    """
    from orchestration.quality.judge import judge_landing, reconciliation
    from orchestration.quality.reconciliation import reported

    known = {one.release.name: one for one in checked}
    others = [
        outcome
        for outcome in inputs.read_releases(settings, sources, dt.datetime.now(dt.UTC))[0]
        if outcome.status == "published" and outcome.release.name not in known
    ]
    these = [ReleaseOutcome(one.release, "published", observations=one.reading.observations) for one in checked]
    with tempfile.TemporaryDirectory(prefix="ipp-check-") as folder:
        apart = replace(settings, work=Path(folder))
        candidate.create(apart.candidate).close()
        with duckdb.connect(str(apart.candidate)) as connection:
            candidate.land(connection, [*others, *these], sources)
            results = judge_landing(connection, apart)
            if all(result.success for result in results):
                for line in reported(reconciliation(connection, apart.expectations)):
                    log.warning("new disagreement: %s", line)
            return results
