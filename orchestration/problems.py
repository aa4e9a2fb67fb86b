"""What can be wrong with an input or a refresh, in words a person can act on.

Belongs here: the shape of a problem and the exceptions that carry one to the command line. Does not belong here: how a
problem is found (extraction, archive, extracts, quality) or shown (cli).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_OF_A_KIND = 5
_NAMES = re.compile(r"'[^']*'|\"[^\"]*\"|\d+")


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

    @property
    def kind(self) -> tuple[str, ...]:
        """What problems of one kind share: the sheet, what is expected but for names and numbers, and the remedy."""
        return self.release, self.file, self.sheet, _NAMES.sub("…", self.expected), _NAMES.sub("…", self.remedy)


def counted(number: int, noun: str, nouns: str = "") -> str:
    """A number and its noun: `1 row`, `1,798 rows`. `nouns` is the plural, if it is not the noun with an s."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {nouns or f'{noun}s'}"


def shown(problems: Iterable[Problem]) -> list[str]:
    """Problems as a person reads them, a line each, in the order of their places. Of each kind the first few are shown
    and the others counted.
    """
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for problem in sorted(set(problems)):
        kinds.setdefault(problem.kind, []).append(problem)
    return [line for of_kind in kinds.values() for line in _lines(of_kind)]


def _lines(problems: list[Problem]) -> list[str]:
    """The lines for problems of one kind."""
    lines = [str(problem) for problem in problems[:SHOWN_OF_A_KIND]]
    if more := len(problems) - len(lines):
        first = problems[0]
        place = " / ".join(part for part in (first.release, first.file, first.sheet) if part)
        lines.append(f"{place}: {counted(more, 'more problem')} of this kind ({len(problems):,} in all)")
    return lines


class InputRejected(Exception):
    """One or more inputs cannot be taken; carries every problem at once. The command line exits with 3."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of their places."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(shown(self.problems)))

    def __reduce__(self) -> tuple[type[InputRejected], tuple[tuple[Problem, ...]]]:
        """Another process can raise it again: it is made of its problems."""
        return InputRejected, (self.problems,)


class SpecError(Exception):
    """A file that declares how inputs are read is not what it should be; names the file and every mistake in it."""


class CheckFailed(Exception):
    """A check failed, so nothing was published; carries every reason. The command line exits with 1."""

    def __init__(self, reasons: Iterable[str]) -> None:
        """Keep the reasons in the order they were found."""
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))
