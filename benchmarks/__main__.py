"""Run the benchmarks and show the results: `make bench`.

`python -m benchmarks --only reading` runs one of them, `--turns 9` gives steadier figures, `--profile` adds where the
time of a full refresh goes, `--scale 1 --scale 100` says how large the cohorts of `records` are, `--json FILE` keeps
the results.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks import answers, profile, reading, records, refreshing, report
from benchmarks.measuring import BenchmarkFailed, Row

BENCHMARKS: dict[str, tuple[Callable[[int], list[Row]], int]] = {
    "reading": (reading.measure, 5),
    "refresh": (refreshing.measure, 3),
    "answers": (answers.measure, 7),
    "records": (records.measure, 3),
}
"""What each benchmark is called, what runs it, and how many turns it takes by default."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", type=click.Choice(list(BENCHMARKS)), multiple=True, help="Run only this; may be repeated.")
@click.option("--turns", type=click.IntRange(min=1), help="Turns of every benchmark, instead of the default number.")
@click.option("--profile", "profiled", is_flag=True, help="Also say where the time of a full refresh goes.")
@click.option(
    "--scale",
    "scales",
    type=click.IntRange(min=1),
    multiple=True,
    default=records.SCALES,
    show_default=True,
    help="Scale of a cohort for `records`; may be repeated.",
)
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to a file."
)
def main(
    only: tuple[str, ...], turns: int | None, profiled: bool, scales: tuple[int, ...], json_file: Path | None
) -> None:
    """Time the pipeline against the plainer ways of doing the same. Ratios travel; seconds are this machine's."""
    machine = {"python": platform.python_version(), "processors": os.cpu_count(), "system": platform.system()}
    results: dict[str, Any] = {"machine": machine}
    try:
        for name in only or BENCHMARKS:
            measure, its_turns = BENCHMARKS[name]
            if name == "records":
                measure = partial(records.measure, scales=scales)
            rows = measure(turns or its_turns)
            click.echo(f"\n{name}\n{report.rows_table(rows)}")
            results[name] = [row.as_json() for row in rows]
        if profiled:
            results["profile"] = _profile(turns or 3)
    except BenchmarkFailed as failed:
        raise click.ClickException(str(failed)) from failed
    if json_file:
        json_file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def _profile(turns: int) -> dict[str, Any]:
    """Show where the time of a full refresh goes, and give it for the file."""
    stages, imports = profile.stages(turns), profile.imports()
    click.echo(f"\nstages of a full refresh\n{report.stages_table(stages)}")
    click.echo(f"\nimports, each in a new process\n{report.imports_table(imports)}")
    return {"stages": stages, "imports": imports}


if __name__ == "__main__":
    main()
