"""A refresh, from the start of the process to its end: a full one against the least it can be (`bare_refresh`), and one
that finds nothing new against a full one.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import measuring
from benchmarks.measuring import IPP, PYTHON, Row, Run
from benchmarks.statements import statements

BARE_TARGET = 1.5
NOTHING_NEW_TARGET = 0.1

FULL, BARE, NOTHING_NEW = "full", "bare", "nothing new"


def measure(turns: int) -> list[Row]:
    """Every kind of refresh in turn, each in its own folder. Raises BenchmarkFailed when the figures differ."""
    with tempfile.TemporaryDirectory() as folder:
        return _rows(Path(folder), turns)


def refresh(folder: Path, *options: str) -> Run:
    """One `ipp refresh` with its work and its publication in a folder."""
    return measuring.run([IPP, *places(folder), "refresh", *options])


def places(folder: Path) -> list[str]:
    """The options that have `ipp` work and publish in a folder."""
    return ["--work", str(folder / "work"), "--published", str(folder / "published")]


def _rows(folder: Path, turns: int) -> list[Row]:
    """The results, after one refresh that is not timed: dbt's record of it is what the bare refresh runs."""
    refresh(folder / "first", "--full")
    plan = folder / "statements.json"
    plan.write_text(json.dumps(statements(folder / "first" / "work" / "dbt")), encoding="utf-8")
    runs = measuring.in_turn(_ways(folder, plan), turns)
    files = [str(folder / "full" / "published" / "ipp.duckdb"), str(folder / "bare" / "candidate.duckdb")]
    figures = int(measuring.run([PYTHON, "-m", "benchmarks.check_figures", *files]).output)
    full = f"full refresh, {figures:,} figures"
    return [
        measuring.compare(full, runs[FULL], "the same reads and SQL alone", runs[BARE], BARE_TARGET),
        measuring.compare("refresh, nothing new", runs[NOTHING_NEW], "full refresh", runs[FULL], NOTHING_NEW_TARGET),
    ]


def _ways(folder: Path, plan: Path) -> dict[str, Callable[[], Run]]:
    """The kinds of refresh in the order of a turn; each full one begins without folders."""

    def full() -> Run:
        shutil.rmtree(folder / "full", ignore_errors=True)
        return refresh(folder / "full", "--full")

    def bare() -> Run:
        shutil.rmtree(folder / "bare", ignore_errors=True)
        return measuring.run([PYTHON, "-m", "benchmarks.bare_refresh", str(plan), str(folder / "bare")])

    return {FULL: full, BARE: bare, NOTHING_NEW: lambda: refresh(folder / "full")}
