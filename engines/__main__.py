"""Run the models of the last refresh on Spark and compare every table with DuckDB's: `make test-spark`.

Usage: python -m engines [WORK]

WORK is the work folder of a finished refresh (default: work). With IPP_SPARK_METHOD=thrift, dbt reaches Spark through
its Thrift server, as it reaches a cluster. Ends with 1 and one line for each problem.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engines.compare import compare_tables
from engines.export import export_tables, name_relations, open_refresh
from engines.planted import find_missed, plant_differences
from engines.project import (
    LEFT_OUT,
    PROJECT,
    WHY_LEFT_OUT,
    Exemptions,
    Table,
    read_exemptions,
    read_inputs,
    read_left_out,
    read_models,
)
from engines.session import METHODS, place_tables, register_tables, run_models, serve_thrift, start_session

if TYPE_CHECKING:
    import duckdb

PLANTED_IN = Table("marts", "recalls")
"""The table in whose copy differences are planted."""


def main() -> None:
    """Run, compare, and plant differences; end with 1 when anything is wrong."""
    work = Path(sys.argv[1] if len(sys.argv) > 1 else "work")
    with tempfile.TemporaryDirectory(prefix="ipp-spark-") as folder:
        try:
            with open_refresh(work.resolve(), Path(folder)) as connection:
                problems = list(test_spark(connection, Path(folder)))
        except (FileNotFoundError, LookupError, RuntimeError) as error:
            problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"test-spark: {len(problems)} problems")
    sys.exit(bool(problems))


def test_spark(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[str]:
    """Each problem of the models on Spark, against the refresh that a connection reads."""
    began = time.monotonic()
    method = os.environ.get("IPP_SPARK_METHOD", METHODS[0])
    if method not in METHODS:
        raise LookupError(f"IPP_SPARK_METHOD is {method}; expected {' or '.join(METHODS)}")
    manifest = json.loads((PROJECT / "target" / "manifest.json").read_text(encoding="utf-8"))
    models, exemptions, relations = read_models(manifest), read_exemptions(), name_relations(connection)
    files = export_tables(connection, read_inputs(manifest), relations, folder / "inputs")
    session = start_session(folder)
    register_tables(session, files, {table.schema for table in models.values()})
    if method == "thrift":
        serve_thrift(session, folder)
    _say(began, f"{len(files)} tables handed to Spark {session.version}, which dbt reaches by {method}")
    outcome = run_models(PROJECT, folder / "target")
    _say(began, f"dbt ran {len(models.keys() & outcome.keys())} models")
    print(f"left out of {LEFT_OUT}, as {WHY_LEFT_OUT}: {', '.join(read_left_out(manifest))}")
    yield from find_unrun(models, exemptions, outcome)
    made = {name: table for name, table in models.items() if outcome.get(name) == ""}
    places = place_tables(session, made.values(), folder)
    yield from compare_models(connection, made, exemptions, relations, places)
    _say(began, f"{len(places)} tables compared")
    yield from plant(connection, relations, places)
    _say(began, f"4 differences planted in {PLANTED_IN}")


def find_unrun(models: Mapping[str, Table], exemptions: Exemptions, outcome: Mapping[str, str]) -> Iterator[str]:
    """The models that dbt did not run to the end, and exemptions of models that there are not."""
    for kind, reasons in (("not compared", exemptions.not_compared), ("may be empty", exemptions.empty)):
        for name, reason in reasons.items():
            print(f"{kind}: {name}, {reason}")
            if name not in models:
                yield f"{name}: engines/exemptions.yml names it, and there is no such model. Take it out"
    for name in models:
        if message := outcome.get(name, "dbt did not run it"):
            yield f"{name}: {message}"


def compare_models(
    connection: duckdb.DuckDBPyConnection,
    models: Mapping[str, Table],
    exemptions: Exemptions,
    relations: Mapping[Table, str],
    places: Mapping[Table, str],
) -> Iterator[str]:
    """What differs between each model's table on Spark and DuckDB's."""
    for name, table in models.items():
        if table not in relations:
            yield f"{name}: the refresh has no {table}: it was made by other code. Run `ipp refresh`"
            continue
        may_be_empty = name in exemptions.empty
        problems = compare_tables(connection, relations[table], places[table], may_be_empty=may_be_empty)
        if name in exemptions.not_compared:
            if not problems:
                yield f"{name}: engines/exemptions.yml exempts it, and its rows are equal. Take it out"
            continue
        yield from (f"{name}: {problem}" for problem in problems)
        if may_be_empty and connection.execute(f"select exists (from {relations[table]})").fetchall()[0][0]:
            yield f"{name}: engines/exemptions.yml says that it is empty, and it has rows. Take it out"


def plant(
    connection: duckdb.DuckDBPyConnection, relations: Mapping[Table, str], places: Mapping[Table, str]
) -> Iterator[str]:
    """Planted differences that the comparison did not find."""
    if PLANTED_IN not in places:
        return
    planted = plant_differences(connection, places[PLANTED_IN])
    for name in find_missed(connection, relations[PLANTED_IN], planted):
        yield f"{PLANTED_IN}: a planted difference was not found: {name}"


def _say(began: float, text: str) -> None:
    print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)


if __name__ == "__main__":
    main()
