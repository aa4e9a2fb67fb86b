"""Run `ipp` in this process, as a person types it."""

from __future__ import annotations

from click.testing import CliRunner, Result

from orchestration.cli import cli
from orchestration.settings import Settings


def ipp(settings: Settings, *arguments: str) -> Result:
    """The outcome of `ipp` on the given folders."""
    folders = ["--raw", str(settings.raw), "--work", str(settings.work), "--published", str(settings.published)]
    return CliRunner().invoke(cli, [*folders, *arguments], catch_exceptions=False)
