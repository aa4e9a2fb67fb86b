"""The queries of the README and the tutorials, run on a finished refresh: the pages show what they answer."""

from __future__ import annotations

import re
import shlex

import pytest

from orchestration.settings import ROOT, Settings
from tests.command_line import ipp

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/tutorials").glob("*.md"))]
RUN = ("sql", "trace")
"""Commands that only read, and are quick."""


def _shown() -> list[tuple[str, str]]:
    """Each command of these pages that we run, with the output that the page shows."""
    texts = [path.read_text(encoding="utf-8") for path in PAGES]
    blocks = [block for text in texts for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL)]
    parts = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE) if part]
    return [_split(part) for part in parts if shlex.split(part.partition("\n")[0].replace('"', ""))[1] in RUN]


def _split(part: str) -> tuple[str, str]:
    """A command and its output: the command ends with the line that closes its quotation."""
    lines = part.splitlines()
    end = next(number for number in range(1, len(lines) + 1) if "\n".join(lines[:number]).count('"') % 2 == 0)
    return "\n".join(lines[:end]), "\n".join(lines[end:])


@pytest.mark.parametrize(("command", "shown"), _shown())
def test_a_page_shows_what_a_command_answers(command: str, shown: str, published: Settings) -> None:
    """A line `…` of the page is any lines."""
    outcome = ipp(published, *shlex.split(command)[1:])
    assert outcome.exit_code == 0, outcome.output
    pattern = re.escape(shown.rstrip()).replace("…", ".*")
    assert re.fullmatch(pattern, _without_blanks(outcome.stdout), re.DOTALL), outcome.stdout


def test_there_are_commands_to_run() -> None:
    assert {command.split()[1] for command, _ in _shown()} == set(RUN)


def _without_blanks(text: str) -> str:
    """The text without blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())
