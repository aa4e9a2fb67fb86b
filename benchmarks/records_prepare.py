"""Prepare what the benchmark of figures from records runs on: a separate command for each step, so that time and
memory are those of the step.

Usage: python -m benchmarks.records_prepare synthesise|load|export|land FOLDER SCALE

`synthesise` writes the extracts of a cohort as Parquet, `load` loads them into an internal database file, `export`
writes each of its tables that pandas and polars read as Parquet. `land` lands the releases of raw/ as a refresh does,
and knows no scale. Writes one JSON object: seconds and seconds of processor time of the step, without the imports, and
how much there is.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.records_scope import COLUMNS
from orchestration.records.contract import read_contracts
from orchestration.records.loader import load
from orchestration.settings import ROOT, Settings

AS_AT = dt.date(2025, 3, 31)
"""The last day the synthetic cohort is known on."""
LOADED = "loaded.duckdb"
ROWS = "select sum(landed) from landing.files_read"
PEOPLE = "select count(distinct person_key) from landing.ppud_sentence"


def synthesise(folder: Path, scale: int) -> dict[str, int]:
    """Write the extracts of a cohort."""
    from synthetic_cohort.write import write_cohort

    return {"files": len(write_cohort(folder / "extracts", AS_AT, scale, file_format="parquet"))}


def load_extracts(folder: Path, _scale: int) -> dict[str, int]:
    """Load every extract. Ends the process with what is wrong with them."""
    if problems := load(folder / LOADED, folder / "extracts", read_contracts()):
        raise SystemExit("\n".join(map(str, problems)))
    with duckdb.connect(str(folder / LOADED), read_only=True) as connection:
        rows, people = connection.execute(f"select ({ROWS}), ({PEOPLE})").fetchall()[0]
    return {"rows": int(rows), "people": int(people)}


def export(folder: Path, _scale: int) -> dict[str, int]:
    """Write the columns that pandas and polars read of each loaded table, in one Parquet file a table."""
    records = folder / "records"
    records.mkdir()
    with duckdb.connect(str(folder / LOADED), read_only=True) as connection:
        for extract, columns in COLUMNS.items():
            query = f"select {', '.join(columns)} from landing.{extract}"
            connection.execute(f"copy ({query}) to '{records / extract}.parquet' (format parquet, compression zstd)")
    return {"files": len(COLUMNS)}


def land_releases(folder: Path, _scale: int) -> dict[str, int]:
    """Land the releases of raw/ in a new candidate, and a small cohort beside it."""
    from orchestration.build.refresh import land

    return {"figures": sum(land(Settings(ROOT / "raw", folder, folder / "nowhere"), "benchmark", full=True).values())}


STEPS: dict[str, Callable[[Path, int], dict[str, int]]] = {
    "synthesise": synthesise,
    "load": load_extracts,
    "export": export,
    "land": land_releases,
}


def main() -> None:
    """Do one step and say how long it took."""
    step, folder, scale = STEPS[sys.argv[1]], Path(sys.argv[2]), int(sys.argv[3])
    started, processor_started = time.perf_counter(), time.process_time()
    counted = step(folder, scale)
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor_started
    print(json.dumps({"seconds": seconds, "processor_seconds": processor_seconds, **counted}))


if __name__ == "__main__":
    main()
