"""What can be wrong with an input or a refresh, in words a person can act on.

Belongs here: the shape of a problem and the exceptions that carry one to the command line. Does not belong here: how a
problem is found (extraction, archive, extracts, quality) or shown (cli).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with one input: where it is, what was expected, what was found and what to do about it."""

    release: str
    file: str = ""
    sheet: str = ""
    cell: str = ""
    expected: str = ""
    found: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        """One line: `release / file / sheet / cell: expected …; found …; do …`, leaving out what does not apply."""
        place = " / ".join(part for part in (self.release, self.file, self.sheet, self.cell) if part)
        said = (("expected", self.expected), ("found", self.found), ("to do:", self.remedy))
        return f"{place}: " + "; ".join(f"{word} {text}" for word, text in said if text)


class InputRejected(Exception):
    """One or more inputs cannot be taken; carries every problem at once. The command line exits with 3."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of their places."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class SpecError(Exception):
    """A file that declares how inputs are read is not what it should be; names the file and every mistake in it."""


class CheckFailed(Exception):
    """A check failed, so nothing was published; carries every reason. The command line exits with 1."""

    def __init__(self, reasons: Iterable[str]) -> None:
        """Keep the reasons in the order they were found."""
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))
