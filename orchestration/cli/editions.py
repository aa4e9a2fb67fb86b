"""The commands on editions: `ipp history`, `rollback`, `diff`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.show import complain, print_table
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.editions.decisions import Rollback
    from orchestration.editions.edition import Edition
    from orchestration.quality.ledger import Verdict


@click.command()
@click.pass_obj
def history(settings: Settings) -> None:
    """List the editions that are kept, with verdicts and rollbacks.

    The edition that was last in place comes first.
    """
    from orchestration.editions import decisions, switch
    from orchestration.editions.history import disagreement, unreadable
    from orchestration.editions.history import history as kept
    from orchestration.editions.history import present as whole
    from orchestration.quality.ledger import read_ledger
    from orchestration.query.table import Table

    now, ledger = whole(settings), read_ledger(settings.ledger)
    in_place = now.edition_id if now else switch.in_place(settings)
    decided = decisions.rollbacks(settings, in_place)
    columns = ("edition", "published_at", "run", "releases", "sha256", "verdict", "note")
    rows = [_history_row(one, in_place, ledger.verdicts, decided) for one in kept(settings)]
    print_table(Table(columns, rows), noun="edition")
    complain(filter(None, (disagreement(settings), *unreadable(settings), *ledger.damage)))


@click.command()
@click.argument("edition", required=False)
@click.option("--reason", default="", help="Why; `ipp history` shows it.")
@click.pass_obj
def rollback(settings: Settings, edition: str | None, reason: str) -> None:
    """Put an earlier EDITION back in place.

    Without EDITION, the one before the present comes back.
    """
    from orchestration.editions.history import present
    from orchestration.editions.rollback import rollback as go_back

    before = present(settings)
    now = go_back(settings, edition, reason)
    if before and before.edition_id == now.edition_id:
        click.echo(f"edition {now.edition_id} is already in place")
    else:
        replaced = f"edition {before.edition_id}" if before else "files that are not those of an edition"
        click.echo(f"edition {now.edition_id} is back; it replaces {replaced}")


@click.command()
@click.argument("earlier", required=False)
@click.argument("later", required=False)
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Figures shown of each kind of change."
)
@click.pass_obj
def diff(settings: Settings, earlier: str | None, later: str | None, limit: int) -> None:
    """List the figures that changed between two editions.

    EARLIER is by default the edition that LATER replaced, and LATER the one in place.
    """
    from orchestration.editions.history import file_of
    from orchestration.query import diff as difference

    pair = _pair(settings, earlier, later)
    if pair is None:
        click.echo("no earlier edition is kept: there is nothing to compare with")
        return
    changes = difference.compare(*(file_of(settings, one) for one in pair))
    click.echo(f"from {pair[0].edition_id} to {pair[1].edition_id}")
    click.echo(", ".join(f"{change} {number}" for change, number in difference.counts(changes).items()))
    shown = difference.most_notable(changes, limit)
    if shown.rows:
        print_table(shown)


def _pair(settings: Settings, earlier: str | None, later: str | None) -> tuple[Edition, Edition] | None:
    """The two editions to compare, by default the one in place and the one it replaced; None when one is not there."""
    from orchestration.editions.history import before, edition_named, present

    to = edition_named(settings, later) if later else present(settings)
    since = edition_named(settings, earlier) if earlier else before(settings, to)
    return (since, to) if since and to else None


def _history_row(
    one: Edition, in_place: str, verdicts: Sequence[Verdict], decided: Sequence[Rollback]
) -> tuple[Any, ...]:
    """An edition as a row of `ipp history`."""
    given = [
        verdict.passed for verdict in verdicts if (verdict.edition_sha256, verdict.run_id) == (one.sha256, one.run_id)
    ]
    back = [rollback for rollback in decided if rollback.to_edition == one.edition_id]
    left = [rollback for rollback in decided if rollback.from_edition == one.edition_id]
    notes = (
        "in place" if one.edition_id == in_place else "",
        *(f"back since {last.at} replacing {last.from_edition or 'an unknown file'}" for last in back[-1:]),
        *(f"rolled back at {last.at} by {last.by}{f': {last.reason}' if last.reason else ''}" for last in left[-1:]),
    )
    return (
        one.edition_id,
        one.published_at,
        one.run_id,
        len(one.releases),
        one.sha256[:12],
        ("pass" if given[-1] else "fail") if given else "none",
        ", ".join(filter(None, notes)),
    )
