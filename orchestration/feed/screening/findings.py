"""What the screener finds, in words a person can act on, and the declared exceptions.

Belongs here: the shape of a finding and which findings a declared exception takes away. Does not belong here: how a
fault is found (one module for each stage).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from orchestration.problems import SpecError
from orchestration.yaml_reader import UnreadableYaml, read_yaml

Severity = Literal["F", "W"]
SHOWN_KEYS = 3
"""How many rows a finding shows by their keys."""
CHECKS = Path(__file__).with_name("checks.yml")
EXCEPTIONS = Path(__file__).parent.parent / "exceptions.yml"
EXCEPTION_KEYS = {"check", "file", "column", "reason"}


@dataclass(frozen=True)
class Check:
    """What a check looks for, in words. `found` and `remedy` have places in braces for what differs by finding."""

    stage: str
    severity: Severity
    found: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """One fault in one column of one file. `severity` F stops publication, W is shown and kept.

    `rows` counts the rows at fault, 0 if the fault is not in rows; `keys` names the first few.
    """

    stage: str
    check: str
    severity: Severity
    file: str
    column: str
    found: str
    remedy: str
    rows: int = 0
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line: `F stage / check / file / column: what is wrong (rows, first keys). To do: …`."""
        place = " / ".join(part for part in (self.stage, self.check, self.file, self.column) if part)
        shown = "; ".join(self.keys[:SHOWN_KEYS])
        rows = (
            f" ({self.rows:,} row{'' if self.rows == 1 else 's'}{': ' + shown if shown else ''})" if self.rows else ""
        )
        return f"{self.severity} {place}: {self.found}{rows}. To do: {self.remedy}."


@dataclass(frozen=True)
class ExceptionToCheck:
    """A fault that we accept in one column of one file, with the reason."""

    check: str
    file: str
    column: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is the fault that is accepted."""
        return (self.check, self.file, self.column) == (finding.check, finding.file, finding.column)


@cache
def read_checks() -> dict[str, Check]:
    """Every check by its name."""
    stages: dict[str, dict[str, dict[str, Any]]] = read_yaml(CHECKS)
    return {
        name: Check(stage, said.get("severity", "F"), said["found"], said["remedy"])
        for stage, checks in stages.items()
        for name, said in checks.items()
    }


def find(
    check: str, file: str, column: str = "", rows: int | None = None, keys: Sequence[object] = (), **details: object
) -> Finding:
    """A finding of a check. Without `rows`, the keys are all of its rows; a key can be a row of a query. `details` fill
    the places in the words of the check.
    """
    said = read_checks()[check]
    shown = tuple(show_key(key) if isinstance(key, tuple) else str(key) for key in keys[:SHOWN_KEYS])
    return Finding(
        said.stage,
        check,
        said.severity,
        file,
        column,
        said.found.format(**details),
        said.remedy.format(**details),
        len(keys) if rows is None else rows,
        shown,
    )


def show_key(row: Sequence[object]) -> str:
    """A key as people read it: its parts, separated by spaces."""
    return " ".join("(empty)" if part is None else str(part) for part in row)


def read_exceptions(path: Path = EXCEPTIONS) -> list[ExceptionToCheck]:
    """The declared exceptions. Raises SpecError that names the file and every entry that is not complete."""
    try:
        entries = read_yaml(path)["exceptions"] or []
    except (OSError, UnreadableYaml, KeyError, TypeError) as error:
        raise SpecError(f"{path.name}: expected a list under `exceptions`; {error}") from error
    faults = [
        f"{path.name}: entry {number} of `exceptions`: expected text for {sorted(EXCEPTION_KEYS)}; found {entry!r}"
        for number, entry in enumerate(entries, 1)
        if not isinstance(entry, dict)
        or set(entry) != EXCEPTION_KEYS
        or not all(isinstance(text, str) for text in entry.values())
        or not entry["reason"]
    ]
    if faults:
        raise SpecError("\n".join(faults))
    return [ExceptionToCheck(**entry) for entry in entries]


def drop_accepted(findings: Iterable[Finding], exceptions: Sequence[ExceptionToCheck]) -> list[Finding]:
    """The findings that no exception covers, in their order."""
    return [finding for finding in findings if not any(one.covers(finding) for one in exceptions)]


def report_unused(exceptions: Iterable[ExceptionToCheck], findings: Sequence[Finding]) -> list[Finding]:
    """A finding for each exception that covers no finding: it would hide the next fault of its kind."""
    return [
        find("unused_exception", one.file, one.column, check_of=one.check)
        for one in exceptions
        if not any(one.covers(finding) for finding in findings)
    ]
