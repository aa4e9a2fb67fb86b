"""The figures from records by the SQL of the models, exactly as dbt compiled it: a separate command.

Usage: python -m benchmarks.records_sql STATEMENTS INTERNAL_FILE FIGURES_FILE

STATEMENTS is a JSON list of SQL: the seeds and models that the figures need, in an order in which they can be made, and
a query for the figures last. INTERNAL_FILE is a file with the loaded extracts, to which the models are added;
FIGURES_FILE is the Parquet file to write. Writes one JSON object: seconds and seconds of processor time from opening
the file to the figures written, without the imports.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

from orchestration.settings import DatabaseLimits


def make_figures(statements: list[str], internal: Path, figures: Path) -> None:
    """Make every seed and model, and write the figures."""
    with duckdb.connect(config=DatabaseLimits().config(internal.parent)) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach ':memory:' as candidate; attach '{internal}' as internal")
        for statement in statements[:-1]:
            connection.execute(statement)
        connection.execute(f"copy ({statements[-1]}) to '{figures}' (format parquet)")


def main() -> None:
    """Make the figures and say how long it took."""
    statements = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    started, processor_started = time.perf_counter(), time.process_time()
    make_figures(statements, Path(sys.argv[2]), Path(sys.argv[3]))
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor_started
    print(json.dumps({"seconds": seconds, "processor_seconds": processor_seconds}))


if __name__ == "__main__":
    main()
