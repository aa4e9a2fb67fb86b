"""The command `ipp status`: on one screen, what is published, how the last refresh ended, and what to do next.

It reads small files and hashes large ones; it opens no workbook. Where nothing is new it opens no manifest and no
database either, and imports none of the heavy libraries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import click

from orchestration.archive.fingerprint import fingerprint
from orchestration.build.review import Review, review, review_unchanged, why_set_aside
from orchestration.cli.embargo import embargo_lines
from orchestration.editions import decisions, history, last_run, switch
from orchestration.editions.edition import Edition
from orchestration.editions.last_run import BROKE, ENDED, FAILED, REJECTED, UNFINISHED, LastRun
from orchestration.editions.lock import is_held
from orchestration.problems import CheckFailed, counted, shown
from orchestration.quality.ledger import Ledger, read_ledger
from orchestration.query.edition_summary import read_summary
from orchestration.settings import Settings
from orchestration.sources.publications import Publication, read_publications

WIDTH = 11
LEAVE_OUT = "leave a release out with `ipp set-aside RELEASE --reason TEXT`"


@dataclass(frozen=True)
class State:
    """What a person must know about a published folder and its inputs at one moment."""

    settings: Settings
    now: dt.datetime
    present: Edition | None
    damage: str
    review: Review
    inputs_sha256: str
    run: LastRun | None
    is_running: bool
    ledger: Ledger

    @property
    def has_changed(self) -> bool:
        """Whether the inputs are others than those of the edition in place."""
        return self.present is None or self.present.inputs_sha256 != self.inputs_sha256

    @property
    def failed_on_these(self) -> LastRun | None:
        """The last run, if it published nothing of just these inputs; None otherwise."""
        run = self.run
        ended_badly = run and run.outcome in (REJECTED, FAILED, BROKE) and run.inputs_sha256 == self.inputs_sha256
        return run if ended_badly and self.has_changed else None


@click.command()
@click.option("--coverage", is_flag=True, help="List every measure: what is held of it, or why nothing is.")
@click.pass_obj
def status(settings: Settings, coverage: bool) -> None:
    """Show what is published and what to do next.

    Also how the last refresh ended, what raw/ holds, and what is set aside.
    """
    if coverage:
        _print_coverage(settings)
        return
    sources = read_publications()
    state = _read_state(settings, sources, dt.datetime.now(dt.UTC))
    for label, text in _lines(state, sources):
        click.echo(f"{label:<{WIDTH}}{text}")


def _read_state(settings: Settings, sources: Mapping[str, Publication], now: dt.datetime) -> State:
    """Everything that `ipp status` shows, read once."""
    aside, ledger = decisions.releases_set_aside(settings), read_ledger(settings.ledger)
    present, damage = history.examine(settings)
    inputs = fingerprint(settings, sources, now, aside, known=present.inputs_sha256 if present else "")
    unchanged = present and present.inputs_sha256 == inputs and review_unchanged(settings, present, ledger.verdicts)
    return State(
        settings=settings,
        now=now,
        present=present,
        damage=damage,
        review=unchanged or review(settings, sources, now),
        inputs_sha256=inputs,
        run=last_run.read(settings),
        is_running=is_held(settings.published),
        ledger=ledger,
    )


def _lines(state: State, sources: Mapping[str, Publication]) -> Iterator[tuple[str, str]]:
    """The screen: a label and a text a line; lines that belong to the one above have no label."""
    yield from _of_edition(state)
    yield from _of_decisions(state)
    yield from _of_inputs(state, sources)
    yield from _of_run(state)
    if state.present:
        yield from _of_figures(state)
    yield from (("damaged", line) for line in (*history.unreadable(state.settings), *state.ledger.damage))
    yield from _labelled("to do", _to_do(state) or ["nothing"])


def _of_edition(state: State) -> Iterator[tuple[str, str]]:
    """The edition in place, with the verdict on its own files and no other."""
    if state.present is None:
        yield "published", f"no whole edition at {state.settings.published_file}"
    else:
        checks = next(
            (len(one.checks) for one in state.ledger.verdicts if one.edition_sha256 == state.present.sha256), None
        )
        passed = f", passed {counted(checks, 'check')}" if checks else ""
        what = f"edition {state.present.edition_id} since {_moment(state.present.published_at)}"
        yield (
            "published",
            f"{what}: {counted(len(state.present.releases), 'release')}{passed} ({state.settings.published_file})",
        )
    if state.damage:
        yield "damaged", state.damage


def _of_decisions(state: State) -> Iterator[tuple[str, str]]:
    """What people decided and is in force: rollbacks that hold inputs back, and releases that are set aside."""
    decided = decisions.rollbacks(state.settings, switch.in_place(state.settings))
    yield from (("held back", f"edition {one}") for one in decided if one.inputs_sha256 and not one.lifted_at)
    for release, decision in state.review.set_aside.items():
        yield "set aside", f"{release.name}: {why_set_aside(release, decision, state.review.survey)}"


def _of_inputs(state: State, sources: Mapping[str, Publication]) -> Iterator[tuple[str, str]]:
    """What raw/ holds beside the edition in place."""
    found, published = state.review.survey, state.review.published
    new = [release.name for release in found.visible if not published.is_published(release.name)]
    bad = len({problem.release for problem in state.review.problems})
    parts = [
        counted(len(found.visible), "release"),
        f"{len(new)} of them not in the edition" if new else "",
        f"{len(found.embargoed)} under embargo" if found.embargoed else "",
        f"{bad} that cannot be taken" if bad else "",
    ]
    yield "raw/", ", ".join(part for part in parts if part)
    yield "inputs", "changed since this edition" if state.has_changed else "nothing new since this edition"
    yield from (("embargo", line) for line in embargo_lines(found, sources))
    yield from (("note", remark) for remark in state.review.remarks)
    yield from (("problem", line) for line in shown(state.review.problems))


def _of_run(state: State) -> Iterator[tuple[str, str]]:
    """How the last refresh ended, and why."""
    if state.run is None:
        return
    ended = "is running" if state.run.outcome == UNFINISHED and state.is_running else ENDED[state.run.outcome]
    yield "last run", f"{_moment(state.run.ended_at or state.run.started_at)}: {ended}"
    yield from (("", f"  {reason}") for reason in state.run.reasons)


def _of_figures(state: State) -> Iterator[tuple[str, str]]:
    """How fresh the edition is, and what it says about its own figures; or why it cannot be asked."""
    try:
        summary = read_summary(state.settings)
    except CheckFailed as failed:
        yield "records", str(failed)
        return
    if summary.latest_omsq and summary.next_omsq:
        verb = "is" if summary.next_omsq >= state.now.date() else "was"
        held = f"the latest release of the quarterly statistics held is of {_day(summary.latest_omsq)}"
        yield "calendar", f"{held}; the next {verb} due on {_day(summary.next_omsq)}"
    yield from ((line[:WIDTH].strip(), line[WIDTH:]) for line in summary.lines)


def _to_do(state: State) -> list[str]:
    """What a person should do next, a line each; none when all is well."""
    todo = []
    if state.run and state.run.outcome == UNFINISHED and not state.is_running:
        todo.append("the last refresh was cut off: run `ipp refresh`")
    if failed := state.failed_on_these:
        ways = {
            REJECTED: f"correct the inputs named above, or {LEAVE_OUT}",
            FAILED: f"look up the checks named above in docs/operator.md; correct the input, or {LEAVE_OUT}",
            BROKE: "look at the log of the run",
        }
        todo.append(f"{ways[failed.outcome]}; then run `ipp refresh`")
    elif state.review.problems:
        todo.append(f"correct what is named above, or {LEAVE_OUT}")
    elif state.has_changed and not state.is_running:
        held = decisions.hold(decisions.rollbacks(state.settings, switch.in_place(state.settings)), state.inputs_sha256)
        again = "correct the inputs that are held back, or publish them again with `ipp refresh --full`"
        todo.append(again if held else "run `ipp refresh`")
    todo += [
        f"`ipp take-back {release.name.replace(' ', '/')}` once the release is right"
        for release, decision in state.review.set_aside.items()
        if "replaced by" not in why_set_aside(release, decision, state.review.survey)
    ]
    return todo


def _labelled(label: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Texts under one label, which is written once."""
    for number, text in enumerate(texts):
        yield label if number == 0 else "", text


def _moment(text: str) -> str:
    """A moment in ISO 8601 as people read it, in UTC to the minute."""
    moment = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    return f"{_day(moment.date())}, {moment:%H:%M} UTC"


def _day(day: dt.date) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%B %Y}"


def _print_coverage(settings: Settings) -> None:
    """Show what the published file holds of every measure in scope, and the known figures it does not hold."""
    from orchestration.cli.show import print_table
    from orchestration.query import coverage
    from orchestration.query.reading import open_published

    with open_published(settings) as connection:
        print_table(coverage.coverage(connection), noun="measure")
        click.echo("\nFigures of the public record that are not held")
        print_table(coverage.not_held(connection), noun="figure")
