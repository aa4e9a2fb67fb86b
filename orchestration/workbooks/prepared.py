"""What a workbook says of its cells beside the values that calamine reads, and what calamine is to read in its place.

calamine reads an error as nothing (XLSX) or as the number stored with it (ODS), a percentage as a plain number and a
raised digit as one of the figure. So we look into the XML for such cells and give each as a person sees it. Rows and
columns that hold nothing are taken out before calamine reads, and their places kept, so that one cell far from the
others does not cost a million empty ones.

Belongs here: what both formats share. `ods.py` and `xlsx.py` prepare their own. The old binary XLS is no package of XML
and is read as it is; calamine gives its errors as empty cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

HIDDEN = "(a value hidden under a merged cell)"
NOT_COMPUTED = "(a formula without a stored value)"
_DIGITS = re.compile(r"\s*\d+(?:\s*,\s*\d+)*\s*")


class Share(float):
    """A number that is shown as a percentage: 0.125 is `12.5%`."""

    def __repr__(self) -> str:
        return f"{self * 100:.10g}%"

    __str__ = __repr__


UnusualCell = str | Share
UnusualCells = dict[tuple[int, int], UnusualCell]
"""Cells that read otherwise than their stored value, by row and column from 0."""


@dataclass(frozen=True)
class Places:
    """The rows and columns of a sheet that were kept, in order, each by its place in the file (from 0)."""

    rows: Sequence[int]
    columns: Sequence[int]


@dataclass
class Prepared:
    """What to read of a file: parts that changed, and by sheet the places of a smaller one and the unusual cells."""

    parts: dict[str, bytes] = field(default_factory=dict)
    places: dict[str, Places] = field(default_factory=dict)
    cells: dict[str, UnusualCells] = field(default_factory=dict)


def parsed(content: bytes) -> ET.Element:
    """A part of a package. What it declares is never fetched, and expat refuses entities that grow without bound."""
    return ET.fromstring(content)  # noqa: S314


def written(root: ET.Element) -> bytes:
    """A part of a package as bytes."""
    content: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return content


def in_brackets(text: str) -> str:
    """Raised text with its numbers in brackets, each by itself: `3` is `(3)`, `3, 4` is `(3)(4)`; other text as it
    is.
    """
    return "".join(f"({number})" for number in re.findall(r"\d+", text)) if _DIGITS.fullmatch(text) else text


def share(value: str) -> UnusualCell:
    """A stored number that is shown as a percentage; its text when it is no number."""
    try:
        return Share(value)
    except ValueError:
        return f"{value} %"
