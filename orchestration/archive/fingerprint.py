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


def fingerprint(
    settings: Settings, sources: Mapping[str, Publication], now: dt.datetime, set_aside: Mapping[str, object]
) -> str:
    """SHA-256 of everything a refresh at `now` depends on; `set_aside` has the releases that are left out, with why."""
    return checksums(settings, sources, now, set_aside).inputs


def checksums(
    settings: Settings, sources: Mapping[str, Publication], now: dt.datetime, set_aside: Mapping[str, object]
) -> Checksums:
    """The checksum of each part of what a refresh at `now` depends on."""
    held = sorted(_files_under(settings.raw))
    internal = settings.raw / INTERNAL
    of_extracts = [path for path in held if path.is_relative_to(internal)]
    of_releases = [path for path in held if not path.is_relative_to(internal)]
    aside = [f"{release} is {decision}" for release, decision in sorted(set_aside.items())]
    decided = [*aside, *_embargoed(settings, sources, now)]
    return Checksums(
        code=_digest(_project_files(settings)),
        extracts=_digest(_in_raw(settings, of_extracts)),
        releases=_digest(_in_raw(settings, of_releases), decided),
    )


def _digest(files: Iterable[tuple[str, Path]], decided: Iterable[str] = ()) -> str:
    """SHA-256 of some texts, and of files by their places and bytes."""
    digest = hashlib.sha256("\n".join(decided).encode())
    for place, path in files:
        digest.update(f"{place}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _embargoed(settings: Settings, sources: Mapping[str, Publication], now: dt.datetime) -> list[str]:
    """The releases whose moment has not come: one that has come makes another fingerprint."""
    opened = [open_release(folder, sources) for folder in release_folders(settings.raw)]
    return [
        release.name
        for release, problems in opened
        if release.manifest and not problems and is_embargoed(release.manifest, sources[release.publication], now)
    ]


def _files_under(folder: Path) -> Iterator[Path]:
    """Every file in a folder and below it. Links to folders are followed, as the loader of extracts follows them."""
    for place, _, names in os.walk(folder, followlinks=True):
        yield from (path for name in names if (path := Path(place, name)).is_file())


def _in_raw(settings: Settings, paths: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Files of raw/ with their places in it."""
    return ((f"raw/{path.relative_to(settings.raw).as_posix()}", path) for path in paths)


def _project_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file of the project that decides what a refresh gives, with its place in its folder, in a fixed order."""
    folders = {
        "orchestration": ROOT / "orchestration",
        "synthetic_cohort": ROOT / "synthetic_cohort",
        "dbt_project": settings.dbt_project,
        "expectations": settings.expectations,
    }
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder)
            if path.suffix in DECIDES[name] and not NOT_SOURCE & set(place.parts):
                yield f"{name}/{place.as_posix()}", path
    yield "requirements.lock", ROOT / "requirements.lock"
