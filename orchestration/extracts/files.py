"""Which files of a folder are extracts; every other file is told, so that none is passed over.

An extract is `<folder>/<extract>/<as_at>.csv` or `.parquet`. One that lies elsewhere or ends otherwise looks like one
that is not there, and in its place figures of made-up people would be built.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path

from orchestration.archive.releases import INTERNAL
from orchestration.problems import Problem

FORMATS = (".csv", ".parquet")
"""Endings of the files an extract may come as."""
READMES = ("README", "README.md", "README.txt")
"""Files that speak of a folder, and are none of its extracts."""


def every_file(place: Path) -> Iterator[Path]:
    """Every file in a folder and below it, in order, but for READMEs and hidden ones. Links are followed; one that
    leads nowhere counts as a file: what should be there is missing.
    """
    if place.is_dir():
        for below in sorted(place.iterdir()):
            if not below.name.startswith(".") and below.name not in READMES:
                yield from every_file(below)
    elif place.exists() or place.is_symlink():
        yield place


def extract_files(folder: Path, extract: str) -> list[Path]:
    """The files of one extract, oldest first."""
    return sorted(path for path in (folder / extract).glob("[!.]*") if path.is_file() and path.suffix in FORMATS)


def misplaced(folder: Path, extracts: Collection[str]) -> Iterator[Problem]:
    """The problem of each file in a folder that does not lie where an extract does, with where it should lie."""
    for path in every_file(folder):
        if found := _wrong_with_place(path, folder, extracts):
            place = path.relative_to(folder)
            likely = _likely(place, extracts)
            yield Problem(
                " ".join([INTERNAL, *place.parts[:-1]]),
                place.name,
                expected=f"{INTERNAL}/<extract>/<day>.csv or .parquet, such as {INTERNAL}/ppud_recall/2025-03-31.csv",
                found=found,
                remedy=f"put it, as CSV or Parquet, at {INTERNAL}/{likely}/<day>.csv, or take it out of the folder "
                "(docs/internal-extracts.md lists the extracts)",
            )


def _wrong_with_place(path: Path, folder: Path, extracts: Collection[str]) -> str:
    """Why a file is not read as an extract; empty when it is."""
    place = path.relative_to(folder)
    if not path.is_file():
        return "a link that leads to no file"
    if len(place.parts) < 2:
        return "a file outside the folder of an extract"
    if place.parts[0] not in extracts:
        return "a folder named as no extract that has a contract"
    if len(place.parts) > 2:
        return "a folder within that of the extract"
    if path.suffix not in FORMATS:
        return f"the ending {path.suffix}" if path.suffix else "a name without an ending"
    return ""


def _likely(place: Path, extracts: Collection[str]) -> str:
    """The extract that a file seems to be of, by the name of its folder or its own."""
    name = place.parts[0] if len(place.parts) > 1 else place.name.partition(".")[0]
    return next(iter(difflib.get_close_matches(name.lower(), extracts, 1)), "<extract>")
