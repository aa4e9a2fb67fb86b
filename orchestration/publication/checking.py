"""Judge a release without publishing it: what was found in it, what is wrong with it, and whether it agrees with the
rest of raw/.

Used by `ipp check` on the day a file arrives. Nothing is written but to a temporary folder.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.archive.releases import Release, check_bytes, open_release, release_folders
from orchestration.extraction.anchors import find_regions, matches_title
from orchestration.extraction.release import ReleaseReading, read_release
from orchestration.extraction.workbook import Workbook, read_workbook
from orchestration.problems import InputRejected, Problem
from orchestration.publication import candidate
from orchestration.publication.candidate import ReleaseOutcome
from orchestration.publication.inputs import gather
from orchestration.quality.results import CheckResult
from orchestration.settings import Settings
from orchestration.sources.spec import Source

_TITLES_SHOWN = 5


@dataclass(frozen=True)
class CheckedRelease:
    """A release that was read: the release (without a manifest for a lone file) and what was found in it."""

    release: Release
    reading: ReleaseReading


def read(path: Path, sources: Mapping[str, Source]) -> list[CheckedRelease]:
    """Read a release folder, every release of a publication's folder or of a folder such as raw/, or one file.

    Raises InputRejected with everything that is wrong with any of them.
    """
    path = Path(os.path.normpath(path.absolute()))
    if path.is_file():
        return [_lone_file(path, sources)]
    folders = _release_folders(path, sources)
    if not folders:
        expected = "a release folder with its manifest.yml, a folder of releases, or one published file"
        raise InputRejected([Problem(str(path), expected=expected, found="none", remedy="see raw/README.md")])
    checked, problems = [], []
    for folder in folders:
        release, wrong = open_release(folder, sources)
        wrong = wrong or check_bytes(release)
        if not wrong and release.manifest:
            source = sources[release.publication]
            reading = read_release(release.paths, source, release.release_id, release.title, release.covers_last)
            wrong = reading.problems
            checked.append(CheckedRelease(release, reading))
        problems += wrong
    if problems:
        raise InputRejected(problems)
    return checked


def _release_folders(path: Path, sources: Mapping[str, Source]) -> list[Path]:
    """The releases that a folder is or holds: one release, those of one publication, or those of all publications."""
    if (path / "manifest.yml").exists() or path.parent.name in sources:
        return [path]
    inside = sorted(folder for folder in path.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    if path.name in sources or any((folder / "manifest.yml").exists() for folder in inside):
        return inside
    return release_folders(path)


def _lone_file(path: Path, sources: Mapping[str, Source]) -> CheckedRelease:
    """A file on its own, read as the one publication whose specs find their tables in it.

    Raises InputRejected with what is wrong with it.
    """
    publication, title = _listed_in(path, sources)
    workbook = read_workbook(path, path.name, title)
    known = {name: _tables_in(workbook, source) for name, source in sources.items()}
    candidates = [name for name, tables in known.items() if tables]
    named = [name for name in candidates if any(kind.match(path.name) for kind in sources[name].files)]
    chosen = [name for name in candidates if name == publication] or (candidates if len(candidates) == 1 else named)
    if len(chosen) != 1:
        raise InputRejected([_not_one_publication(workbook, {name: known[name] for name in candidates}, sources)])
    reading = read_release([path], sources[chosen[0]], path.stem, title)
    if reading.problems:
        raise InputRejected(reading.problems)
    return CheckedRelease(Release(path), reading)


def _listed_in(path: Path, sources: Mapping[str, Source]) -> tuple[str, str]:
    """The publication of the release a file lies in, and the title for a file that has none of its own: that of the
    release. Outside a release, no publication and the file's name.
    """
    release, _ = open_release(path.parent, sources)
    files = {file.name for file in release.manifest.files} if release.manifest else set()
    return (release.publication, release.title) if path.name in files else ("", path.stem)


def _tables_in(workbook: Workbook, source: Source) -> list[str]:
    """The tables of a publication that the titles in a file ask for."""
    titles = [region.title for region in find_regions(workbook, source, workbook.file)]
    asked = {name for name, spec in source.tables.items() for title in titles if matches_title(title, spec.title)}
    return sorted(asked)


def _not_one_publication(workbook: Workbook, found: Mapping[str, list[str]], sources: Mapping[str, Source]) -> Problem:
    """The problem of a file that holds tables of no publication, or of several."""
    if found:
        said = "; ".join(f"{name} ({', '.join(tables)})" for name, tables in found.items())
        expected, remedy = "tables of one publication", "put the file into a release folder and check the folder"
        return Problem(workbook.file, expected=expected, found=f"tables of {said}", remedy=remedy)
    titles = dict.fromkeys(
        region.title for source in sources.values() for region in find_regions(workbook, source, workbook.file)
    )
    shown = "; ".join(repr(title) for title in list(titles)[:_TITLES_SHOWN] if title) or "none"
    more = f" and {len(titles) - _TITLES_SHOWN} more" if len(titles) > _TITLES_SHOWN else ""
    return Problem(
        workbook.file,
        expected="a file with a table that a spec under orchestration/sources asks for",
        found=f"no table of any publication; the titles in it: {shown}{more}",
        remedy="if one of these titles is of a known table, declare it in the table's spec",
    )


def judge(checked: list[CheckedRelease], settings: Settings, sources: Mapping[str, Source]) -> tuple[CheckResult, ...]:
    """Run the suites and rules on the landing tables of these releases together with those already in raw/.

    So a figure that moved too far from an earlier release is seen before anything is published.
    """
    from orchestration.quality.judge import judge_landing

    known = {one.release.name: one for one in checked}
    others = [
        outcome
        for outcome in gather(settings, sources, dt.datetime.now(dt.UTC), quarantine=True)
        if outcome.status == "published" and outcome.release.name not in known
    ]
    these = [ReleaseOutcome(one.release, "published", observations=one.reading.observations) for one in checked]
    with tempfile.TemporaryDirectory(prefix="ipp-check-") as folder:
        apart = replace(settings, work=Path(folder))
        candidate.create(apart.candidate).close()
        with duckdb.connect(str(apart.candidate)) as connection:
            candidate.land(connection, [*others, *these], sources)
            return judge_landing(connection, apart)
