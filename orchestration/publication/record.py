"""What a publication is: the facts of `publication.json`, and how they are read and written.

Two records of one publication differ only by a rollback: the file, its hash and its releases stay what they were.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class PublicationRecord:
    """One publication. Times are ISO 8601 in UTC, hashes SHA-256 in hexadecimal, releases `publication release_id`."""

    publication_id: str
    run_id: str
    published_at: str
    sha256: str
    inputs_sha256: str
    releases: tuple[str, ...]
    versions: str
    # The publication that was in place before; '' for the first.
    replaces: str = ""
    # Set by a rollback to this publication: when it came back, and in place of which other.
    restored_at: str = ""
    restored_in_place_of: str = ""

    def __post_init__(self) -> None:
        """Refuse an identifier that could not name a folder, and a time that is none."""
        if not IDENTIFIER.fullmatch(self.publication_id):
            raise ValueError(
                f"a publication_id is letters, digits, dots, dashes and underscores: {self.publication_id!r}"
            )
        datetime.fromisoformat(self.published_at)

    @property
    def last_put_in_place(self) -> str:
        """When it was published or, later, came back."""
        return self.restored_at or self.published_at


def to_json(record: PublicationRecord) -> str:
    """The text of a `publication.json`."""
    return json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n"


def from_json(text: str) -> PublicationRecord:
    """The record a `publication.json` holds. Raises ValueError or TypeError when it holds anything else."""
    found = json.loads(text)
    expected = {field.name for field in fields(PublicationRecord)}
    if not isinstance(found, dict) or set(found) != expected:
        raise ValueError(f"expected the keys {', '.join(sorted(expected))}")
    return PublicationRecord(**{**found, "releases": tuple(found["releases"])})


def load(path: Path) -> PublicationRecord | None:
    """The record in a file; None when the file is absent or holds no whole record: callers treat both as not known."""
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return None
