"""What people decided, in `published/decisions.json`: each rollback with the inputs it holds back, and each release
that is set aside.

A hold keeps every schedule and command from publishing the same inputs again. It ends when an edition of these inputs
is put in place after all, by `ipp refresh --full` or by a rollback to one. A release that is set aside is left out of
every refresh until a person takes it back.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from orchestration.editions.files import PASSAGE, PRIVATE_FILE, make_folder, write_durably
from orchestration.problems import CheckFailed

if TYPE_CHECKING:
    from orchestration.settings import Settings

ROLLBACKS, SET_ASIDE = "rollbacks", "set_aside"


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


@dataclass(frozen=True)
class SetAside:
    """One release that a person left out: its name (`publication release_id`), why, when (ISO 8601, UTC) and by whom.

    `taken_back_at` says when a person took the release back; '' while the decision is in force.
    """

    release: str
    reason: str
    at: str
    by: str
    taken_back_at: str = ""

    def __post_init__(self) -> None:
        """Refuse what another program may have written by mistake."""
        datetime.fromisoformat(self.at)
        if not all(isinstance(text, str) for text in (self.release, self.reason, self.by, self.taken_back_at)):
            raise TypeError("the fields of a release that is set aside are texts")

    def __str__(self) -> str:
        """One line for a person, without the release."""
        return f"set aside by {self.by} on {self.at[:10]}: {self.reason}"


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


def releases_set_aside(settings: Settings) -> dict[str, SetAside]:
    """The releases that are set aside now, by their names.

    Raises CheckFailed when the file cannot be read: a decision that is lost would let a schedule publish the release.
    """
    return {one.release: one for one in _read_set_aside(settings) if not one.taken_back_at}


def set_aside(settings: Settings, release: str, reason: str) -> SetAside:
    """Write down that a release is left out from now on. A new reason takes the place of the one before."""
    decided = SetAside(release, reason, now(), person())
    others = [one for one in _read_set_aside(settings) if one.release != release or one.taken_back_at]
    _write_set_aside(settings, [*others, decided])
    return decided


def take_back(settings: Settings, release: str) -> None:
    """Write down that a release is no longer left out. Nothing is written where it is not set aside."""
    known = _read_set_aside(settings)
    ended = [
        replace(one, taken_back_at=now()) if one.release == release and not one.taken_back_at else one for one in known
    ]
    if ended != known:
        _write_set_aside(settings, ended)


def _read_set_aside(settings: Settings) -> list[SetAside]:
    """Every decision to leave a release out, also those that were taken back."""
    try:
        return [SetAside(**one) for one in _content(settings).get(SET_ASIDE, [])]
    except (TypeError, ValueError) as error:
        raise _unreadable(settings, error) from error


def _write_set_aside(settings: Settings, decided: Iterable[SetAside]) -> None:
    """Replace the releases in the file; other kinds of decisions in it stay."""
    _write_content(settings, {SET_ASIDE: [asdict(one) for one in decided]})


def _read(settings: Settings) -> list[Rollback]:
    """The rollbacks in the file, also one that is under way."""
    try:
        return [Rollback(**one) for one in _content(settings).get(ROLLBACKS, [])]
    except (TypeError, ValueError) as error:
        raise _unreadable(settings, error) from error


def _write(settings: Settings, decided: Iterable[Rollback]) -> None:
    """Replace the rollbacks in the file; other kinds of decisions in it stay."""
    _write_content(settings, {ROLLBACKS: [asdict(one) for one in decided]})


def _write_content(settings: Settings, changed: dict[str, Any]) -> None:
    """Replace one kind of decisions in the file."""
    make_folder(settings.published, PASSAGE)
    content = _content(settings) | changed
    write_durably(settings.decisions, json.dumps(content, indent=2, ensure_ascii=False) + "\n", PRIVATE_FILE)


def _content(settings: Settings) -> dict[str, Any]:
    """What the file holds. Raises CheckFailed when it cannot be read."""
    try:
        content = json.loads(settings.decisions.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unreadable(settings, error) from error
    kinds = (ROLLBACKS, SET_ASIDE)
    if not isinstance(content, dict) or not all(isinstance(content.get(kind, []), list) for kind in kinds):
        raise _unreadable(settings, ValueError(f"expected an object with the lists {ROLLBACKS!r} and {SET_ASIDE!r}"))
    return content


def _unreadable(settings: Settings, error: Exception) -> CheckFailed:
    """What to do about a damaged file of decisions."""
    reason = (
        f"{settings.decisions} cannot be read, so it is not known which inputs a person holds back: {error}; "
        "put back a good copy. Only if there is none, move the file away: all holds then end"
    )
    return CheckFailed([reason])
