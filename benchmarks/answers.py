"""How soon the commands that only read answer, from the start of the process to its end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import measuring
from benchmarks.measuring import IPP, Row, Run
from benchmarks.refreshing import places, refresh

TARGET_SECONDS = 0.5
QUERY = "select period_end, value from marts.figures where measure = 'ipp_prison_population' and is_latest order by 1"
COMMANDS = {
    "ipp sql, a small query": ("sql", QUERY),
    "ipp tables": ("tables",),
    "ipp status": ("status",),
    "ipp trace, one measure": ("trace", "ipp_prison_population"),
}


def measure(turns: int) -> list[Row]:
    """Each command in turn on a separate publication."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        refresh(folder)
        runs = measuring.in_turn({title: _way(folder, command) for title, command in COMMANDS.items()}, turns)
    return [measuring.alone(title, runs[title], TARGET_SECONDS) for title in COMMANDS]


def _way(folder: Path, command: Sequence[str]) -> Callable[[], Run]:
    """A run of one command."""
    return lambda: measuring.run([IPP, *places(folder), *command])
