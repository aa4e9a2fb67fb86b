"""Read one cell as a figure: its value, its status, how exact it is said to be, and the note marks beside it.

A suppressed, an unavailable and a zero cell are three different things. Nothing is guessed: a text that is neither a
number nor a declared symbol is not a figure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.sources.spec import Symbols, ValueStatus
from orchestration.workbooks.prepared import Share
from orchestration.workbooks.text import STATUS_MARK, normalise, note_marks, plain, without_marks
from orchestration.workbooks.workbook import Cell

# A published number has no zero too many before it: `around066.7%` is a damaged text.
_NUMBER = re.compile(r"-?(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?")
_QUALIFIERS = {
    "c.": "about",
    "c": "about",
    "around": "about",
    "about": "about",
    "approximately": "about",
    "more than": "more than",
    "over": "more than",
    "less than": "less than",
    "fewer than": "less than",
}
_QUALIFIED = re.compile(
    r"(?P<word>"
    + "|".join(re.escape(word) for word in sorted(_QUALIFIERS, key=len, reverse=True))
    + r")\s*(?P<number>[\d].*)",
    re.IGNORECASE,
)

PRECEDENCE: tuple[ValueStatus, ...] = ("provisional", "revised")
"""Which status a figure gets whose marks give several. A provisional figure can still change, also after a revision."""
_SHORT_MARK = re.compile(r"[a-z]|rev|prov|est|low|break|unreliable|forecast|estimate[ds]?", re.IGNORECASE)
_STATUS_LINE = re.compile(
    r"[\[(]\s*(?:[a-z]|rev|prov|est)\s*[\])]|[\[(]?(?:(?:all )?(?:data|figures)(?: are)?:? )?"
    r"(?:provisional|revised|estimate[ds]?)(?: (?:data|figures))?[\])]?\.?",
    re.IGNORECASE,
)
_LETTER_AFTER_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?:[/-]\d\d)?\s?[abeprux]\b", re.IGNORECASE)
_SIGN = re.compile(r"[†‡§¶#^~]")
_DOUBT = re.compile(r"\b(?:estimate[ds]?|forecasts?|projections?|projected|draft|unvalidated)\b", re.IGNORECASE)
_STATUS_WORD = re.compile(r"\b(?:provisional(?=ly)?|revised|draft|unvalidated)", re.IGNORECASE)
_REVISED_LATER = re.compile(
    r"\b(?:may|will|can|could|subject to|each|every|quarterly|annually|routinely)\b", re.IGNORECASE
)
_LIST_OF_SYMBOLS = re.compile(
    r"=|[\[(](?:[a-z]|rev|prov|est)[\])]|^\s*key\b|\b(?:marked|means?|denotes?|shorthand|symbols?)\b", re.IGNORECASE
)
"""A line that says what each symbol means, such as `[r] revised`: the symbols beside figures say which are meant."""
_PART_OF_TABLE = re.compile(
    r"\d|\b(?:no|not|some|certain|where|those|latest|last|recent|columns?|rows?|except)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class CellValue:
    """What a cell says. `value` is None exactly when the status says that there is none to show."""

    value: float | None
    status: ValueStatus
    qualifier: str = ""
    marks: tuple[str, ...] = ()
    is_percent: bool = False


def read_cell(cell: Cell, symbols: Symbols) -> CellValue | None:
    """The figure in a cell, or None when the cell holds no figure and no declared symbol (an empty cell included)."""
    if isinstance(cell, bool) or (isinstance(cell, float) and not math.isfinite(cell)):
        return None
    if isinstance(cell, Share):
        return CellValue(round(cell * 100, 10), "final", is_percent=True)
    if isinstance(cell, float | int):
        return CellValue(float(cell), symbols.zero if cell == 0 else "final")
    return _read_text(cell.strip(), symbols) if isinstance(cell, str) and cell.strip() else None


def _read_text(text: str, symbols: Symbols) -> CellValue | None:
    """A figure written as text, or a symbol."""
    lowered = {symbol.casefold(): status for symbol, status in symbols.cells.items()}
    status, rest = _take_status_marks(text, symbols)
    marks, published = note_marks(rest), without_marks(rest)
    if symbol := lowered.get(text.casefold()) or lowered.get(published.casefold()):
        return CellValue(0.0 if symbol == "nil" else None, symbol, marks=() if text.casefold() in lowered else marks)
    qualified = _QUALIFIED.fullmatch(published)
    number = qualified["number"] if qualified else published
    percent = number.endswith("%")
    number = number.removesuffix("%").strip()
    if not _NUMBER.fullmatch(number):
        return None
    value = float(number.replace(",", ""))
    if value == 0 and status == "final":
        status = symbols.zero
    return CellValue(value, status, _QUALIFIERS[qualified["word"].casefold()] if qualified else "", marks, percent)


def is_plain_number(text: str) -> bool:
    """Whether a text is a number and nothing else, such as `1,012`."""
    return bool(_NUMBER.fullmatch(text.strip()))


def _take_status_marks(text: str, symbols: Symbols) -> tuple[ValueStatus, str]:
    """The status that marks beside a figure give it (`1,234 [r]`), and the text without the declared marks."""
    declared = {_compared(mark) for mark in symbols.marks}
    rest = STATUS_MARK.sub(lambda mark: " " if _compared(mark[0]) in declared else mark[0], plain(text))
    return status_of_marks([text], symbols), rest.strip()


def status_of_marks(texts: Iterable[str], symbols: Symbols) -> ValueStatus:
    """The status that marks in a title, its headings and its labels give a figure: `Jan to Mar 2024 [rev]` marks its
    column as revised. Of several, the first in `PRECEDENCE`; `final` where there is none.
    """
    statuses = {_compared(mark): status for mark, status in symbols.marks.items()}
    return strongest(statuses.get(mark, "final") for text in texts for mark in _marks(text))


def strongest(statuses: Iterable[ValueStatus]) -> ValueStatus:
    """Which of the statuses that are said of one figure it gets: the first in `PRECEDENCE`, else the first."""
    said = list(statuses)
    return next((status for status in (*PRECEDENCE, *said) if status in said), "final")


def undeclared_marks(text: str, symbols: Symbols) -> list[str]:
    """The marks of a status in a text that its family of tables does not declare."""
    declared = {_compared(mark) for mark in symbols.marks}
    return [mark for mark in _marks(text) if mark not in declared]


def status_in_words(title: str) -> ValueStatus:
    """The status that a title gives its whole table in words (`… (provisional)`); `final` where it gives none."""
    words = re.findall(r"[a-z]+", normalise(title))
    return next((status for status in PRECEDENCE if status in words), "final")


def is_status_line(text: str) -> bool:
    """Whether a line says nothing but a status: `Provisional`, `(p)`, `[Revised figures]`."""
    return bool(_STATUS_LINE.fullmatch(plain(text).strip()))


def status_of_line(text: str) -> ValueStatus | None:
    """The status that a sentence over a table gives all its figures: `These figures are provisional.`; `final` where it
    gives none, None where it is not clear which figures it means, or what is said of them.
    """
    words = {word.casefold() for word in _STATUS_WORD.findall(plain(text))}
    if _REVISED_LATER.search(text):
        words.discard("revised")
    if not words or _LIST_OF_SYMBOLS.search(plain(text)):
        return "final"
    (word, *others) = words
    is_clear = not others and not _PART_OF_TABLE.search(text)
    return next((status for status in PRECEDENCE if is_clear and status == word), None)


def strange_marks(title: str, symbols: Symbols) -> list[str]:
    """What reads like a mark of a status in a title and has no declared meaning: a letter or a word of doubt in
    brackets, anything in square brackets, a letter joined to a year. Other words in brackets are part of the title.
    """
    rest = without_marks(STATUS_MARK.sub(" ", plain(title)))
    found = [text for text in re.findall(r"\[[^\]]*\]|\([^)]*\)", rest) if _is_strange(text)]
    patterns = (_LETTER_AFTER_YEAR, _DOUBT, _SIGN)
    return undeclared_marks(title, symbols) + found + [mark for known in patterns for mark in known.findall(rest)]


def _is_strange(text: str) -> bool:
    """Whether a text in brackets is a mark without a declared meaning."""
    inner = text[1:-1].strip().casefold()
    return inner not in PRECEDENCE and (text.startswith("[") or bool(_SHORT_MARK.fullmatch(inner)))


def _marks(text: str) -> list[str]:
    """The marks of a status in a text, as they are compared."""
    return [_compared(mark) for mark in STATUS_MARK.findall(plain(text))]


def _compared(mark: str) -> str:
    """A mark in lower case and without spaces: `( P )` is `(p)`."""
    return mark.replace(" ", "").casefold()
