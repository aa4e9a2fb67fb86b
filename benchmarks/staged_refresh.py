"""A full refresh that says how long each of its stages took: a separate command, for `profile`.

Usage: python -m benchmarks.staged_refresh WORK PUBLISHED

It is the refresh itself, with a clock around the functions named below; a stage's time is without that of the stages
inside it. Heavy packages are imported just before they would be, each in a separate stage. Writes JSON: seconds by
stage, in the order in which the stages began.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from orchestration.build.transform import RUN_RESULTS
from orchestration.settings import Settings

RULES = "rules and rows to check, in SQL"
STAGES = {
    "fingerprint of the inputs": ("orchestration.build.refresh.checksums",),
    "reading the releases": ("orchestration.build.refresh.gather",),
    "landing": (
        "orchestration.build.candidate.create",
        "orchestration.build.candidate.begin",
        "orchestration.build.candidate.land",
    ),
    "loading internal extracts": ("orchestration.build.refresh.load",),
    "dbt: taking up its project": ("orchestration.build.transform.read_project",),
    "dbt: build": ("orchestration.build.refresh.build_models",),
    RULES: ("orchestration.quality.judge.judge_landing", "orchestration.quality.judge.judge_marts"),
    "Great Expectations: starting": (
        "orchestration.quality.runner.dataframe_batch",
        "orchestration.quality.suites.dataframe_batch",
    ),
    "Great Expectations: suites": ("orchestration.quality.judge.run_suite",),
    "sealing, and the verdict": (
        "orchestration.build.refresh.write_checks",
        "orchestration.build.refresh.seal",
        "orchestration.quality.ledger.append",
    ),
    "publishing": ("orchestration.defs.edition.publish",),
}
IMPORTED_BEFORE = {
    "landing": ("pyarrow", "duckdb", "pandas"),
    "dbt: build": ("dbt.cli.main",),
    RULES: ("great_expectations",),
}
DEFINITIONS = ("dagster", "dagster_dbt", "orchestration.defs.run", "orchestration.definitions")


class Clock:
    """Seconds by stage; only the innermost open stage runs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.open: list[str] = []
        self.since = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what is run inside for a stage."""
        self._lap()
        self.open.append(name)
        self.seconds.setdefault(name, 0.0)
        try:
            yield
        finally:
            self._lap()
            self.open.pop()

    def _lap(self) -> None:
        """Give the time since the last change of stage to the stage that was open."""
        now = time.perf_counter()
        if self.open:
            self.seconds[self.open[-1]] += now - self.since
        self.since = now


def main() -> None:
    """Run a full refresh and show the stages."""
    clock, work = Clock(), Path(sys.argv[1])
    logging.getLogger("ipp").setLevel(logging.CRITICAL)
    settings = Settings.from_environment(work=work, published=sys.argv[2])
    import_in_stages(clock, DEFINITIONS)
    for name, functions in STAGES.items():
        for function in functions:
            put_clock_around(clock, name, function)
    from orchestration.defs.run import run_refresh

    with clock.stage("Dagster, and all else"):
        run_refresh(settings)
    print(json.dumps(parted(clock.seconds, work / RUN_RESULTS)))


def import_in_stages(clock: Clock, modules: tuple[str, ...]) -> None:
    """Import modules, each in a separate stage."""
    for module in modules:
        with clock.stage(f"import {module}"):
            importlib.import_module(module)


def put_clock_around(clock: Clock, name: str, function: str) -> None:
    """Put a function of a module in a stage."""
    module, attribute = importlib.import_module(function.rpartition(".")[0]), function.rpartition(".")[2]
    plain: Callable[..., Any] = getattr(module, attribute)

    @wraps(plain)
    def clocked(*arguments: Any, **named: Any) -> Any:
        import_in_stages(clock, IMPORTED_BEFORE.get(name, ()) if name not in clock.seconds else ())
        with clock.stage(name):
            return plain(*arguments, **named)

    setattr(module, attribute, clocked)


def parted(seconds: dict[str, float], run_results: Path) -> dict[str, float]:
    """The stages with dbt's build parted by what it built, from dbt's own record."""
    spent: dict[str, float] = {}
    for result in json.loads(run_results.read_text(encoding="utf-8"))["results"]:
        stage = f"dbt: {result['unique_id'].partition('.')[0]}s"
        spent[stage] = spent.get(stage, 0.0) + result["execution_time"]
    return seconds | {"dbt: build": seconds["dbt: build"] - sum(spent.values())} | spent


if __name__ == "__main__":
    main()
