"""How the last refresh ended, in `published/last_run.json`. `ipp status` shows from it why nothing newer is published.

The verdict ledger holds what was decided about finished editions. This record also covers a refresh that stopped before
there was one: an input was rejected, a model failed, or the process was killed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from orchestration.editions.decisions import now
from orchestration.editions.files import PRIVATE_FILE, write_durably
from orchestration.problems import CheckFailed, InputRejected, shown

if TYPE_CHECKING:
    from orchestration.settings import Settings

UNFINISHED, PUBLISHED, REJECTED, FAILED, BROKE = "unfinished", "published", "rejected", "failed", "broke"
OUTCOMES = (UNFINISHED, PUBLISHED, REJECTED, FAILED, BROKE)
"""A run that has not ended (or was killed), one that published, one with a rejected input, one with a failed check, and
one that an error of the program or the machine ended.
"""
ENDED = {
    PUBLISHED: "published",
    REJECTED: "rejected an input; nothing was published",
    FAILED: "failed a check; nothing was published",
    BROKE: "ended in an error; nothing was published",
    UNFINISHED: "has not ended",
}
"""How a run ended, in words."""
LINES_KEPT = 50
log = logging.getLogger("ipp")


@dataclass(frozen=True)
class LastRun:
    """One refresh: when it began and ended (ISO 8601, UTC), how it ended, and why, a line a reason.

    `inputs_sha256` are the inputs it read; '' where it ended before they were known.
    """

    run_id: str
    started_at: str
    ended_at: str = ""
    outcome: str = UNFINISHED
    reasons: tuple[str, ...] = ()
    inputs_sha256: str = ""

    def __post_init__(self) -> None:
        """Refuse what another program may have written by mistake."""
        datetime.fromisoformat(self.started_at)
        if self.outcome not in OUTCOMES or not all(isinstance(reason, str) for reason in self.reasons):
            raise ValueError("expected one of the known outcomes, and reasons that are texts")


def read(settings: Settings) -> LastRun | None:
    """The last refresh; None when there was none, or its record cannot be read: it decides nothing."""
    try:
        content = json.loads(settings.last_run.read_text(encoding="utf-8"))
        return LastRun(**{**content, "reasons": tuple(content["reasons"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def note_inputs(settings: Settings, run_id: str, inputs_sha256: str) -> None:
    """Write down which inputs a run reads."""
    _write(settings, replace(_of_run(settings, run_id), inputs_sha256=inputs_sha256))


def note_published(settings: Settings, run_id: str) -> None:
    """Write down that a run published its edition."""
    _end(settings, run_id, PUBLISHED, ())


@contextmanager
def recorded(settings: Settings, run_id: str) -> Iterator[None]:
    """Write down that a run is under way and, if the block raises, how it ended; the exception goes on."""
    _write(settings, _of_run(settings, run_id))
    try:
        yield
    except InputRejected as rejected:
        _end(settings, run_id, REJECTED, shown(rejected.problems))
        raise
    except CheckFailed as failed:
        _end(settings, run_id, FAILED, failed.reasons)
        raise
    except Exception as error:
        # The text of an unforeseen error may repeat a value of a record: only its kind is kept.
        _end(settings, run_id, BROKE, [f"{type(error).__name__}: see the log of the run"])
        raise


def _of_run(settings: Settings, run_id: str) -> LastRun:
    """The record of a run: the one that is there, or a new one that begins now."""
    known = read(settings)
    return known if known and known.run_id == run_id else LastRun(run_id, now())


def _end(settings: Settings, run_id: str, outcome: str, reasons: Iterable[str]) -> None:
    """Write down how a run ended."""
    lines = [*reasons]
    if len(lines) > LINES_KEPT:
        lines = [*lines[:LINES_KEPT], f"and {len(lines) - LINES_KEPT} more"]
    ended = replace(_of_run(settings, run_id), ended_at=now(), outcome=outcome, reasons=tuple(lines))
    _write(settings, ended)


def _write(settings: Settings, run: LastRun) -> None:
    """Replace the record. A folder or disk that cannot be written to is logged: it must not hide how the run ended."""
    text = json.dumps(asdict(run), indent=2, ensure_ascii=False) + "\n"
    try:
        write_durably(settings.last_run, text, PRIVATE_FILE)
    except OSError as error:
        log.warning("cannot record this run in %s: %s", settings.last_run, error.strerror)
