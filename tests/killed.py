"""Publish, roll back or take the lock in a process that is killed at a step or moment, or on a disk that is full."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.editions.lock import exclusive
from orchestration.editions.publish import publish
from orchestration.editions.rollback import rollback
from orchestration.problems import CheckFailed
from orchestration.settings import Settings

KILLED = 9
WRITES = (
    *((os, name) for name in ("replace", "fsync", "symlink")),
    (shutil, "copyfile"),
    *((Path, name) for name in ("mkdir", "write_text", "write_bytes", "touch")),
)
"""The functions that need space on the disk."""
STEPS = (
    *((os, name) for name in ("replace", "fsync", "unlink", "symlink", "rmdir")),
    *((shutil, name) for name in ("copyfile", "rmtree")),
    *((Path, name) for name in ("mkdir", "unlink", "write_text", "write_bytes", "touch", "chmod", "rmdir")),
)
# Each process is a copy of one that has imported all this, which takes longer than the work itself.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


def killed_at(settings: Settings, action: str, step: int) -> bool:
    """Whether a publish, a rollback or a `take lock` reached its `step` and was killed there."""
    process = PROCESSES.Process(target=_act, args=(settings, action, step))
    process.start()
    process.join()
    assert process.exitcode in (0, KILLED), process.exitcode
    return process.exitcode == KILLED


def _act(settings: Settings, action: str, last: int) -> None:
    """The other process."""
    steps = iter(range(1, last))

    def dying(effect: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if next(steps, None) is None:
                os._exit(KILLED)
            return effect(*arguments, **options)

        return step

    for place, name in STEPS:
        setattr(place, name, dying(getattr(place, name)))
    if action == "publish":
        publish(settings, "run-new")
    elif action == "rollback":
        rollback(settings)
    else:
        with exclusive(settings):
            pass


def fill_disk(patch: pytest.MonkeyPatch, first: int) -> Callable[[], bool]:
    """Let every write from the `first` on fail, as on a full disk. Returns whether there was such a write."""
    done = 0

    def filling(effect: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **options: Any) -> Any:
            nonlocal done
            done += 1
            if done >= first:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return effect(*arguments, **options)

        return write

    for place, name in WRITES:
        patch.setattr(place, name, filling(getattr(place, name)))
    return lambda: done >= first


def killed_after(settings: Settings, action: str, seconds: float) -> bool:
    """Whether a publish or a rollback was killed by `kill -9` so many seconds after its start, before its end."""
    ready = PROCESSES.Event()
    process = PROCESSES.Process(target=_start, args=(settings, action, ready))
    process.start()
    ready.wait()
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def _start(settings: Settings, action: str, ready: Any) -> None:
    """The other process: say that it begins, and begin."""
    ready.set()
    (publish if action == "publish" else rollback)(settings, *(("run-new",) if action == "publish" else ()))


def publish_and_answer(settings: Settings, gate: Any, answers: Any) -> None:
    """The process of one of two that publish at once: wait for the other, publish, and answer why not, or ''."""
    gate.wait(timeout=60)
    try:
        publish(settings, "run-new")
        answers.put("")
    except CheckFailed as failed:
        answers.put(str(failed))
