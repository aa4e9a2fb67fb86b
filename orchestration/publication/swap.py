"""Putting a file in place of the published one so that a kill at any point leaves a readable published file.

A publication and a rollback do the same three things: `stage` a private copy in `published/incoming/`, `put_in_place`
by one `os.replace`, `settle` the papers (history, publication.json). The record of what is coming is on disk before the
replace, so `settle` can tell by the hash of the published file whether the replace happened: it finishes what did and
discards what did not. Whoever takes the lock settles first, and so puts right what a kill left behind.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from orchestration.publication import record as records
from orchestration.publication.files import copy_durably, sha256_of, synchronise_folder, write_durably
from orchestration.publication.record import PublicationRecord
from orchestration.settings import Settings

RECORD = "publication.json"
FILE = "ipp.duckdb"
# A folder of the history on its way in or out: not yet, or no longer, a part of it.
PARTIAL = ".partial-"


def incoming(settings: Settings) -> Path:
    """Where a file waits to be put in place; absent when nothing is under way."""
    return settings.published / "incoming"


def stage(settings: Settings, source: Path) -> Path:
    """Copy a file to where one rename puts it in place; judge the copy, which nobody else writes to, not the source."""
    folder = incoming(settings)
    folder.mkdir(parents=True)
    copy_durably(source, folder / FILE)
    return folder / FILE


def put_in_place(settings: Settings, record: PublicationRecord) -> None:
    """Replace the published file by the staged one. Processes that have the old file open keep it."""
    folder = incoming(settings)
    write_durably(folder / RECORD, records.to_json(record))
    # Left by a program that opened the published file for writing; beside another file it would make that unreadable.
    settings.published_file.with_name(f"{FILE}.wal").unlink(missing_ok=True)
    os.replace(folder / FILE, settings.published_file)
    synchronise_folder(settings.published)


def settle(settings: Settings) -> None:
    """Finish a replace that happened, discard one that did not, keep only as much history as the settings say.

    Safe to repeat, and to be killed in: every step leaves either the state before it or the state after it.
    """
    folder = incoming(settings)
    _discard(settings.history.glob(f"{PARTIAL}*"))
    arrived = records.load(folder / RECORD)
    if arrived and present_sha256(settings) == arrived.sha256:
        _archive(settings, arrived)
        write_durably(settings.publication_json, records.to_json(arrived))
    _discard([folder])
    _prune(settings)


def present_sha256(settings: Settings) -> str:
    """The SHA-256 of the published file as it is on disk; '' when there is none."""
    return sha256_of(settings.published_file) if settings.published_file.exists() else ""


def kept(settings: Settings) -> list[PublicationRecord]:
    """The records in the history, newest publication first; a folder whose record cannot be read is left out."""
    found = (records.load(path) for path in settings.history.glob(f"[!.]*/{RECORD}"))
    return newest_first(one for one in found if one)


def newest_first(found: Iterable[PublicationRecord]) -> list[PublicationRecord]:
    """Records by the time they were last put in place, so that one that came back is newer than the one it replaced."""
    return sorted(found, key=lambda one: (one.last_put_in_place, one.publication_id), reverse=True)


def _discard(folders: Iterable[Path]) -> None:
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)


def _archive(settings: Settings, record: PublicationRecord) -> None:
    """Have the history hold the published file and its record; a whole folder appears at once."""
    folder = settings.history / record.publication_id
    if folder.exists():
        write_durably(folder / RECORD, records.to_json(record))
        return
    arriving = settings.history / f"{PARTIAL}{record.publication_id}"
    arriving.mkdir(parents=True)
    # A copy, not a link: what happens to the published file must not happen to the one that could replace it.
    copy_durably(settings.published_file, arriving / FILE)
    write_durably(arriving / RECORD, records.to_json(record))
    os.replace(arriving, folder)
    synchronise_folder(settings.history)


def _prune(settings: Settings) -> None:
    """Remove all but the newest publications and the present one."""
    for old in kept(settings)[settings.keep_publications :]:
        if old.sha256 != present_sha256(settings):
            leaving = settings.history / f"{PARTIAL}{old.publication_id}"
            os.replace(settings.history / old.publication_id, leaving)
            shutil.rmtree(leaving)
