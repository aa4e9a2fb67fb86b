"""Compare published text by what it means: without case, note marks, runs of spaces and kinds of dash.

Note marks are `[note 3]`, `[notes 3 and 4]`, `(1)`, `(1) (2)`, `*` and `**`, inside titles, headings, labels and beside
figures. Their numbers change from release to release, so a mark only ever leads to the note's text in the same file.
Marks of a status, such as `[rev]`, say nothing of what a title, heading or label means; `symbols` gives their meaning.
"""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable

_NUMBERS = r"\d+(?:(?:, ?| and | ?& ?|, and )(?:note )?\d+)*"
NOTE_MARK = re.compile(rf"\[notes? ?{_NUMBERS}\]|\(\d+\)|\*+(?=\s|$)", re.IGNORECASE)
STATUS_MARK = re.compile(r"\[ *(?:rev|r|p) *\]|\( *(?:rev|r|p) *\)", re.IGNORECASE)
_TABLE_NUMBER = re.compile(r"^\s*table\s+([A-Za-z]?\d+[A-Za-z]?(?:[.\-][A-Za-z0-9]+)*)\s*[:.]?\s*", re.IGNORECASE)
_ALIKE = str.maketrans(
    {"‐": "-", "‑": "-", "–": "-", "—": "-", "’": "'", "\xa0": " ", "\xad": "", "\u200b": "", "\ufeff": ""}
    | {raised: f"({letter})" for raised, letter in zip("ᵃᵇᶜᵈᵉᵖʳᵘˣᶻ", "abcdepruxz", strict=True)}
)
"""Characters that look like others, or that are invisible. A raised letter is a mark, as in brackets."""
_RAISED_DIGITS = re.compile("[⁰¹²³⁴-⁹]+")


def note_marks(text: str) -> tuple[str, ...]:
    """The note marks in a text, in order: `IPP [note 2](1)` gives `[note 2]` and `(1)`, `[notes 2, 3]` gives two."""
    return tuple(mark for published in NOTE_MARK.findall(plain(text)) for mark in _single_marks(published.lower()))


def _single_marks(mark: str) -> list[str]:
    """A mark as its note is headed by it; one that names several notes, as several."""
    return [f"[note {number}]" for number in re.findall(r"\d+", mark)] if mark.startswith("[") else [mark]


def plain(text: str) -> str:
    """The text with one kind of dash, quotation mark and space, and raised letters and numbers in brackets."""
    numbered = (
        text
        if text.isascii()
        else _RAISED_DIGITS.sub(lambda found: f"({unicodedata.normalize('NFKC', found[0])})", text)
    )
    return numbered.translate(_ALIKE)


def without_marks(text: str) -> str:
    """The text with note marks taken out and spaces made single; case is kept."""
    return " ".join(NOTE_MARK.sub(" ", plain(text)).split())


def without_status(text: str) -> str:
    """The text with note marks and marks of a status taken out; case is kept."""
    return without_marks(STATUS_MARK.sub(" ", plain(text)))


@functools.lru_cache(maxsize=50_000)  # labels repeat, and each is compared with many others
def normalise(text: str) -> str:
    """The text as it is compared."""
    return without_status(text).casefold()


def key_of(label: str) -> str:
    """A label as a key: `Usk / Prescoed (1)` gives `usk_prescoed`, `Guy's Marsh` gives `guys_marsh`."""
    letters = unicodedata.normalize("NFKD", normalise(label).replace("'", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


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
    """The known labels most like a text, best first; for messages about an unknown label."""
    originals = {normalise(label): label for label in known}
    return [originals[match] for match in difflib.get_close_matches(normalise(text), originals, most, 0.5)]
