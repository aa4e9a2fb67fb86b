"""What a refresh would be made of, as one checksum: when it is that of the published file, there is nothing new to do.

It covers every byte of raw/, which releases are public at the moment, and every file of the project that decides what
comes out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from orchestration.archive.releases import is_embargoed, open_release, release_folders
from orchestration.settings import ROOT, Settings
from orchestration.sources.spec import Source

DECIDES = {
    "orchestration": (".py", ".yml", ".csv", ".sql"),
    "dbt_project": (".sql", ".yml", ".csv"),
    "expectations": (".json", ".yml", ".csv"),
}
"""Folders of the project, and the endings of the files in them that decide the outcome."""
NOT_SOURCE = {"target", "logs", "__pycache__", "dbt_packages"}


def fingerprint(settings: Settings, sources: Mapping[str, Source], now: dt.datetime, quarantine: bool) -> str:
    """SHA-256 of everything a refresh at `now` depends on."""
    digest = hashlib.sha256(b"bad releases set aside" if quarantine else b"no bad release")
    for place, path in _inputs(settings):
        digest.update(f"{place}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    digest.update("\n".join(_embargoed(settings, sources, now)).encode())
    return digest.hexdigest()


def _embargoed(settings: Settings, sources: Mapping[str, Source], now: dt.datetime) -> list[str]:
    """The releases whose moment has not come: one that has come makes another fingerprint."""
    opened = [open_release(folder, sources) for folder in release_folders(settings.raw)]
    return [
        release.name
        for release, problems in opened
        if release.manifest and not problems and is_embargoed(release.manifest, sources[release.publication], now)
    ]


def _inputs(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file that decides what a refresh gives, with its place in its folder, in a fixed order."""
    for path in sorted(settings.raw.rglob("*")):
        if path.is_file():
            yield f"raw/{path.relative_to(settings.raw).as_posix()}", path
    folders = {
        "orchestration": ROOT / "orchestration",
        "dbt_project": settings.dbt_project,
        "expectations": settings.expectations,
    }
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder)
            if path.suffix in DECIDES[name] and not NOT_SOURCE & set(place.parts):
                yield f"{name}/{place.as_posix()}", path
    yield "requirements.lock", ROOT / "requirements.lock"
