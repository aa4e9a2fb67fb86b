"""One refresh or rollback at a time: a lock on the published folder, given up by the kernel when its holder dies.

Readers take no lock: they read the file in place.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from orchestration.editions import switch
from orchestration.editions.files import PASSAGE, PRIVATE_FILE, keep_from_others, make_folder, private_by_default
from orchestration.editions.settle import settle
from orchestration.problems import CheckFailed
from orchestration.settings import Settings

# The locks this process holds. A refresh holds the lock from its start and publishes inside it, so a process may enter
# twice.
_held: set[Path] = set()


@contextmanager
def exclusive(settings: Settings) -> Iterator[None]:
    """Keep every other process from refreshing, publishing or rolling back into the same published folder.

    What is made meanwhile is for owner and group only. Removes first what a publish or rollback that was killed left
    behind. Raises CheckFailed at once, naming the process that holds the lock, rather than waiting for it.
    """
    path = settings.published.resolve() / ".lock"
    if path in _held:
        yield
        return
    with private_by_default(), _opened(settings, path) as file:
        with switch.write_errors(settings):
            _take(file, path)
        _held.add(path)
        try:
            with switch.write_errors(settings):
                keep_from_others(settings.work)
                settle(settings)
            yield
        finally:
            _held.discard(path)


def is_held(published: Path) -> bool:
    """Whether a refresh or rollback is at work on a published folder."""
    try:
        with (published / ".lock").open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _opened(settings: Settings, path: Path) -> TextIO:
    """The lock file, made if need be. Raises CheckFailed where this user may not write."""
    with switch.write_errors(settings):
        make_folder(path.parent, PASSAGE)
        file = path.open("a+", encoding="utf-8")
        if os.fstat(file.fileno()).st_uid == os.geteuid():
            os.fchmod(file.fileno(), PRIVATE_FILE)
        return file


def _take(file: TextIO, path: Path) -> None:
    """Lock an open lock file and write into it who holds it; closing the file gives the lock up."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise CheckFailed([_refusal(path, file.read().strip())]) from error
    file.truncate(0)
    file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
    file.flush()


def _refusal(path: Path, holder: str) -> str:
    return (
        f"another refresh or rollback is running ({holder or 'holder unknown'}; lock {path}): "
        "wait until it has ended, then try again"
    )
