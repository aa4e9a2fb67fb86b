"""Judge a release without publishing it: what was found in it, what is wrong with it, and whether it agrees with the
rest of raw/.

Used by `ipp check` on the day a file arrives. Nothing is written but to a temporary folder.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.archive.releases import Release, check_bytes, open_release, release_folders
from orchestration.extraction.release import ReleaseReading, read_release
from orchestration.extraction.workbook import read_workbook
from orchestration.problems import InputRejected, Problem
from orchestration.publication import candidate
from orchestration.publication.candidate import ReleaseOutcome
from orchestration.publication.inputs import gather
from orchestration.quality.results import CheckResult
from orchestration.settings import Settings
from orchestration.sources.spec import Source

log = logging.getLogger("ipp")


@dataclass(frozen=True)
class CheckedRelease:
    """A release that was read: the release (without a manifest for a lone file) and what was found in it."""

    release: Release
    reading: ReleaseReading


def read(path: Path, sources: Mapping[str, Source]) -> list[CheckedRelease]:
    """Read a release folder, every release under a folder such as raw/, or one file on its own.

    Raises InputRejected with everything that is wrong with any of them.
    """
    if path.is_file():
        return [_lone_file(path, sources)]
    folders = [path] if (path / "manifest.yml").exists() else release_folders(path)
    if not folders:
        expected = "a release folder with its manifest.yml, a folder of releases, or one published file"
        raise InputRejected([Problem(str(path), expected=expected, found="none", remedy="see raw/README.md")])
    checked, problems = [], []
    for folder in folders:
        release, wrong = open_release(folder.absolute(), sources)
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


def _lone_file(path: Path, sources: Mapping[str, Source]) -> CheckedRelease:
    """A file without a manifest, read as the one publication whose specs find their tables in it.

    Raises InputRejected with what is wrong with it.
    """
    fitting = [
        source
        for source in sources.values()
        if any(re.search(kind.name, path.name, re.IGNORECASE) for kind in source.files)
    ]
    if fitting:
        # A file that cannot be read holds no table of any publication, and is to be told for what it is.
        read_workbook(path, path.stem, path.stem)
    readings = [read_release([path], source, path.stem, path.stem) for source in fitting]
    found = [reading for reading in readings if reading.tables]
    if len(found) != 1:
        names = ", ".join(reading.publication for reading in found or readings) or "none"
        expected = "a file in which the specs of one publication find their tables"
        remedy = "put the file into a release folder with a manifest.yml and check the folder"
        raise InputRejected([Problem(path.name, path.name, expected=expected, found=names, remedy=remedy)])
    if found[0].problems:
        raise InputRejected(found[0].problems)
    return CheckedRelease(Release(path), found[0])


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
        for outcome in gather(settings, sources, dt.datetime.now(dt.UTC), quarantine=True)
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
