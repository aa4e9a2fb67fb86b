"""What a refresh would be made of, as checksums: when they are those of the published file, there is nothing new to do.

They cover every byte of raw/, which releases are public at the moment, and every file of the project that decides what
comes out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.archive.releases import INTERNAL, is_embargoed, open_release, release_folders
from orchestration.settings import ROOT, Settings
from orchestration.sources.publications import Publication

DECIDES = {
    "orchestration": (".py", ".yml", ".csv", ".sql"),
    "synthetic_cohort": (".py", ".yml", ".csv", ".sql"),
    "dbt_project": (".sql", ".yml", ".csv"),
    "expectations": (".json", ".yml", ".csv"),
}
"""Folders of the project, and the endings of the files in them that decide the outcome."""
NOT_SOURCE = {"target", "logs", "__pycache__", "dbt_packages"}


@dataclass(frozen=True)
class Checksums:
    """The SHA-256 of each part of what a refresh depends on: the code, the extracts, and the releases with which of
    them are public and which are set aside.
    """

    code: str
    extracts: str
    releases: str

    @property
    def inputs(self) -> str:
        """One checksum of all parts."""
        return hashlib.sha256(f"{self.code} {self.extracts} {self.releases}".encode()).hexdigest()


@dataclass(frozen=True)
class FileDigests:
    """The SHA-256 of the files that a refresh depends on: the project's own, the extracts and the releases."""

    code: str
    extracts: str
    releases: str

    def checksums(self, embargoed: Iterable[str], set_aside: Mapping[str, object]) -> Checksums:
        """The checksums of these files where some releases are under embargo and some are set aside, with why."""
        aside = [f"{release} is {decision}" for release, decision in sorted(set_aside.items())]
        decided = "\n".join([*aside, *embargoed, self.releases])
        return Checksums(self.code, self.extracts, hashlib.sha256(decided.encode()).hexdigest())


def fingerprint(
    settings: Settings,
    sources: Mapping[str, Publication],
    now: dt.datetime,
    set_aside: Mapping[str, object],
    known: str = "",
) -> str:
    """SHA-256 of everything a refresh at `now` depends on; `set_aside` has the releases that are left out, with why.

    `known` is the fingerprint of an earlier refresh: if it is that of these files with no release under embargo, no
    manifest is opened.
    """
    files = _digest_files(settings)
    if known and files.checksums((), set_aside).inputs == known:
        # The embargo of a release ends and does not begin, so the same files have no release under embargo now.
        return known
    return files.checksums(_embargoed(settings, sources, now), set_aside).inputs


def checksums(
    settings: Settings, sources: Mapping[str, Publication], now: dt.datetime, set_aside: Mapping[str, object]
) -> Checksums:
    """The checksum of each part of what a refresh at `now` depends on."""
    return _digest_files(settings).checksums(_embargoed(settings, sources, now), set_aside)


def _digest_files(settings: Settings) -> FileDigests:
    """The checksums of the files that a refresh depends on. No manifest is read."""
    held = sorted((f"raw/{path.relative_to(settings.raw).as_posix()}", path) for path in _entries_under(settings.raw))
    internal = settings.raw / INTERNAL
    of_extracts = [(place, path) for place, path in held if internal in path.parents]
    of_releases = [(place, path) for place, path in held if not path.is_relative_to(internal)]
    return FileDigests(_digest(_project_files(settings)), _digest(of_extracts), _digest(of_releases))


def _digest(entries: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 of files and empty folders, by their places and what they hold."""
    digest = hashlib.sha256()
    for place, path in entries:
        digest.update(f"{place}\0{_content(path)}\n".encode())
    return digest.hexdigest()


def _content(path: Path) -> str:
    """The SHA-256 of a file. A link is marked, because a release may hold none; what is no file has no SHA-256."""
    if not path.is_file():
        return "no file"
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{sha256} by a link" if path.is_symlink() else sha256


def _embargoed(settings: Settings, sources: Mapping[str, Publication], now: dt.datetime) -> list[str]:
    """The releases whose moment has not come: one that has come makes another fingerprint."""
    opened = [open_release(folder, sources) for folder in release_folders(settings.raw)]
    return [
        release.name
        for release, problems in opened
        if release.manifest and not problems and is_embargoed(release.manifest, sources[release.publication], now)
    ]


def _entries_under(raw: Path) -> Iterator[Path]:
    """Every file and empty folder of raw/. Links to folders are followed, as the loader of extracts follows them."""
    for folder, folders, names in os.walk(raw, followlinks=True):
        yield from (Path(folder, name) for name in names)
        if not folders and not names:
            yield Path(folder)


def _project_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file of the project that decides what a refresh gives, with its place in its folder, in a fixed order."""
    folders = {
        "orchestration": ROOT / "orchestration",
        "synthetic_cohort": ROOT / "synthetic_cohort",
        "dbt_project": settings.dbt_project,
        "expectations": settings.expectations,
    }
    for name, folder in folders.items():
        yield from sorted(_files_that_decide(name, folder))
    yield "requirements.lock", ROOT / "requirements.lock"


def _files_that_decide(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of a folder of the project that decide what a refresh gives, with their places."""
    for place, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if one not in NOT_SOURCE]
        found = [Path(place, file) for file in files if file.endswith(DECIDES[name])]
        yield from ((f"{name}/{path.relative_to(folder).as_posix()}", path) for path in found)
