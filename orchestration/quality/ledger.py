"""The verdict ledger, one JSON object a line. Verdicts are only added; old ones that failed move to an archive beside
it (`editions.retention`).

A verdict is given on an edition: every file of it, by path and hash. It also lists the files of every release it is
about, so that the ledger knows what was published when every edition is lost.

Each line carries a checksum of itself, so that one that was cut short, damaged or edited by hand is known and is never
read as a pass. That keeps out accidents and slips; it is no seal against somebody who means to forge a verdict.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from orchestration.editions.files import PASSAGE, PRIVATE_FILE, make_folder, synchronise_folder
from orchestration.quality.results import CheckResult

SHA256 = re.compile(r"[0-9a-f]{64}")
CHECKSUM = "line_sha256"
FIRST_LAYOUT_FILE = "ipp.duckdb"
"""The one file of an edition of earlier versions, whose verdicts have its hash as `candidate_sha256`."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PublishedFile:
    """A file of a release (`omsq 2024-q4`), by its name and checksum."""

    release: str
    name: str
    sha256: str


@dataclass(frozen=True)
class EditionFile:
    """A file of an edition, by its path in the edition's folder and its checksum."""

    path: str
    sha256: str

    def __post_init__(self) -> None:
        """Refuse a path that is not one of a file in the folder, and a checksum that is not one."""
        path = PurePosixPath(self.path)
        inside = str(path) == self.path and not path.is_absolute() and path.name and ".." not in path.parts
        if not inside or not self.path.isprintable():
            raise ValueError(f"expected the path of a file in the folder of an edition, found {self.path!r}")
        if not SHA256.fullmatch(self.sha256):
            raise ValueError(f"expected a SHA-256 of 64 hexadecimal digits for {self.path}, found {self.sha256!r}")


def edition_sha256(files: Iterable[EditionFile]) -> str:
    """The SHA-256 of an edition: that of the sorted list of its files, a line `path sha256` each."""
    lines = sorted(f"{file.path} {file.sha256}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What was decided about one edition: which files, in which run, when (ISO 8601, UTC), by which checks, and from
    which files of releases it was made. Verdicts of earlier versions list no files of releases.

    A verdict that says it passed although a check failed, or although nothing was checked, cannot be made.
    """

    run_id: str
    edition_sha256: str
    passed: bool
    at: str
    releases: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    edition_files: tuple[EditionFile, ...]
    files: tuple[PublishedFile, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be true of a verdict."""
        if not self.run_id or not self.edition_files:
            raise ValueError("a verdict names its run and the files of the edition")
        if len({file.path for file in self.edition_files}) != len(self.edition_files):
            raise ValueError("a verdict names each file of the edition once")
        if self.edition_sha256 != edition_sha256(self.edition_files):
            raise ValueError("the SHA-256 of the edition is not that of its files")
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
    edition_files: Sequence[EditionFile],
    releases: Sequence[str],
    checks: Sequence[CheckResult],
    files: Sequence[PublishedFile] = (),
) -> Verdict:
    """The verdict on an edition that follows from the checks, dated now."""
    return Verdict(
        run_id,
        edition_sha256(edition_files),
        passes(checks),
        datetime.now(UTC).isoformat(timespec="milliseconds"),
        tuple(releases),
        tuple(checks),
        tuple(EditionFile(file.path, file.sha256) for file in edition_files),
        tuple(files),
    )


def append(ledger: Path, verdict: Verdict) -> None:
    """Add a verdict as the last line of the ledger, on disk when this returns. Raises OSError when it cannot.

    The ledger is for owner and group only, under any umask.
    """
    make_folder(ledger.parent, PASSAGE)
    # A line that was cut short must not swallow this one: start on a line of our own.
    line = ("" if _ends_a_line(ledger) else "\n") + _line(verdict) + "\n"
    descriptor = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        if os.fstat(descriptor).st_uid == os.geteuid():
            os.fchmod(descriptor, PRIVATE_FILE)
        written = file.write(line.encode())
        if written != len(line.encode()):
            raise OSError(f"{ledger}: only {written} bytes of a verdict were written; is the disk full?")
        os.fsync(file.fileno())
    synchronise_folder(ledger.parent)


def read_ledger(ledger: Path) -> Ledger:
    """Every verdict in the ledger, and the lines that are not verdicts. No file is an empty ledger."""
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


def recorded_pass(ledger: Path, sha256: str, run_id: str) -> Verdict | None:
    """The verdict by which the edition of this hash passed in this run; None when there is none, or a later one took
    it back.

    Damaged lines are logged as warnings and count for nothing.
    """
    found = read_ledger(ledger)
    for line in found.damage:
        logger.warning("%s", line)
    given = [one for one in found.verdicts if (one.edition_sha256, one.run_id) == (sha256, run_id)]
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
    """The SHA-256 of a verdict's content, for any order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _verdict(line: bytes) -> Verdict:
    """The verdict a line holds. Raises ValueError, TypeError, KeyError or AttributeError when it holds none."""
    content = json.loads(line.decode())
    if content.pop(CHECKSUM) != _checksum(content):
        raise ValueError("its checksum does not fit")
    content = _in_present_form(content)
    known = {field.name for field in fields(Verdict)}
    if set(content) != known or not isinstance(content["passed"], bool):
        raise ValueError("its fields are not those of a verdict")
    parts = {
        "releases": tuple(content["releases"]),
        "checks": tuple(CheckResult(**check) for check in content["checks"]),
        "edition_files": tuple(EditionFile(**file) for file in content["edition_files"]),
        "files": tuple(PublishedFile(**file) for file in content["files"]),
    }
    return Verdict(**content | parts)


def _in_present_form(content: dict[str, Any]) -> dict[str, Any]:
    """The content of a line as this version writes it. Earlier versions judged one file, and the first of them listed
    no files of releases.
    """
    if "candidate_sha256" not in content:
        return content
    content = {"files": [], **content}
    only = EditionFile(FIRST_LAYOUT_FILE, content.pop("candidate_sha256"))
    return content | {"edition_files": [asdict(only)], "edition_sha256": edition_sha256([only])}
