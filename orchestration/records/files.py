"""Which files of a folder are extracts, and of which day; every other file is reported, so that none is missed.

An extract is `<folder>/<extract>/<as_at>.csv` or `.parquet`. One that lies elsewhere or ends otherwise looks like one
that is not there, and in its place figures of synthetic people would be built.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from orchestration.archive.releases import INTERNAL
from orchestration.problems import Problem

FORMATS = (".csv", ".parquet")
"""Endings of the files an extract may come as."""
READMES = ("README", "README.md", "README.txt")
"""Files that describe a folder and are not extracts."""


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


def extract_files(folder: Path, extract: str) -> dict[Path, dt.date]:
    """The files of one extract with their days, oldest first; `misnamed` reports those without a day."""
    dated = ((path, day_of(path)) for path in _in_place(folder, extract))
    return {path: day for path, day in dated if day}


def _in_place(folder: Path, extract: str) -> list[Path]:
    """The files that lie where those of an extract do, with any name."""
    return sorted(path for path in (folder / extract).glob("[!.]*") if path.is_file() and path.suffix in FORMATS)


def day_of(path: Path) -> dt.date | None:
    """The day a file is named by; None unless it is written as 2025-03-31. Python reads 20250331 and 2025-W14-1 as that
    day too, and two files of one day would pass for two days.
    """
    try:
        day = dt.date.fromisoformat(path.stem)
    except ValueError:
        return None
    return day if day.isoformat() == path.stem else None


def misnamed(folder: Path, extract: str, today: dt.date) -> Iterator[Problem]:
    """The problem of each file of an extract that is not named by a day that has come, and of each day that has two."""
    place, files = f"{INTERNAL} {extract}", extract_files(folder, extract)
    for path in _in_place(folder, extract):
        if path not in files:
            expected = "a file named by its day, such as 2025-03-31.csv"
            yield Problem(place, path.name, expected=expected, found=path.name, remedy="rename it")
        elif files[path] > today:
            expected, found = f"the day the extract was taken, {today} or before", str(files[path])
            yield Problem(place, path.name, expected=expected, found=found, remedy="rename it")
    for day, count in Counter(files.values()).items():
        if count > 1:
            names = " and ".join(path.name for path in files if files[path] == day)
            yield Problem(place, expected="one file a day", found=names, remedy="take one away")


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


def days_apart(folder: Path, extracts: Collection[str]) -> Iterator[Problem]:
    """The problem of extracts whose newest files are not of one day; an extract without a file has no day.

    Figures run to the day of the sentences and count the records of all: up to a later day than theirs, people would
    seem to stay as they were.
    """
    newest = {name: max(files.values()) for name in sorted(extracts) if (files := extract_files(folder, name))}
    days = sorted(set(newest.values()))
    if len(days) > 1:
        of_day = (f"{day}: {', '.join(name for name in newest if newest[name] == day)}" for day in days)
        yield Problem(
            INTERNAL,
            expected="extracts whose newest files are all of one day: they are counted together",
            found="; ".join(of_day),
            remedy="export the older ones again, so that all are of one day; until then take the newer files away",
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
