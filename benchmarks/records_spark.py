"""Every model outside the feed on a local Spark session, on the records of a scale, with rows equal to DuckDB's: a
separate command, for the environment that has Spark.

Usage: python -m benchmarks.records_spark FOLDER SCALE

FOLDER has the two files in which dbt ran the models on DuckDB. Writes one JSON object last: seconds for the run of dbt,
without the export of the inputs and the comparison; seconds of processor time and peak memory in MiB of Python and Java
together, up to the end of that run; and how many tables were compared. Spark keeps its files in FOLDER; the comparison
keeps its own elsewhere.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engines.__main__ import compare_models, find_unrun
from engines.export import export_tables, name_relations, open_refresh
from engines.project import PROJECT, read_exemptions, read_inputs, read_models
from engines.session import SETTINGS, place_tables, register_tables, run_models, start_session

# Millions of rows need more than one task for a step; Spark joins tasks again that have little to do. Queries are long
# enough here for Java's better compiler.
LARGE = {
    **SETTINGS,
    "spark.driver.memory": "10g",
    "spark.sql.shuffle.partitions": "32",
    "spark.sql.adaptive.enabled": "true",
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
}
"""The settings of the session from scale 10 on."""
FROM_SCALE = 10
COMPARE_WITHIN = "8GiB"
"""The memory in which DuckDB compares tables; what does not fit goes to disk."""


def run(folder: Path, scale: int, own: Path) -> dict[str, float]:
    """Run the models and compare every table. Ends the process with what differs."""
    manifest = json.loads((PROJECT / "target" / "manifest.json").read_text(encoding="utf-8"))
    models, exemptions = read_models(manifest), read_exemptions()
    settings = {**(LARGE if scale >= FROM_SCALE else SETTINGS), "spark.local.dir": str(own / "spill")}
    with open_refresh(folder, own) as connection, tempfile.TemporaryDirectory() as elsewhere:
        connection.execute(f"set memory_limit = '{COMPARE_WITHIN}'; set temp_directory = '{elsewhere}'")
        relations = name_relations(connection)
        files = export_tables(connection, read_inputs(manifest), relations, own / "inputs")
        session = start_session(own, settings)
        register_tables(session, files, {table.schema for table in models.values()})
        started, processor_started = time.perf_counter(), _processor_seconds(session)
        outcome = run_models(PROJECT, own / "target")
        measured = {
            "seconds": time.perf_counter() - started,
            "processor_seconds": _processor_seconds(session) - processor_started,
            "peak_mib": _peak_mib("self") + _peak_mib(_java(session)),
            "tables": len(models),
        }
        problems = list(find_unrun(models, exemptions, outcome))
        made = {name: table for name, table in models.items() if outcome.get(name) == ""}
        places = place_tables(session, made.values(), own)
        session.stop()
        problems += compare_models(connection, made, exemptions, relations, places)
    if problems:
        raise SystemExit("\n".join(problems))
    return measured


def _java(session: Any) -> str:
    """The number of the session's Java process."""
    return str(session.sparkContext._gateway.proc.pid)  # noqa: SLF001


def _processor_seconds(session: Any) -> float:
    """Seconds of processor time so far of this process and Java's; Linux only."""
    fields = Path("/proc", _java(session), "stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mib(process: str) -> float:
    """The most memory that a process has taken so far; Linux only."""
    lines = Path("/proc", process, "status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def main() -> None:
    """Run the models and say how long it took."""
    with tempfile.TemporaryDirectory(prefix="ipp-spark-", dir=sys.argv[1]) as own:
        measured = run(Path(sys.argv[1]).resolve(), int(sys.argv[2]), Path(own))
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
