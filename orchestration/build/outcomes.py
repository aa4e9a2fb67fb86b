"""What becomes of each release in a refresh.

A module by itself, so that `ipp status` does not import what lands tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from orchestration.archive.releases import Release
from orchestration.workbooks.observations import Observation


@dataclass(frozen=True)
class ReleaseOutcome:
    """What became of one release in this refresh: published, embargoed or set aside; why, or what is to be known."""

    release: Release
    status: Literal["published", "embargoed", "set_aside"]
    reason: str = ""
    observations: Sequence[Observation] = ()
