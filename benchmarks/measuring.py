"""Run commands in turn and compare them: seconds, seconds of processor time, and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.settings import ROOT

PYTHON = sys.executable
IPP = str(Path(sys.executable).with_name("ipp"))


class BenchmarkFailed(Exception):
    """A command failed, or two ways that should give equal results did not: there is nothing to time."""


@dataclass(frozen=True)
class Run:
    """One run of one command: seconds by the clock, seconds of processor time, peak memory in MiB, what it wrote."""

    seconds: float
    processor_seconds: float
    peak_mib: float
    output: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the results: a thing against what it is compared with, and the target for the one or the other.

    `ratio` is the median of the ratios within each turn; `limit` is the most that `ratio` (or, without a comparison,
    `seconds`) may be, and `at_least` turns it into the least. `most_mib` is the most that peak memory may be.
    """

    name: str
    runs: int
    seconds: float
    processor_seconds: float
    peak_mib: float
    compared_with: str = ""
    other_seconds: float | None = None
    other_peak_mib: float | None = None
    ratio: float | None = None
    ratio_from: float | None = None
    ratio_to: float | None = None
    processor_ratio: float | None = None
    limit: float | None = None
    at_least: bool = False
    most_mib: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the targets are met, that for time and that for memory; None when there is none."""
        if self.limit is None and self.most_mib is None:
            return None
        measured = self.seconds if self.ratio is None else self.ratio
        in_time = self.limit is None or (measured >= self.limit if self.at_least else measured <= self.limit)
        return in_time and (self.most_mib is None or self.peak_mib <= self.most_mib)

    def as_json(self) -> dict[str, Any]:
        """The row for a JSON file."""
        return asdict(self) | {"met": self.met}


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command from the root of the project and measure it. Raises BenchmarkFailed when it ends otherwise than 0.

    Its error output goes to a file, as a full pipe would stop it.
    """
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | (environment or {}), stdout=said, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        errors.seek(0)
        output = said.read()
        if process.returncode:
            # dbt says what is wrong in its output.
            reason = (output + errors.read())[-4000:]
            raise BenchmarkFailed(f"{' '.join(command)} ended with {process.returncode}:\n{reason}")
        return Run(seconds, usage.ru_utime + usage.ru_stime, _mib(usage.ru_maxrss), output)


def _mib(ru_maxrss: int) -> float:
    """Peak memory in MiB: Linux counts in KiB, macOS in bytes."""
    return ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def in_turn(ways: Mapping[str, Callable[[], Run]], turns: int) -> dict[str, list[Run]]:
    """Run each way once in every turn: A B A B."""
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for _ in range(turns):
        for name, way in ways.items():
            runs[name].append(way())
    return runs


def compare(
    name: str,
    runs: Sequence[Run],
    compared_with: str,
    others: Sequence[Run],
    limit: float | None = None,
    at_least: bool = False,
) -> Row:
    """A row from runs that were made in turn. The ratio is what one took of what the other took in the same turn.

    With `at_least` the ratio is turned over: how many times as long the other took.
    """
    pairs = [(other, one) if at_least else (one, other) for one, other in zip(runs, others, strict=True)]
    ratios = [above.seconds / below.seconds for above, below in pairs]
    return Row(
        name=name,
        runs=len(runs),
        seconds=median(run.seconds for run in runs),
        processor_seconds=median(run.processor_seconds for run in runs),
        peak_mib=median(run.peak_mib for run in runs),
        compared_with=compared_with,
        other_seconds=median(run.seconds for run in others),
        other_peak_mib=median(run.peak_mib for run in others),
        ratio=median(ratios),
        ratio_from=min(ratios),
        ratio_to=max(ratios),
        processor_ratio=median(above.processor_seconds / below.processor_seconds for above, below in pairs),
        limit=limit,
        at_least=at_least,
    )


def alone(name: str, runs: Sequence[Run], limit: float | None = None, most_mib: float | None = None) -> Row:
    """A row of something that is compared with nothing; `limit` is the time it has to keep, in seconds."""
    return Row(
        name=name,
        runs=len(runs),
        seconds=median(run.seconds for run in runs),
        processor_seconds=median(run.processor_seconds for run in runs),
        peak_mib=median(run.peak_mib for run in runs),
        limit=limit,
        most_mib=most_mib,
    )


def median(numbers: Any) -> float:
    """The median of some numbers."""
    return float(statistics.median(list(numbers)))
