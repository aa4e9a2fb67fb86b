"""What people decided about editions, in `published/decisions.json`: each rollback, and the inputs it holds back.

A hold keeps every schedule and command from publishing the same inputs again. It ends when an edition of these inputs
is put in place after all, by `ipp refresh --full` or by a rollback to one.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from orchestration.editions.files import PRIVATE_FILE, write_durably
from orchestration.problems import CheckFailed

if TYPE_CHECKING:
    from orchestration.settings import Settings

ROLLBACKS = "rollbacks"


@dataclass(frozen=True)
class Rollback:
    """One rollback: from which edition to which, when (ISO 8601, UTC), by whom and why.

    `inputs_sha256` are the inputs held back, those of `from_edition`; '' holds nothing back. `lifted_at` says when the
    hold ended. `done` is false while the rollback is under way: see `settle`.
    """

    from_edition: str
    to_edition: str
    at: str
    by: str
    inputs_sha256: str
    reason: str = ""
    lifted_at: str = ""
    done: bool = True

    def __post_init__(self) -> None:
        """Refuse what another program may have written by mistake."""
        datetime.fromisoformat(self.at)
        texts = (self.from_edition, self.to_edition, self.by, self.inputs_sha256, self.reason, self.lifted_at)
        if not all(isinstance(text, str) for text in texts) or not isinstance(self.done, bool):
            raise TypeError("the fields of a rollback are texts, and `done` is true or false")

    def __str__(self) -> str:
        """One line for a person."""
        why = f": {self.reason}" if self.reason else ""
        return (
            f"{self.from_edition or 'an unknown file'} rolled back to {self.to_edition} at {self.at} by {self.by}{why}"
        )


def now() -> str:
    """The moment, as decisions and editions have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def person() -> str:
    """Who runs this program: `$USER`, or the name the system knows."""
    try:
        return os.environ.get("USER") or getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def rollbacks(settings: Settings, in_place: str) -> tuple[Rollback, ...]:
    """Every rollback in the order they were decided. One that is under way counts once its edition is in place.

    Raises CheckFailed when the file cannot be read: a hold that is lost would let a schedule publish what a person
    took back.
    """
    return tuple(one for one in _read(settings) if one.done or one.to_edition == in_place)


def hold(decided: Iterable[Rollback], inputs_sha256: str) -> Rollback | None:
    """The rollback that holds these inputs back, the last of several; None when they may be published."""
    held = [one for one in decided if one.inputs_sha256 == inputs_sha256 and inputs_sha256 and not one.lifted_at]
    return held[-1] if held else None


def add(settings: Settings, rollback: Rollback) -> None:
    """Write down one more rollback. One that is there already, by its editions and its moment, is not added again."""
    known = _read(settings)
    same = {(one.from_edition, one.to_edition, one.at) for one in known}
    if (rollback.from_edition, rollback.to_edition, rollback.at) not in same:
        _write(settings, [*known, rollback])


def settle(settings: Settings, in_place: str, inputs_sha256: str) -> None:
    """Bring the decisions in line with the edition in place and its inputs.

    A rollback that was under way is finished when its edition is in place and forgotten when it is not. The holds on
    the inputs of the edition in place are lifted: a person asked for it.
    """
    known = _read(settings)
    settled = [
        replace(
            one,
            done=True,
            lifted_at=one.lifted_at or (now() if one.inputs_sha256 == inputs_sha256 and inputs_sha256 else ""),
        )
        for one in known
        if one.done or one.to_edition == in_place
    ]
    if settled != known:
        _write(settings, settled)


def _read(settings: Settings) -> list[Rollback]:
    """The rollbacks in the file, also one that is under way."""
    try:
        return [Rollback(**one) for one in _content(settings).get(ROLLBACKS, [])]
    except (TypeError, ValueError) as error:
        raise _unreadable(settings, error) from error


def _write(settings: Settings, decided: Iterable[Rollback]) -> None:
    """Replace the rollbacks in the file; other kinds of decisions in it stay."""
    content = _content(settings) | {ROLLBACKS: [asdict(one) for one in decided]}
    write_durably(settings.decisions, json.dumps(content, indent=2, ensure_ascii=False) + "\n", PRIVATE_FILE)


def _content(settings: Settings) -> dict[str, Any]:
    """What the file holds. Raises CheckFailed when it cannot be read."""
    try:
        content = json.loads(settings.decisions.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unreadable(settings, error) from error
    if not isinstance(content, dict) or not isinstance(content.get(ROLLBACKS, []), list):
        raise _unreadable(settings, ValueError(f"expected an object with a list {ROLLBACKS!r}"))
    return content


def _unreadable(settings: Settings, error: Exception) -> CheckFailed:
    """What to do about a damaged file of decisions."""
    reason = (
        f"{settings.decisions} cannot be read, so it is not known which inputs a person holds back: {error}; "
        "put back a good copy. Only if there is none, move the file away: all holds then end"
    )
    return CheckFailed([reason])
