"""Compare what is printed by what it means: without case, note marks, runs of spaces and kinds of dash.

Note marks are `[note 3]`, `(1)`, `(1) (2)`, `*` and `**`, inside titles, headings, labels and beside figures. Their
numbers change from release to release, so a mark only ever leads to the note's text in the same file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

NOTE_MARK = re.compile(r"\[note \d+\]|\(\d+\)|\*+(?=\s|$)", re.IGNORECASE)
_TABLE_NUMBER = re.compile(r"^\s*table\s+([A-Za-z]?\d+[A-Za-z]?(?:[.\-][A-Za-z0-9]+)*)\s*[:.]?\s*", re.IGNORECASE)
_DASHES = str.maketrans({"‐": "-", "‑": "-", "–": "-", "—": "-", "’": "'", "\xa0": " "})


def note_marks(text: str) -> tuple[str, ...]:
    """The note marks in a text, in order: `IPP [note 2](1)` gives `[note 2]` and `(1)`."""
    return tuple(mark.lower() for mark in NOTE_MARK.findall(text))


def without_marks(text: str) -> str:
    """The text with note marks taken out and spaces made single; case is kept."""
    return " ".join(NOTE_MARK.sub(" ", text.translate(_DASHES)).split())


def normalise(text: str) -> str:
    """The text as it is compared."""
    return without_marks(text).casefold()


def table_number(title: str) -> str:
    """The number a title starts with (`Table 1.Q.14: …` gives `1.Q.14`), or the empty string."""
    found = _TABLE_NUMBER.match(title)
    return found.group(1) if found else ""


def table_title(title: str) -> str:
    """A title without its number and note marks."""
    return without_marks(_TABLE_NUMBER.sub("", title))


def says(text: str, phrase: str) -> bool:
    """Whether a text says a phrase, both compared as they mean."""
    return normalise(phrase) in normalise(text)


def nearest(text: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known labels most like a text, best first; for messages about a label nobody has seen."""
    originals = {normalise(label): label for label in known}
    return [originals[match] for match in difflib.get_close_matches(normalise(text), originals, most, 0.5)]
