"""How the file of an extract is laid out: its encoding, delimiter and columns, known by what they say.

What can be read without doubt is read, and reported; what cannot is a problem that names no value: a first line that is
no heading holds some.
"""

from __future__ import annotations

import codecs
import csv
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from orchestration.archive.releases import INTERNAL
from orchestration.problems import InputRejected, Problem
from orchestration.records.contract import Contract

DELIMITERS = (",", ";", "\t", "|")
"""What may separate fields; the contract's own first."""
ENCODINGS = ("utf-8-sig", "cp1252")
"""Encodings of a file without the mark of UTF-16, the contract's own first."""
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
AT_ONCE = 1 << 20

Columns = tuple[tuple[str, str], ...]
"""The columns of a file in order: as named there, and the contract's name."""


@dataclass(frozen=True)
class Layout:
    """How to read a file: where it lies in UTF-8, its columns, and what of it is otherwise than the contract
    has it. A Parquet file has no delimiter.
    """

    path: Path
    columns: Columns
    delimiter: str
    otherwise: tuple[str, ...]


def read_layout(path: Path, contract: Contract, scratch: Path) -> Layout:
    """The layout of a file. One in another encoding is copied to `scratch` as UTF-8.

    Raises InputRejected when it has not just the columns of the contract, or is no text.
    """
    if path.suffix == ".parquet":
        return _layout_of_parquet(path, contract)
    encoding = _encoding(path)
    if encoding is None:
        raise _refused(path, contract, "text in UTF-8, UTF-16 or Windows-1252", "something else")
    delimiter, columns = _heading(path, encoding, contract)
    _require_columns(path, contract, columns)
    otherwise = [
        *(["byte_order_mark"] if _begins_with_mark(path) else []),
        *(["encoding"] if encoding != ENCODINGS[0] else []),
        *(["delimiter"] if delimiter != DELIMITERS[0] else []),
        *_otherwise(columns, contract),
    ]
    readable = path if encoding == ENCODINGS[0] else _in_utf8(path, encoding, scratch)
    return Layout(readable, columns, delimiter, tuple(otherwise))


def _layout_of_parquet(path: Path, contract: Contract) -> Layout:
    """The layout of a Parquet file. Raises InputRejected for another kind of file."""
    try:
        names = list(pyarrow.parquet.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise _refused(path, contract, "a Parquet file", "something else") from None
    columns = _by_meaning(names)
    _require_columns(path, contract, columns)
    return Layout(path, columns, "", tuple(_otherwise(columns, contract)))


def _encoding(path: Path) -> str | None:
    """The encoding of a text; None where it is in none of those known."""
    with path.open("rb") as file:
        if file.read(2) in MARKS:
            return "utf-16" if _decodes(path, "utf-16") else None
    return next((encoding for encoding in ENCODINGS if _decodes(path, encoding)), None)


def _begins_with_mark(path: Path) -> bool:
    """Whether a file begins with the byte order mark of UTF-8."""
    with path.open("rb") as file:
        return file.read(3) == codecs.BOM_UTF8


def _decodes(path: Path, encoding: str) -> bool:
    """Whether every byte of a file is of an encoding."""
    try:
        with path.open(encoding=encoding, newline="") as text:
            while text.read(AT_ONCE):
                pass
    except UnicodeError:
        return False
    return True


def _heading(path: Path, encoding: str, contract: Contract) -> tuple[str, Columns]:
    """Delimiter and columns of a file: those with which most columns of the contract are found."""
    found = {delimiter: _by_meaning(_first_line(path, encoding, delimiter)) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: len(set(_meant(found[delimiter])) & set(contract.columns)))
    return best, found[best]


def _first_line(path: Path, encoding: str, delimiter: str) -> list[str]:
    """The fields of the first line; none where it cannot be divided."""
    try:
        with path.open(encoding=encoding, newline="") as text:
            return next(csv.reader(text, delimiter=delimiter), [])
    except csv.Error:
        return []


def _by_meaning(names: list[str]) -> Columns:
    """The contract's spelling of each name: small letters and underscores."""
    return tuple((name, re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")) for name in names)


def _otherwise(columns: Columns, contract: Contract) -> list[str]:
    """How columns are written otherwise than in the contract."""
    renamed = ["column_names"] if any(name != meant for name, meant in columns) else []
    return renamed + (["column_order"] if _meant(columns) != list(contract.columns) else [])


def _meant(columns: Columns) -> list[str]:
    """The contract's names of a file's columns."""
    return [meant for _, meant in columns]


def _require_columns(path: Path, contract: Contract, columns: Columns) -> None:
    """Raise InputRejected unless a file has each column of the contract once and no other."""
    meant = _meant(columns)
    missing = ", ".join(name for name in contract.columns if name not in meant)
    unknown = len(set(meant) - set(contract.columns))
    twice = len(meant) - len(set(meant))
    if missing or unknown or twice:
        said = f"missing: {missing or 'none'}; unknown: {unknown}; twice: {twice}"
        raise _refused(path, contract, "the columns of the contract", said)


def _in_utf8(path: Path, encoding: str, scratch: Path) -> Path:
    """A copy of a text in UTF-8."""
    copy = scratch / path.name
    with path.open(encoding=encoding, newline="") as text, copy.open("w", encoding="utf-8", newline="") as written:
        shutil.copyfileobj(text, written, AT_ONCE)
    return copy


def _refused(path: Path, contract: Contract, expected: str, found: str) -> InputRejected:
    """The refusal of one file."""
    name = f"{INTERNAL} {contract.extract}"
    return InputRejected(
        [Problem(name, path.name, expected=expected, found=found, remedy="export it by docs/internal-extracts.md")]
    )
