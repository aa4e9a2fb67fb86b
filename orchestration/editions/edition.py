"""What an edition is: the facts of its manifest `edition.json`, the files of its folder, and how they are read and
written.

A manifest is written once. What people decide about an edition afterwards is in `decisions`.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from orchestration.editions.files import PASSAGE, PRIVATE_FOLDER, sha256_of
from orchestration.problems import CheckFailed
from orchestration.quality.ledger import EditionFile, edition_sha256

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
MANIFEST = "edition.json"
WAREHOUSE = "ipp.duckdb"
EXTERNAL_FOLDER = "external"
INTERNAL = "official-sensitive internal"
EXTERNAL = "external"
INTERNAL_FILE, EXTERNAL_FILE, EXTERNAL_FOLDER_MODE = 0o440, 0o444, 0o755
"""An edition is written once, so its files are read-only: a program that opens one for writing gets an error."""


@dataclass(frozen=True)
class ManifestFile(EditionFile):
    """A file of an edition as its manifest lists it: with its size in bytes and its classification."""

    size: int
    classification: str

    def __post_init__(self) -> None:
        """Refuse a path that leaves the folder, and a classification that is not that of its path."""
        super().__post_init__()
        if self.classification != classification_of(self.path):
            raise ValueError(f"{self.path} is {classification_of(self.path)}, not {self.classification}")


@dataclass(frozen=True)
class Edition:
    """One edition. Times are ISO 8601 in UTC, hashes SHA-256 in hexadecimal, releases `publication release_id`.

    `sha256` is that of the list of its files; `replaces` is the edition that was in place before, '' for the first.
    """

    edition_id: str
    run_id: str
    published_at: str
    sha256: str
    inputs_sha256: str
    releases: tuple[str, ...]
    versions: str
    files: tuple[ManifestFile, ...]
    replaces: str = ""

    def __post_init__(self) -> None:
        """Refuse an identifier that could not name a folder, a time that cannot be read, and a hash of other files."""
        if not IDENTIFIER.fullmatch(self.edition_id):
            raise ValueError(f"an edition_id is letters, digits, dots, dashes and underscores: {self.edition_id!r}")
        datetime.fromisoformat(self.published_at)
        if self.sha256 != edition_sha256(self.files):
            raise ValueError("the SHA-256 of the edition is not that of its files")


def classification_of(path: str) -> str:
    """The classification of a file by its path in the edition: the folder `external` is for everybody."""
    return EXTERNAL if path.startswith(f"{EXTERNAL_FOLDER}/") else INTERNAL


def file_mode(path: str) -> int:
    """The permissions of a file of an edition."""
    return EXTERNAL_FILE if classification_of(path) == EXTERNAL else INTERNAL_FILE


def folder_mode(path: str) -> int:
    """The permissions of a folder of an edition; '.' is the edition itself, through which others reach `external`."""
    if path == ".":
        return PASSAGE
    return EXTERNAL_FOLDER_MODE if classification_of(f"{path}/") == EXTERNAL else PRIVATE_FOLDER


def paths_in(folder: Path) -> Iterator[str]:
    """The path of every file in the folder of an edition, but for its manifest.

    Raises CheckFailed for what cannot be a file of an edition: a link, or a database that is not closed.
    """
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(place, name)
            kind = path.lstat().st_mode
            if not (stat.S_ISDIR(kind) or stat.S_ISREG(kind)):
                raise CheckFailed([f"{path} is a link or a device; an edition holds files and folders only"])
            if name.endswith(".wal"):
                raise CheckFailed([f"{path.with_suffix('')} is not closed: {name} holds changes that are not in it"])
        yield from (
            Path(place, name).relative_to(folder).as_posix() for name in names if Path(place, name) != folder / MANIFEST
        )


def list_files(folder: Path) -> tuple[ManifestFile, ...]:
    """Every file of an edition's folder but for its manifest, read and hashed, in the order of their paths.

    Raises CheckFailed for what cannot be a file of an edition.
    """
    try:
        return tuple(
            ManifestFile(path, sha256_of(folder / path), (folder / path).stat().st_size, classification_of(path))
            for path in sorted(paths_in(folder))
        )
    except ValueError as error:
        raise CheckFailed([f"{folder}: {error}"]) from error


def differences(folder: Path, edition: Edition) -> list[str]:
    """How the files in a folder differ from those of an edition, a line each; none when it is whole."""
    try:
        found = {file.path: file.sha256 for file in list_files(folder)}
    except CheckFailed as failed:
        return list(failed.reasons)
    listed = {file.path: file.sha256 for file in edition.files}
    return [
        *(
            f"{folder / path} is damaged: expected SHA-256 {sha256}, found {found[path]}"
            for path, sha256 in listed.items()
            if path in found and found[path] != sha256
        ),
        *(f"{folder / path} is missing" for path in listed if path not in found),
        *(
            f"{folder / path} does not belong to the edition: {MANIFEST} does not list it"
            for path in found
            if path not in listed
        ),
    ]


def to_json(edition: Edition) -> str:
    """The text of an `edition.json`."""
    return json.dumps(asdict(edition), indent=2, ensure_ascii=False) + "\n"


def from_json(text: str) -> Edition:
    """The edition that an `edition.json` describes. Raises ValueError or TypeError when it holds anything else."""
    found = json.loads(text)
    expected = {field.name for field in fields(Edition)}
    if not isinstance(found, dict) or set(found) != expected:
        raise ValueError(f"expected the keys {', '.join(sorted(expected))}")
    files = tuple(ManifestFile(**file) for file in found["files"])
    return Edition(**{**found, "releases": tuple(found["releases"]), "files": files})


def load(folder: Path) -> Edition | None:
    """The edition whose folder this is, by its manifest; None when the manifest is absent, damaged or another's:
    callers treat all three as not known.
    """
    try:
        edition = from_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    return edition if edition.edition_id == folder.name else None
