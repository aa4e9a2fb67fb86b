"""Every model that reads records, from the claims of each record to the dashboard: what dbt takes to run them on
DuckDB, as a refresh does.
"""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks import measuring
from benchmarks.measuring import PYTHON, Row, Run
from orchestration.settings import ROOT

READ_RECORDS = "source:records+"
"""The models that read records, straight or through other models; in the words of dbt."""
BESIDE_RECORDS = "path:models/intermediate/internal"
"""The models in the file of the records: one of them, the rules of the law, reads no records."""
MOST_MIB = 4096.0
"""Target: what the process may take."""
SPARK_PYTHON = str(ROOT / ".venv-spark" / "bin" / "python")
"""The environment of `make test-spark`."""
LOOK_EVERY_SECONDS = 0.5


def run_dbt(folder: Path, *command: str) -> Run:
    """Run a command of dbt on the two files in a folder."""
    project = str(ROOT / "dbt_project")
    places = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(folder / "dbt")]
    environment = {
        "IPP_CANDIDATE": str(folder / "candidate.duckdb"),
        "IPP_INTERNAL": str(folder / "internal.duckdb"),
        "IPP_SPILL_FOLDER": str(folder / "spill"),
        "DO_NOT_TRACK": "1",
    }
    dbt = str(Path(PYTHON).with_name("dbt"))
    return measuring.run([dbt, "--quiet", *command, *places, "--log-path", str(folder / "logs")], environment)


def make_published(folder: Path) -> None:
    """Land the releases of raw/, and make the seeds and the models that read no records, in `published.duckdb`."""
    measuring.run([PYTHON, "-m", "benchmarks.records_prepare", "land", str(folder), "1"])
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    run_dbt(folder, "build", *kinds, "--exclude", READ_RECORDS)
    (folder / "candidate.duckdb").rename(folder / "published.duckdb")


def run_models(folder: Path, loaded: Path, scale: int) -> Row:
    """Run every model that reads records once, on the file with the loaded extracts of a scale."""
    shutil.copyfile(folder / "published.duckdb", folder / "candidate.duckdb")
    shutil.copyfile(loaded, folder / "internal.duckdb")
    with DiskWatch(folder) as disk:
        run = run_dbt(folder, "run", "--select", READ_RECORDS, BESIDE_RECORDS)
    title = f"scale {scale}: every model that reads records, {disk.most_mib:,.0f} MiB more on disk"
    return measuring.alone(title, [run], most_mib=MOST_MIB)


def run_on_spark(folder: Path, scale: int) -> Row:
    """Run every model outside the feed on Spark once, on the records with which they last ran on DuckDB.

    Raises BenchmarkFailed when a row differs.
    """
    with DiskWatch(folder) as disk:
        run = measuring.run([SPARK_PYTHON, "-m", "benchmarks.records_spark", str(folder), str(scale)])
    measured = json.loads(run.output.splitlines()[-1])
    tables = measured.pop("tables")
    title = f"scale {scale}: {tables} models on Spark, rows equal, {disk.most_mib:,.0f} MiB more on disk"
    return measuring.alone(title, [replace(run, **measured)])


class DiskWatch:
    """Watches how much the files of a folder grow together: `most_mib` is the most they did, as seen twice a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.most_mib = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(self._mib(),))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self, before: float) -> None:
        """Look until it ended, and once after."""
        is_over = False
        while not is_over:
            is_over = self._ended.wait(LOOK_EVERY_SECONDS)
            self.most_mib = max(self.most_mib, self._mib() - before)

    def _mib(self) -> float:
        """MiB of all files that are there; DuckDB takes its own away at any time."""
        total = 0
        for path in self.folder.rglob("*"):
            try:
                total += path.stat().st_blocks * 512
            except FileNotFoundError:
                continue
        return total / (1 << 20)
