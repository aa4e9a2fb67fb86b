"""Opening workbooks: the project's reader against pandas with odfpy (ODS) and openpyxl (XLSX), on the same files.

Every file in raw/, and files exactly as published where they are to be had (they are no part of this repository).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from benchmarks import measuring
from benchmarks.measuring import PYTHON, Row, Run
from orchestration.settings import ROOT

PUBLISHED = Path(os.environ.get("IPP_REAL_FILES") or ROOT.parent / "shared" / "real_files")
"""Workbooks exactly as published, laid out as raw/ is; `IPP_REAL_FILES` names another folder."""
ODS_TARGET = 40


def measure(turns: int) -> list[Row]:
    """Both readers on each kind of file. Raises BenchmarkFailed when any cell differs."""
    rows = []
    for name, paths in _groups().items():
        cells = int(measuring.run([PYTHON, "-m", "benchmarks.check_cells", *map(str, paths)]).output)
        runs = measuring.in_turn({reader: _way(reader, paths) for reader in ("calamine", "pandas")}, turns)
        target = ODS_TARGET if name.startswith("ODS") else None
        title = f"{name}: {len(paths)} files, {cells:,} cells"
        rows.append(measuring.compare(title, runs["calamine"], "pandas", runs["pandas"], target, at_least=True))
    return rows


def _groups() -> dict[str, list[Path]]:
    """The files by kind and place, without the empty groups."""
    groups = {
        f"{ending.upper()} {place}": _files(folder, ending)
        for place, folder in (("in raw/", ROOT / "raw"), ("as published", PUBLISHED))
        for ending in ("ods", "xlsx")
    }
    return {name: paths for name, paths in groups.items() if paths}


def _files(folder: Path, ending: str) -> list[Path]:
    """The files of a kind, however its ending is written."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() == f".{ending}")


def _way(reader: str, paths: Iterable[Path]) -> Callable[[], Run]:
    """A run of one reader on some files; the time is that of reading, the memory that of the process."""
    command = [PYTHON, "-m", "benchmarks.read_files", reader, *map(str, paths)]

    def way() -> Run:
        run = measuring.run(command)
        return replace(run, **json.loads(run.output))

    return way
