"""A code location for a real Dagster daemon: one job that writes the number of its process and takes its time."""

import os
import time
from pathlib import Path

import dagster as dg

FOLDER = Path(os.environ.get("LONG_RUN_FOLDER", "."))


@dg.op
def wait(context: dg.OpExecutionContext) -> None:
    """Write the number of the process; go on until a file says that it may end."""
    (FOLDER / f"{context.run.tags['name']}.pid").write_text(str(os.getpid()), encoding="utf-8")
    while not (FOLDER / "end").exists():
        time.sleep(0.2)


@dg.job
def long_run() -> None:
    """One op that waits."""
    wait()


defs = dg.Definitions(jobs=[long_run], executor=dg.in_process_executor)
