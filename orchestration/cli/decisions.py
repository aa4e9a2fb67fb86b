"""The commands by which a person decides on a release: `ipp set-aside`, `ipp take-back`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orchestration.settings import Settings

NEXT = "run `ipp refresh`, or wait for the next scheduled one"


def read_release(_context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> str:
    """A release as people write it (`omsq 2024-q4`, `omsq/2024-q4` or its folder): publication and release, with a
    space between them.
    """
    return " ".join(" ".join(words).replace("/", " ").split()[-2:])


RELEASE = click.argument("release", nargs=-1, required=True, callback=read_release)


@click.command("set-aside")
@RELEASE
@click.option("--reason", required=True, help="Why; `ipp status` and the edition show it.")
@click.pass_obj
def set_aside(settings: Settings, release: str, reason: str) -> None:
    """Leave RELEASE out of every refresh until you take it back.

    Use this for a release that cannot be read or that fails a check. The other releases are published.
    """
    from orchestration.build.published_releases import known_releases
    from orchestration.editions import decisions
    from orchestration.editions.lock import exclusive

    _require(bool(reason.strip()), "--reason is empty: say why, for the people who read it later")
    name = _find(release, known_releases(settings))
    with exclusive(settings):
        decided = decisions.set_aside(settings, name, " ".join(reason.split()))
    click.echo(f"{name} is {decided}")
    click.echo(f"The next edition is made without it: {NEXT}. `ipp take-back {name.replace(' ', '/')}` ends this.")


@click.command("take-back")
@RELEASE
@click.pass_obj
def take_back(settings: Settings, release: str) -> None:
    """Read RELEASE again: end the decision to set it aside."""
    from orchestration.editions import decisions
    from orchestration.editions.lock import exclusive

    in_force = decisions.releases_set_aside(settings)
    _require(bool(in_force), "no release is set aside")
    name = _find(release, in_force)
    with exclusive(settings):
        decisions.take_back(settings, name)
    click.echo(f"{name} is read again: {NEXT}.")


def _find(release: str, known: Iterable[str]) -> str:
    """The release of a name. Raises UnknownName with the nearest names."""
    from orchestration.query.names import find

    return find("release", release, known)


def _require(condition: bool, message: str) -> None:
    """Raise WrongUsage with a message unless a condition holds."""
    from orchestration.cli.show import WrongUsage

    if not condition:
        raise WrongUsage(message)
