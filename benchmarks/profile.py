"""Where the time of a full refresh goes: by stage, and what is imported."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks import measuring
from benchmarks.measuring import PYTHON
from orchestration.settings import ROOT

IMPORTED = ("duckdb", "pyarrow", "pandas", "dagster", "dagster_dbt", "dbt.cli.main", "great_expectations")
OWN = "orchestration.cli, orchestration.cli.inputs, orchestration.build.refresh"
PROCESS = "starting and ending the process"


def stages(turns: int) -> dict[str, float]:
    """Seconds of each stage of a full refresh in new folders, and of the whole: of the turn least disturbed."""
    return min((_staged() for _ in range(turns)), key=lambda run: run["all"])


def _staged() -> dict[str, float]:
    """Seconds by stage of one refresh."""
    with tempfile.TemporaryDirectory() as folder:
        places = [str(Path(folder) / name) for name in ("work", "published")]
        run = measuring.run([PYTHON, "-m", "benchmarks.staged_refresh", *places])
    seconds: dict[str, float] = json.loads(run.output)
    return seconds | {PROCESS: run.seconds - sum(seconds.values()), "all": run.seconds}


def imports() -> dict[str, tuple[float, int, str]]:
    """What importing each package costs in a new process: seconds, modules, and the packages that take most of it."""
    return {name: _imported(name) for name in (OWN, *IMPORTED)}


def _imported(names: str) -> tuple[float, int, str]:
    """Python's own account of an import: seconds, modules, the four dearest packages with theirs."""
    command = [PYTHON, "-X", "importtime", "-c", f"import {names}"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    lines = [line.removeprefix("import time:").split("|") for line in said.splitlines() if line.startswith("import t")]
    return _summed([(int(own), name.strip()) for own, _, name in lines[1:]])


def _summed(modules: Sequence[tuple[int, str]]) -> tuple[float, int, str]:
    """Microseconds by module, summed by package."""
    by_package: Counter[str] = Counter()
    for microseconds, name in modules:
        by_package[name.partition(".")[0]] += microseconds
    dearest = ", ".join(f"{name} {spent / 1e6:.2f}" for name, spent in by_package.most_common(4))
    return by_package.total() / 1e6, len(modules), dearest
