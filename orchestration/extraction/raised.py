"""Note marks that only their height tells from the figure beside them: the raised 3 of 40³, which readers join to 403.

What a cell shows raised (or lowered) is put in brackets before the file is read, `40(3)`, which is how note marks are
written in text. Only digits are touched: anything else beside a figure is no figure, and is told. The old binary XLS
is no package of XML and is read as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.dom.minidom import Document, Element, parseString

ANY = "*"
"""Any namespace: elements are known by their local names."""
RAISED_IN_XLSX = re.compile(rb"vertAlign\s+val\s*=\s*[\"'](?:super|sub)script")
RAISED_IN_ODS = re.compile(rb"text-position\s*=\s*[\"'](?!0%)")
_DIGITS = re.compile(r"\s*\d+(?:\s*,\s*\d+)*\s*")


def with_marks_in_brackets(path: Path) -> Path | io.BytesIO:
    """The file itself where nothing in it is raised, else a copy in memory in which raised digits are in brackets."""
    if not zipfile.is_zipfile(path):
        return path
    with zipfile.ZipFile(path) as package:
        changed = _ods(package) if "content.xml" in package.namelist() else _xlsx(package)
        if not changed:
            return path
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as written:
            for part in package.infolist():
                written.writestr(part, changed.get(part.filename) or package.read(part))
    copy.seek(0)
    return copy


def _xlsx(package: zipfile.ZipFile) -> dict[str, bytes]:
    """The parts of an XLSX that hold raised digits, changed: the strings all sheets share, or sheets with their own."""
    changed = {}
    for name in package.namelist():
        content = package.read(name) if name.endswith(".xml") and not name.endswith("styles.xml") else b""
        if RAISED_IN_XLSX.search(content):
            document = _parsed(content)
            if _any_put_in_brackets(run for run in document.getElementsByTagNameNS(ANY, "r") if _is_raised_run(run)):
                changed[name] = document.toxml("utf-8")
    return changed


def _ods(package: zipfile.ZipFile) -> dict[str, bytes]:
    """The content of an ODS that holds raised digits, changed."""
    parts = [package.read(name) for name in ("content.xml", "styles.xml") if name in package.namelist()]
    if not any(RAISED_IN_ODS.search(part) for part in parts):
        return {}
    documents = [_parsed(part) for part in parts]
    raised = _raised_styles(style for part in documents for style in part.getElementsByTagNameNS(ANY, "style"))
    spans = documents[0].getElementsByTagNameNS(ANY, "span")
    is_changed = _any_put_in_brackets(span for span in spans if _attribute(span, "style-name") in raised)
    return {"content.xml": documents[0].toxml("utf-8")} if is_changed else {}


def _parsed(content: bytes) -> Document:
    """A part of a package. What it declares is never fetched, and expat refuses entities that grow without bound."""
    return parseString(content)  # noqa: S318


def _is_raised_run(run: Element) -> bool:
    """Whether a run of an XLSX stands off its line."""
    return any(_is_raised(mark.getAttribute("val")) for mark in run.getElementsByTagNameNS(ANY, "vertAlign"))


def _is_raised(position: str) -> bool:
    """Whether text stands off its line: `superscript`, `super 58%`, `-33%`; not `baseline`, `0% 100%`."""
    return bool(position) and not position.startswith(("baseline", "0%"))


def _raised_styles(styles: Iterator[Element]) -> set[str]:
    """The names of styles that raise text, or whose parent does."""
    positions, parents = {}, {}
    for style in styles:
        name = _attribute(style, "name")
        parents[name] = _attribute(style, "parent-style-name")
        own = [_attribute(said, "text-position") for said in style.getElementsByTagNameNS(ANY, "text-properties")]
        positions[name] = next(filter(None, own), "")
    return {name for name in positions if _is_raised(_position(name, positions, parents))}


def _position(name: str, positions: dict[str, str], parents: dict[str, str]) -> str:
    """Where a style puts text: what it says itself, else what the nearest style above it says."""
    seen: set[str] = set()
    while name in positions and name not in seen and not positions[name]:
        seen.add(name)
        name = parents[name]
    return positions.get(name, "")


def _attribute(element: Element, name: str) -> str:
    """The value of an attribute by its local name."""
    return next((value for key, value in element.attributes.items() if key.rpartition(":")[2] == name), "")


def _any_put_in_brackets(elements: Iterator[Element]) -> bool:
    """Put the raised digits of all elements in brackets; whether there were any."""
    changed = [_put_in_brackets(element) for element in elements]
    return any(changed)


def _put_in_brackets(element: Element) -> bool:
    """Put the digits of raised text in brackets, each number by itself: `3` is `(3)`, `3, 4` is `(3)(4)`."""
    is_changed = False
    for child in element.childNodes:
        if child.nodeType == child.TEXT_NODE and _DIGITS.fullmatch(child.data):
            child.data = "".join(f"({number})" for number in re.findall(r"\d+", child.data))
            is_changed = True
        elif child.nodeType == child.ELEMENT_NODE:
            is_changed = _put_in_brackets(child) or is_changed
    return is_changed
