"""Notes on changed figures: what a person wrote in notes.yml about a correction, and which inputs arrived.

Belongs here: the notes of one edition. Does not belong here: whether a note is missing (the screener).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.problems import CheckFailed
from orchestration.yaml_reader import UnreadableYaml, read_yaml

NOTES = Path(__file__).with_name("notes.yml")
KEYS = ("marts", "day", "reason")


@dataclass(frozen=True)
class Note:
    """An entry of `notes.yml`: a correction of the figures of some marts, its day and the reason."""

    marts: tuple[str, ...]
    day: dt.date
    reason: str

    def __str__(self) -> str:
        """The day and the reason, as a reader sees them."""
        return f"{self.day}: {self.reason}"


def read_notes(path: Path = NOTES) -> list[Note]:
    """The entries of a file. Raises CheckFailed with everything wrong with them."""
    try:
        found = read_yaml(path)
    except (OSError, UnreadableYaml) as error:
        raise CheckFailed([f"{path} cannot be read: {error}"]) from error
    if not isinstance(found, list):
        raise CheckFailed(
            [f"{path}: expected a list of entries; found {found!r}; to do: write them as its first lines say"]
        )
    faults = [
        f"{path}: entry {number}: {fault}" for number, entry in enumerate(found, 1) for fault in _find_faults(entry)
    ]
    if faults:
        raise CheckFailed(faults)
    return [Note(tuple(entry["marts"]), entry["day"], entry["reason"]) for entry in found]


def _find_faults(entry: Any) -> Iterator[str]:
    """What is wrong with one entry."""
    if not isinstance(entry, dict) or set(entry) != set(KEYS):
        yield f"expected {', '.join(KEYS)}; found {entry!r}"
        return
    marts, day, reason = (entry[key] for key in KEYS)
    if not isinstance(marts, list) or not marts or not all(isinstance(mart, str) for mart in marts):
        yield f"marts: expected a list of names; found {marts!r}"
    if isinstance(day, dt.datetime) or not isinstance(day, dt.date):
        yield f"day: expected a day such as 2025-03-31; found {day!r}"
    if not isinstance(reason, str) or not reason.strip():
        yield f"reason: expected a sentence; found {reason!r}"


def written_notes(notes: Iterable[Note], mart: str, since: dt.date, day: dt.date, given: Collection[str]) -> list[str]:
    """The notes on a mart of an edition of a day: those written since the day of the last edition that it did not give.

    Two editions can be of one day, so `given` has the notes of the last one.
    """
    of_mart = (note for note in notes if mart in note.marts and since <= note.day <= day)
    return [text for note in of_mart if (text := str(note)) not in given]


def arrival_notes(before: Collection[str], now: Collection[str]) -> list[str]:
    """The note on figures that changed with the inputs of an edition: which are new, and which are no longer read."""
    new, gone = (", ".join(one for one in some if one not in others) for some, others in ((now, before), (before, now)))
    said = [f"{what}: {names}." for what, names in (("New", new), ("No longer read", gone)) if names]
    return [" ".join(said)] if said else []
