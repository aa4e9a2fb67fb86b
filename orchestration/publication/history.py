"""The last publications: which there are, and which of them is in place.

Reads only, and takes no lock: what it says while a swap is under way is true of the moment before or after it.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.publication import record as records
from orchestration.publication import swap
from orchestration.publication.names import find
from orchestration.publication.record import PublicationRecord
from orchestration.settings import Settings


def history(settings: Settings) -> list[PublicationRecord]:
    """Every publication that is kept, newest first; the present one is among them even when it was cut short."""
    now = present(settings)
    others = [one for one in swap.kept(settings) if now is None or one.publication_id != now.publication_id]
    return swap.newest_first([now, *others] if now else others)


def present(settings: Settings) -> PublicationRecord | None:
    """The record of the file in place, told by its hash; None when there is no file, or no record has that hash."""
    sha256 = swap.present_sha256(settings)
    papers = (settings.publication_json, swap.incoming(settings) / swap.RECORD)
    known = [records.load(path) for path in papers] + list(swap.kept(settings))
    return next((one for one in known if one and one.sha256 == sha256), None)


def disagreement(settings: Settings) -> str:
    """How the published file and what is recorded of it disagree, and the way out; '' when they do not."""
    file, paper = settings.published_file, settings.publication_json
    if not file.exists():
        return ""
    now = present(settings)
    if now is None:
        return (
            f"{file} is not what was published: its SHA-256 {swap.present_sha256(settings)} is in no record; "
            "run `ipp rollback` to put back the publication that should be there, or `ipp refresh`"
        )
    said = records.load(paper)
    if said is None or said.sha256 != now.sha256:
        return (
            f"{paper} does not describe {file}, which is publication {now.publication_id}: it was cut short after the "
            "file was in place; the next `ipp refresh` or `ipp rollback` puts that right"
        )
    return ""


def file_of(settings: Settings, record: PublicationRecord) -> Path:
    """The file of a publication: its copy in the history, or the published file while that copy is not yet made."""
    kept = settings.history / record.publication_id / swap.FILE
    return kept if kept.exists() else settings.published_file


def before(settings: Settings, record: PublicationRecord | None) -> PublicationRecord | None:
    """The publication that another replaced; for one that no record describes, the one that should be there."""
    if record is None:
        should_be = records.load(settings.publication_json)
        return should_be or next(iter(history(settings)), None)
    return next((one for one in history(settings) if one.publication_id == record.replaces), None)


def record_of(settings: Settings, publication_id: str) -> PublicationRecord:
    """The record of a kept publication. Raises UnknownName with the nearest identifiers."""
    by_name = {one.publication_id: one for one in history(settings)}
    return by_name[find("publication", publication_id, by_name)]


def unreadable(settings: Settings) -> list[str]:
    """What to say of each folder of the history that holds no whole publication."""
    whole = {
        one.publication_id
        for one in swap.kept(settings)
        if (settings.history / one.publication_id / swap.FILE).exists()
    }
    return [
        f"{folder} holds no whole publication ({swap.FILE} and {swap.RECORD}): it cannot come back, and may be removed"
        for folder in sorted(settings.history.glob("[!.]*"))
        if folder.name not in whole
    ]
