"""What a spreadsheet shows for a stored number where that is not the number: a mark, another number, or nothing.

A publisher may keep a number and show `[c]` for it. Who reads the sheet sees the mark, so we read what is shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NOT_SHOWN = "(a number that is not shown)"
BUILT_IN = {9: "0%", 10: "0.00%", 5: "£0", 6: "£0", 7: "£0", 8: "£0", 42: "£0", 44: "£0"}
"""Formats of a share and of money that every XLSX knows by number; the currency is that of the reader's machine."""

_DASHES = frozenset("-–—")
_NUMBER = re.compile(r"\(?([+-]?(?:\d[\d,]*)?(?:\.(\d*))?)\)?(?:e([+-]?\d+))?", re.IGNORECASE)
_TOKEN = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<letter>.)|[_*].|\[\$(?P<currency>[^\-\]]*)[^\]]*\]|\[(?P<test>[^\]]*)\]|E[+-]|(?P<plain>.)'
)
_TEST = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_TESTS = {
    "<": float.__lt__,
    "<=": float.__le__,
    ">": float.__gt__,
    ">=": float.__ge__,
    "=": float.__eq__,
    "<>": float.__ne__,
}


@dataclass(frozen=True)
class _Section:
    """A part of a number format: the test of the numbers it is for, and what it shows."""

    test: tuple[str, float] | None
    before: str
    after: str
    has_digits: bool
    in_thousands: bool


@dataclass(frozen=True)
class NumberFormat:
    """The number format of an XLSX cell."""

    sign: str
    """`%` for a share, a sign of currency for money, else empty."""
    sections: tuple[_Section, ...]
    """Empty for a format that shows nothing but the number."""

    @property
    def is_plain(self) -> bool:
        """Whether every number is shown as that number."""
        return not self.sign and not self.sections

    def shown(self, stored: str) -> str | None:
        """What is shown for a stored number where that is not the number itself, possibly rounded; else None."""
        try:
            value = float(stored)
        except ValueError:
            return None
        section = self._section(value)
        if section is None:
            return None
        if section.has_digits and section.in_thousands:
            return f"{value:.15g} (shown in thousands)"
        if section.has_digits:
            return f"{section.before}{value:.15g}{section.after}" if _says_more(section) else None
        text = section.before.strip()
        return None if text and set(text) <= _DASHES and not value else text or NOT_SHOWN

    def _section(self, value: float) -> _Section | None:
        """The part that is for a number: the one whose test holds, else by the sign of the number."""
        tested = [one for one in self.sections if one.test]
        for one in tested:
            if one.test and _TESTS[one.test[0]](value, one.test[1]):
                return one
        others = [one for one in self.sections if not one.test]
        if not others:
            return None
        if tested:
            return others[0]
        at = 1 if value < 0 else 2 if not value else 0
        return others[at] if at < len(others) else others[0]


def number_format(code: str) -> NumberFormat:
    """What the code of a number format says: `0.0`, `#,##0;-#,##0;"[x]"`, `[<3]"[c]";0`."""
    sections = tuple(map(_section, _split(code)[:3]))
    plain = "".join(found["plain"] or "" for found in _TOKEN.finditer(code))
    texts = "".join(found["text"] or found["letter"] or found["currency"] or "" for found in _TOKEN.finditer(code))
    sign = "%" if "%" in plain else next((one for one in texts + plain if unicodedata.category(one) == "Sc"), "")
    is_date = bool(_DATE.search(plain.replace("General", "")))
    says_more = any(one.test or one.in_thousands or _says_more(one) or not one.has_digits for one in sections)
    return NumberFormat(sign, sections if code and says_more and not is_date else ())


def _split(code: str) -> list[str]:
    """The parts of a format, for positive, negative and other numbers or for those of a test."""
    parts = [""]
    for found in _TOKEN.finditer(code):
        if found["plain"] == ";":
            parts.append("")
        else:
            parts[-1] += found[0]
    return parts


def _section(code: str) -> _Section:
    """What one part of a format says."""
    test, digits = None, False
    said, commas = ["", ""], ""
    for found in _TOKEN.finditer(code.replace("General", "0").replace("@", "0")):
        if found["test"] is not None:
            compared = _TEST.fullmatch(found["test"])
            test = (compared[1], float(compared[2])) if compared else test
        elif found["plain"] and found["plain"] in "0#?":
            digits, commas = True, ""
        elif found["plain"] == "," and digits:
            commas += ","
        elif found["plain"] != ".":
            said[digits] += found["text"] or found["letter"] or found["plain"] or ""
    return _Section(test, said[0], said[1], digits, bool(commas))


def _says_more(section: _Section) -> bool:
    """Whether a part shows letters or marks beside the digits."""
    return any(letter.isalpha() or letter in "[]*†‡" for letter in section.before + section.after)


def shown_otherwise(shown: str, stored: str) -> str | None:
    """What an ODS cell shows where that is not its stored number, possibly rounded; else None."""
    text = "".join(shown.split())
    try:
        value = float(stored)
    except ValueError:
        return None
    if not text or text == stored or (set(text) <= _DASHES and not value):
        return None
    found = _NUMBER.fullmatch(text)
    if not found or not any(letter.isdigit() for letter in text):
        return shown.strip()
    size = float(found[1].replace(",", "")) * 10.0 ** int(found[3] or 0)
    rounding = 0.5 * 10.0 ** (int(found[3] or 0) - len(found[2] or ""))
    is_near = abs(abs(size) - abs(value)) <= rounding * 1.000001
    return None if is_near else f"{shown.strip()} (stored as {stored})"
