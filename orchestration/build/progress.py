"""How far a refresh is, and how long each of its steps took the last time."""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from typing import Any

from orchestration.settings import Settings

FILE = "step_seconds.json"
WORTH_SAYING = 5
"""Seconds from which on it helps to know how long a step takes."""
log = logging.getLogger("ipp")


def start(settings: Settings) -> None:
    """Forget the step that an earlier refresh was in when it was cut off."""
    _write(settings, _read(settings).get("seconds", {}), "")


def begin(settings: Settings, step: str) -> None:
    """Log the name of a step and how long it took the last time. Keeps how long the step before it took."""
    seconds = _finished(settings)
    last = seconds.get(step, 0)
    log.info("%s%s", step, f" (took {last:.0f} s last time)" if last >= WORTH_SAYING else "")
    _write(settings, seconds, step)


def end(settings: Settings) -> None:
    """Keep how long the last step took."""
    _write(settings, _finished(settings), "")


def _finished(settings: Settings) -> dict[str, float]:
    """Seconds by step, with those of the step that ends now."""
    kept = _read(settings)
    seconds = dict(kept.get("seconds", {}))
    if kept.get("step"):
        seconds[kept["step"]] = round(time.time() - kept["began"], 1)
    return seconds


def _read(settings: Settings) -> dict[str, Any]:
    """What is kept; nothing where it cannot be read, as only a hint is lost."""
    try:
        kept = json.loads((settings.work / FILE).read_text(encoding="utf-8"))
        return {
            "seconds": {str(step): float(spent) for step, spent in kept["seconds"].items()},
            "step": str(kept["step"]),
            "began": float(kept["began"]),
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _write(settings: Settings, seconds: dict[str, float], step: str) -> None:
    """Keep the seconds and the step that begins."""
    kept = {"seconds": seconds, "step": step, "began": time.time()}
    with suppress(OSError):  # a disk that takes nothing ends the step itself, with a message that says so
        settings.work.mkdir(parents=True, exist_ok=True)
        (settings.work / FILE).write_text(json.dumps(kept), encoding="utf-8")
