"""The verdict ledger: every verdict ever given, one JSON object a line, only ever appended to.

A verdict lists the files of every release it is about, so that the ledger knows what was published when every edition
is lost.

Each line carries a checksum of itself, so that one that was cut short, damaged or edited by hand is known and is never
read as a pass. That keeps out accidents and slips; it is no seal against somebody who means to forge a verdict.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.quality.results import CheckResult

SHA256 = re.compile(r"[0-9a-f]{64}")
CHECKSUM = "line_sha256"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PublishedFile:
    """A file of a release (`omsq 2024-q4`), by its name and checksum."""

    release: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Verdict:
    """What was decided about one candidate: which bytes, in which run, when (ISO 8601, UTC), by which checks, and of
    which files it was made. Verdicts of earlier versions list no files.

    A verdict that says it passed although a check failed, or although nothing was checked, cannot be made.
    """

    run_id: str
    candidate_sha256: str
    passed: bool
    at: str
    releases: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    files: tuple[PublishedFile, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be true of a verdict."""
        if not self.run_id or not SHA256.fullmatch(self.candidate_sha256):
            raise ValueError("a verdict names its run, and the candidate by 64 hexadecimal digits")
        if self.passed != passes(self.checks):
            raise ValueError(
                f"a verdict follows from its checks: they say {passes(self.checks)}, it says {self.passed}"
            )
        datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Ledger:
    """What a ledger file holds: its verdicts in order, and what is wrong with the lines that cannot be read."""

    verdicts: tuple[Verdict, ...]
    damage: tuple[str, ...]


def passes(checks: Sequence[CheckResult]) -> bool:
    """Whether a candidate with these results may be published: there are some, and every one ran and held."""
    return bool(checks) and all(check.success is True and check.could_run is True for check in checks)


def give_verdict(
    run_id: str,
    candidate_sha256: str,
    releases: Sequence[str],
    checks: Sequence[CheckResult],
    files: Sequence[PublishedFile] = (),
) -> Verdict:
    """The verdict that follows from a candidate's checks, dated now."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Verdict(run_id, candidate_sha256, passes(checks), at, tuple(releases), tuple(checks), tuple(files))


def append(ledger: Path, verdict: Verdict) -> None:
    """Add a verdict as the last line of the ledger, on disk when this returns. Raises OSError when it cannot."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    # A line that was cut short must not swallow this one: start on a line of our own.
    line = ("" if _ends_a_line(ledger) else "\n") + _line(verdict) + "\n"
    descriptor = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        written = file.write(line.encode())
        if written != len(line.encode()):
            raise OSError(f"{ledger}: only {written} bytes of a verdict were written; is the disk full?")
        os.fsync(file.fileno())
    _synchronise_folder(ledger.parent)


def read_ledger(ledger: Path) -> Ledger:
    """Every verdict in the ledger, and the lines that are none. No file is an empty ledger."""
    verdicts, damage = [], []
    lines = ledger.read_bytes().split(b"\n") if ledger.exists() else []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            verdicts.append(_verdict(line))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            damage.append(
                f"{ledger}, line {number}: not a verdict as it was written, so it counts for nothing ({error})"
            )
    return Ledger(tuple(verdicts), tuple(damage))


def recorded_pass(ledger: Path, candidate_sha256: str, run_id: str) -> Verdict | None:
    """The verdict by which these bytes passed in this run; None when there is none, or a later one took it back.

    Damaged lines are logged as warnings and count for nothing.
    """
    found = read_ledger(ledger)
    for line in found.damage:
        logger.warning("%s", line)
    given = [one for one in found.verdicts if (one.candidate_sha256, one.run_id) == (candidate_sha256, run_id)]
    return given[-1] if given and given[-1].passed else None


def _ends_a_line(ledger: Path) -> bool:
    """Whether the next byte of the ledger starts a line."""
    if not ledger.exists() or not ledger.stat().st_size:
        return True
    with ledger.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _line(verdict: Verdict) -> str:
    """A verdict as a line, its checksum last."""
    content = asdict(verdict)
    return json.dumps(content | {CHECKSUM: _checksum(content)}, ensure_ascii=False)


def _checksum(content: dict[str, Any]) -> str:
    """The SHA-256 of a verdict's content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _verdict(line: bytes) -> Verdict:
    """The verdict a line holds. Raises ValueError, TypeError, KeyError or AttributeError when it holds none."""
    content = json.loads(line.decode())
    if content.pop(CHECKSUM) != _checksum(content):
        raise ValueError("its checksum does not fit")
    known = {field.name for field in fields(Verdict)}
    if set(content) | {"files"} != known or not isinstance(content["passed"], bool):
        raise ValueError("its fields are not those of a verdict")
    parts = {
        "releases": tuple(content["releases"]),
        "checks": tuple(CheckResult(**check) for check in content["checks"]),
        "files": tuple(PublishedFile(**file) for file in content.get("files", ())),
    }
    return Verdict(**content | parts)


def _synchronise_folder(folder: Path) -> None:
    """Make the ledger's name durable: a new file is only as safe as the folder that records it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
