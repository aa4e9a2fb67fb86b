"""What the shell completes for `ipp`."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from orchestration.cli import cli


@pytest.fixture
def complete(settings, publish_one, make_figure, monkeypatch):
    """The completions of a command line whose last part is not finished."""
    publish_one("p1", [make_figure()])
    monkeypatch.setenv("IPP_PUBLISHED", str(settings.published))

    def run(*arguments: str) -> list[str]:
        *before, incomplete = arguments
        found = ShellComplete(cli, {}, "ipp", "_IPP_COMPLETE").get_completions(before, incomplete)
        return [item.value for item in found]

    return run


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["describe", "marts."], ["marts.figures"]),
        (["describe", "rel"], ["meta.releases"]),
        (["describe", "zebra"], []),
        (["sql", "select value from mar"], ["select value from marts.figures"]),
        (["sql", "select value from "], []),
        (["trace", "ipp_un"], ["ipp_unreleased_prisoners"]),
        (["op"], ["open"]),
        (["open", "--with", "p"], ["pandas", "polars"]),
    ],
)
def test_names_are_completed(complete, arguments, found):
    assert complete(*arguments) == found


def test_the_folder_of_the_command_line_is_the_one_read(complete, settings, monkeypatch):
    monkeypatch.setenv("IPP_PUBLISHED", "/nowhere")

    assert complete("describe", "marts.") == []
    assert complete("--published", str(settings.published), "describe", "marts.") == ["marts.figures"]
