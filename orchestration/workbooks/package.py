"""What a file is, by its first bytes and its parts, before any reader opens it.

Belongs here: what makes a file unreadable as a whole (another type than its name says, empty, cut off, encrypted, too
large, unsafe parts). Does not belong here: what a sheet holds.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

from orchestration.settings import ReadingLimits

READABLE = "a whole ODS, XLSX or CSV file"
FETCH_AGAIN = "fetch the file again from its publisher and check its size and checksum"
ASK = "ask the publisher for the file as ODS, XLSX or CSV"
MEGABYTE = 1024 * 1024

ODS, XLSX, XLS, TEXT = "an ODS workbook", "an XLSX workbook", "an old binary Office file, such as XLS", "a text file"
EXPECTED_KINDS = {".ods": ODS, ".xlsx": XLSX, ".xlsm": XLSX, ".xls": XLS, ".csv": TEXT}
"""What a file must be, by the ending of its name."""
_STARTS = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": XLS,
    b"\x1f\x8b": "a gzip archive",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"<!doctype html": "a web page (HTML)",
    b"<html": "a web page (HTML)",
    b"<?xml": "an XML file",
}
_ENCRYPTED_XLSX = "EncryptedPackage".encode("utf-16-le")


class UnreadableFile(Exception):
    """A file that must not be read, or cannot be: what was expected, what was found and what to do."""

    def __init__(self, expected: str, found: str, remedy: str) -> None:
        super().__init__(expected, found, remedy)
        self.expected, self.found, self.remedy = expected, found, remedy


def check_file(path: Path, limits: ReadingLimits) -> str:
    """The kind of a file. Raises UnreadableFile unless it is what its name says, is within the limits and has only
    parts that are safe to open.
    """
    if path.suffix.lower() not in EXPECTED_KINDS:
        raise UnreadableFile(READABLE, f"a file named {path.suffix or 'without an ending'}", ASK)
    _check_size(path, limits)
    with path.open("rb") as opened:
        start = opened.read(1024)
    if not start:
        raise UnreadableFile(READABLE, "an empty file (0 bytes)", FETCH_AGAIN)
    kind = _check_package(path, limits) if start.startswith(b"PK") else _kind_of(start)
    if kind == XLS and _ENCRYPTED_XLSX in path.read_bytes():
        raise protected()
    if kind != EXPECTED_KINDS[path.suffix.lower()]:
        raise UnreadableFile(READABLE, f"{kind} named {path.suffix}", _remedy_of(kind))
    return kind


def _check_size(path: Path, limits: ReadingLimits) -> None:
    """Refuse a file that is larger than the limit."""
    size = path.stat().st_size
    if size > limits.file_megabytes * MEGABYTE:
        raise UnreadableFile(
            f"a file of at most {limits.file_megabytes} MB",
            f"{size / MEGABYTE:,.1f} MB",
            "check that it is the publisher's file; if it is, raise IPP_READ_FILE_MB",
        )


def _kind_of(start: bytes) -> str:
    """What a file that is no package is, by its first bytes."""
    lowered = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for first, kind in _STARTS.items():
        if start.startswith(first) or lowered.startswith(first):
            return kind
    return "a file of an unknown type" if b"\0" in start else TEXT


def _remedy_of(kind: str) -> str:
    """What to do about a file of the wrong kind."""
    if kind in (ODS, XLSX):
        return "check the link at the publisher; if the publisher serves it so, give the file the ending of its type"
    return "save the file as UTF-8" if kind == "text in UTF-16" else FETCH_AGAIN


def protected() -> UnreadableFile:
    """The refusal of a file that needs a password."""
    remedy = "ask the publisher for the file without a password"
    return UnreadableFile(READABLE, "a workbook protected with a password", remedy)


def _check_package(path: Path, limits: ReadingLimits) -> str:
    """The kind of a zip package. Raises UnreadableFile when a part is unsafe, encrypted or inflates too far."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            kind = _kind_of_package(package)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise UnreadableFile(READABLE, "a file that is cut off or damaged", FETCH_AGAIN) from error
    _check_names([part.orig_filename for part in parts])
    if any(part.flag_bits & 1 for part in parts):
        raise protected()
    inflated = sum(part.file_size for part in parts)
    if inflated > limits.inflated_megabytes * MEGABYTE:
        raise UnreadableFile(
            f"a file that unpacks to at most {limits.inflated_megabytes} MB",
            f"{inflated / MEGABYTE:,.1f} MB",
            "check that it is the publisher's file; if it is, raise IPP_READ_INFLATED_MB",
        )
    return kind


def _kind_of_package(package: zipfile.ZipFile) -> str:
    """The kind of a zip package by its parts."""
    names = set(package.namelist())
    if "xl/workbook.xml" in names:
        return XLSX
    if "word/document.xml" in names:
        return "a Word document"
    if "encrypted-package" in names:
        raise protected()
    if "content.xml" not in names:
        return "a zip archive"
    kind = _first_of(package, "mimetype") if "mimetype" in names else b""
    return "another OpenDocument file" if kind and b"spreadsheet" not in kind else ODS


def _first_of(package: zipfile.ZipFile, name: str) -> bytes:
    """The first megabyte of a part: enough to recognise the part, however large it inflates."""
    if package.getinfo(name).flag_bits & 1:
        raise protected()
    with package.open(name) as part:
        return part.read(MEGABYTE)


def _check_names(names: list[str]) -> None:
    """Refuse parts that would be written outside the package's folder, and a part that is there twice."""
    outside = {f"a part that points outside the file: {name[:80]!r}" for name in names if _is_outside(name)}
    twice = {f"the same part twice: {name[:80]!r}" for name, times in Counter(names).items() if times > 1}
    if wrong := sorted(outside | twice):
        raise UnreadableFile("a package of parts inside it, each once", wrong[0], FETCH_AGAIN)


def _is_outside(name: str) -> bool:
    """Whether a part's name leads out of the folder it is unpacked into."""
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or name[1:2] == ":"
