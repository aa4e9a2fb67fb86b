"""What is needed of each publication before one of its releases is opened: its name, and the time it is published.

A module by itself: reading every table of every publication takes longer than `ipp status` may.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from orchestration.problems import SpecError
from orchestration.yaml_reader import UnreadableYaml, read_yaml

FOLDER = Path(__file__).parent
TIME = re.compile(r"\d\d:\d\d")
MIDNIGHT = "00:00"


class Publication(Protocol):
    """A publication that is published at a time of day, such as 09:30 (Europe/London)."""

    @property
    def published_at(self) -> str:
        """Hour and minute."""


@dataclass(frozen=True)
class PublicationTime:
    """The time of day at which a publication is published; midnight where its source.yml names none."""

    published_at: str = MIDNIGHT


@functools.cache
def read_publications(folder: Path = FOLDER) -> Mapping[str, Publication]:
    """Every publication by name, from its source.yml alone. Raises SpecError for one that cannot be read."""
    return {path.parent.name: _read_time(path) for path in sorted(folder.glob("*/source.yml"))}


def _read_time(path: Path) -> PublicationTime:
    """The time in one source.yml."""
    try:
        declared = read_yaml(path)
    except (OSError, UnreadableYaml) as error:
        raise SpecError(f"{path}: {error}") from error
    time = declared.get("published_at", MIDNIGHT)
    if not isinstance(time, str) or not TIME.fullmatch(time):
        raise SpecError(f"{path}: published_at: expected hour and minute such as 09:30; found {time!r}")
    return PublicationTime(time)
