"""Messages to people who are not watching: a refresh that failed, a new edition, a release that did not come.

The addresses are in the setting `IPP_ALERTS`, in the form of apprise: e-mail, Teams, Slack, a webhook and others. A
message that cannot be sent is logged and changes nothing. Messages leave the machine: of a reason that is about records
only the place goes out, and the figures in a message are published ones.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from orchestration.archive.releases import INTERNAL
from orchestration.editions import history
from orchestration.editions.edition import Edition
from orchestration.editions.last_run import ENDED, UNFINISHED, LastRun, read
from orchestration.problems import CheckFailed, counted
from orchestration.query import diff
from orchestration.settings import Settings

REASONS_SHOWN = 10
CHANGES_SHOWN = 5
LONGEST_LINE = 300
MORE = "`ipp status` says more, and what to do next."
COUNTED = ("marts.", "external")
"""Tables whose checks may name counts of people, except that of the published figures."""
FIGURES = "marts.figures"
WITHHELD = "not shown here, as it is about records"
log = logging.getLogger("ipp")


@dataclass(frozen=True)
class Message:
    """One alert: a title, a text of a few lines, and its kind, which some services show as a colour."""

    title: str
    body: str
    kind: Literal["success", "warning", "failure"]


def tell_failure(settings: Settings, run_id: str) -> Message:
    """What to say of a run that failed: how it ended, and why."""
    run = read(settings)
    if run is None or run.run_id != run_id:
        lines = ["The refresh ended before it had begun its work; nothing was published."]
    elif run.outcome == UNFINISHED:
        lines = ["The refresh was cut off: its process was killed or the machine stopped; nothing was published."]
    else:
        lines = [f"The refresh {ENDED[run.outcome]}.", *_reasons(run)]
    return Message("IPP dashboard: a refresh failed", "\n".join([*lines, MORE]), "failure")


def tell_success(settings: Settings, run_id: str) -> Message:
    """What to say of a run that succeeded: the new edition, and how its published figures differ from the last one's.

    A run that made no new edition, or one that has been replaced since, is reported without differences.
    """
    made = next((one for one in history.history(settings) if one.run_id == run_id), None)
    if made is None:
        return Message("IPP dashboard: a refresh ended", "The refresh ended. It made no new edition.", "success")
    lines = [
        f"Edition {made.edition_id} holds {counted(len(made.releases), 'release')}.",
        *_differences(settings, made),
    ]
    return Message("IPP dashboard: a new edition is published", "\n".join(lines), "success")


def tell_missed(day: dt.date, until: dt.time) -> Message:
    """What to say when the quarterly statistics did not come on the day they were due."""
    body = (
        f"The Offender Management Statistics Quarterly was due at 9:30 on {day:%Y-%m-%d}. No release of that day was "
        f"held by {until:%H:%M}.\nLook at GOV.UK. If the release is there, run `ipp fetch omsq`, then `ipp refresh`."
    )
    return Message("IPP dashboard: no release on a release day", body, "warning")


def send(settings: Settings, message: Message) -> bool:
    """Send a message to every address. Returns whether each took it; logs the number of one that did not."""
    sent = [_sent(number, address, message) for number, address in enumerate(settings.alerts, 1)]
    return all(sent)


def _sent(number: int, address: str, message: Message) -> bool:
    """Send a message to one address; log a failure without the address, which may hold a password."""
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs an address that it cannot read, password and all
    try:
        service = apprise.Apprise(asset=apprise.AppriseAsset(app_id="IPP dashboard", async_mode=False))
        taken = service.add(address) and service.notify(
            body=message.body,
            title=message.title,
            notify_type=apprise.NotifyType(message.kind),
            body_format=apprise.NotifyFormat.TEXT,
        )
    except Exception as error:  # noqa: BLE001 - a service must not change the outcome of a run
        log.warning("alert to address %s of IPP_ALERTS was not sent: %s", number, type(error).__name__)
        return False
    if not taken:
        log.warning("alert to address %s of IPP_ALERTS was not sent: see to the address and its service", number)
    return bool(taken)


def _reasons(run: LastRun) -> list[str]:
    """The first reasons of a run, a line each, and how many more there are."""
    lines = [f"* {_for_others(reason)[:LONGEST_LINE]}" for reason in run.reasons[:REASONS_SHOWN]]
    more = len(run.reasons) - REASONS_SHOWN
    return [*lines, f"* and {more} more"] if more > 0 else lines


def _for_others(reason: str) -> str:
    """A reason as it may leave the machine. What is counted from records stays: it may be a small count of people."""
    place, *said = reason.split(": ")
    if place.startswith(INTERNAL):
        return f"{place.partition(' / ')[0]}: {WITHHELD}"
    if place.startswith(COUNTED) and place != FIGURES:
        return ": ".join([place, *said[:1], WITHHELD])
    return reason


def _differences(settings: Settings, made: Edition) -> list[str]:
    """How the published figures of an edition differ from those of the one it replaced."""
    earlier = history.before(settings, made)
    if earlier is None:
        return ["No earlier edition is kept to compare it with."]
    try:
        changes = diff.compare(history.file_of(settings, earlier), history.file_of(settings, made))
    except CheckFailed as failed:
        return [str(failed)]
    counted = ", ".join(f"{number} {change}" for change, number in diff.counts(changes).items() if number)
    largest = [_change_line(row) for row in diff.with_difference(changes).rows[:CHANGES_SHOWN]]
    heading = ["Largest changes:"] if largest else []
    return [f"Published figures since edition {earlier.edition_id}: {counted or 'none changed'}.", *heading, *largest]


def _change_line(row: Sequence[Any]) -> str:
    """A changed value as a line."""
    _, measure, breakdown, _, _, end, before, _, after, _, _ = row
    what = f"{measure} ({breakdown})" if breakdown else measure
    return f"* {what}, {end}: {before:,.10g} to {after:,.10g}"
