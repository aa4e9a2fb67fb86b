"""Read files in a separate process, within limits, so that no file can hang a refresh or take all memory.

One process reads one file after another. It starts with the first file, and a new one takes its place when a file broke
a limit: a run that reads ninety files starts Python once. It is started as a command, because a fork is unsafe in a
program with threads and multiprocessing's other ways import the whole calling program again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import IO, Any, Self

from orchestration.problems import InputRejected, Problem, counted
from orchestration.settings import ReadingLimits
from orchestration.sources.spec import Source
from orchestration.workbooks.package import MEGABYTE
from orchestration.workbooks.release import ReleaseReading, read_file

Request = tuple[Path, Source, str, str, dt.date | None]
"""What `release.read_file` takes."""
SECONDS_TO_START = 60
"""How long the process may take until it is ready; a second is usual."""


@dataclass(frozen=True)
class _Running:
    """The process that reads: its connection, and the file its standard error goes to."""

    process: subprocess.Popen[bytes]
    connection: Connection[Any, Any]
    complaints: IO[bytes]

    def why_ended(self) -> str:
        """Why the process ended: what it wrote to standard error of memory, else its last line there."""
        self.process.wait()
        self.complaints.seek(0)
        lines = [line.strip() for line in self.complaints.read().decode(errors="replace").split("\n") if line.strip()]
        of_memory = [line for line in lines if "memory" in line.lower()]
        return [f"exit code {self.process.returncode}", *lines[-1:], *of_memory[-1:]][-1]

    def stop(self) -> None:
        """End the process and close what it holds."""
        self.process.kill()
        self.process.wait()
        self.connection.close()
        self.complaints.close()


class IsolatedReader:
    """Reads files in another process. Use it in a `with` statement: leaving that ends the process."""

    def __init__(self, limits: ReadingLimits) -> None:
        self.limits = limits
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def read_file(
        self, path: Path, source: Source, release_id: str, title: str, covers_last: dt.date | None = None
    ) -> ReleaseReading:
        """What is read of one file, as `release.read_file` gives it, but without the cells of its sheets.

        Raises InputRejected when the file cannot be opened or breaks a limit.
        """
        if self._running is None:
            self._running = _start(self.limits)
        release = f"{source.publication} {release_id}"
        try:
            answer = self._answer((path, source, release_id, title, covers_last), release)
        except BaseException:
            self._stop()  # an answer that comes later must not be read as that to the next file
            raise
        if isinstance(answer, ReleaseReading):
            return answer
        raise answer

    def _answer(self, request: Request, release: str) -> Any:
        """What the process makes of a file. Raises InputRejected when the file breaks a limit."""
        running, limits, file = self._running, self.limits, request[0].name
        assert running is not None  # noqa: S101 - read_file has started it
        try:
            running.connection.send(request)
            if running.connection.poll(limits.seconds):
                return running.connection.recv()
        except (EOFError, ConnectionError) as error:
            expected = f"a file that can be read with {limits.memory_megabytes} MB of memory"
            found = f"the process that read it ended ({running.why_ended()})"
            raise _broken_limit(release, file, expected, found, "IPP_READ_MEMORY_MB") from error
        expected = f"a file that can be read within {counted(limits.seconds, 'second')}"
        raise _broken_limit(release, file, expected, "reading was stopped after that time", "IPP_READ_SECONDS")

    def _stop(self) -> None:
        """End the process, if one runs."""
        if self._running is not None:
            self._running.stop()
            self._running = None


def _broken_limit(release: str, file: str, expected: str, found: str, setting: str) -> InputRejected:
    """The rejection of a file that broke a limit."""
    remedy = f"check that it is the publisher's file; if it is, raise {setting}"
    return InputRejected([Problem(release, file, expected=expected, found=found, remedy=remedy)])


def _start(limits: ReadingLimits) -> _Running:
    """Start the process and wait until it is ready. Raises RuntimeError when it does not get there."""
    ours, theirs = Pipe()
    complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process is stopped
    command = [sys.executable, "-P", "-m", "orchestration.workbooks.isolated", str(theirs.fileno())]
    running = _Running(
        subprocess.Popen(
            command,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.DEVNULL,
            stderr=complaints,
            pass_fds=[theirs.fileno()],
        ),
        ours,
        complaints,
    )
    theirs.close()
    try:
        ours.send(limits)
        if ours.poll(SECONDS_TO_START):
            ours.recv()
            return running
        why = f"not ready after {SECONDS_TO_START} seconds"
    except (EOFError, ConnectionError):
        why = running.why_ended()
    running.stop()
    raise RuntimeError(f"the process that reads files could not start: {why}")


def main() -> None:
    """Read one file after another as asked over the connection whose number is the one argument, until it closes."""
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]))
    with contextlib.suppress(EOFError, ConnectionError):
        limits: ReadingLimits = connection.recv()
        _limit_memory(limits)
        connection.send("ready")
        while True:
            connection.send(_read(connection.recv(), limits))


def _limit_memory(limits: ReadingLimits) -> None:
    """Let this process have no more memory than the limit. Some systems (macOS) refuse; the other limits hold there."""
    most = limits.memory_megabytes * MEGABYTE
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _read(request: Request, limits: ReadingLimits) -> ReleaseReading | Exception:
    """What is read of a file, or the exception that reading it raised. Without memory the process ends."""
    try:
        reading = read_file(*request, limits=limits)
    except MemoryError:
        raise
    except InputRejected as rejected:
        return rejected
    except Exception as error:  # noqa: BLE001 - a mistake of ours is raised again in the process that asked
        error.add_note(traceback.format_exc())
        return error
    for table in reading.tables:
        table.region = replace(table.region, sheet=replace(table.region.sheet, rows=()))
    return reading


if __name__ == "__main__":
    main()
