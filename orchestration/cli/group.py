"""The command `ipp` itself: its options, its commands, and the exit code of each way it can end."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from orchestration.cli.show import FOLDER, WrongUsage, complain
from orchestration.problems import SHOWN_OF_A_KIND, CheckFailed, InputRejected, SpecError, shown
from orchestration.query.names import UnknownName
from orchestration.settings import Settings

COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("sql", "tables", "describe", "open", "trace", "eligibility", "report"), "queries"),
    **dict.fromkeys(("history", "rollback", "diff"), "editions"),
    **dict.fromkeys(("set-aside", "take-back"), "decisions"),
    "status": "status",
    **dict.fromkeys(("refresh", "check", "synthesise", "fetch"), "inputs"),
    "serve": "serve",
}
"""The module of each command: a function of its name, with an underscore for a hyphen."""
OF_A_PATH = (
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP),
    *(errno.EACCES, errno.EPERM, errno.EROFS),
)
"""What is wrong where a path that was given leads nowhere, or where nothing may be written. A full or broken disk is no
mistake of a user's.
"""


def _take_folder(ctx: click.Context, option: click.Parameter, value: Path | None) -> None:
    """Replace the folder given before a command by the one given after it."""
    if value and option.name:
        ctx.obj = replace(ctx.obj, **{option.name: value.expanduser().absolute()})


FOLDERS = {
    "raw": "Folder of releases; else IPP_RAW, else raw/.",
    "work": "Folder to build in; else IPP_WORK, else work/.",
    "published": "Folder of editions; else IPP_PUBLISHED, else published/.",
}
"""The folders of a run. Their options are taken before a command and after it."""
AFTER_COMMAND = [
    click.Option([f"--{name}"], type=FOLDER, help=said, expose_value=False, callback=_take_folder)
    for name, said in FOLDERS.items()
]


class Commands(click.Group):
    """A group that turns the exceptions of the pipeline into lines on standard error and an exit code.

    The module of a command is imported when it is asked for: some take longer to import than a query takes to run.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — as click calls it
        """The names of all commands, for the help text."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 — likewise
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"orchestration.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        if AFTER_COMMAND[0] not in command.params:
            command.params += AFTER_COMMAND
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except InputRejected as rejected:
            complain([*shown(rejected.problems), *_how_to_set_aside(ctx.obj, rejected)])
            ctx.exit(3)
        except CheckFailed as failed:
            complain(failed.reasons)
            ctx.exit(1)
        except (UnknownName, SpecError) as unknown:
            raise WrongUsage(str(unknown)) from unknown
        except OSError as error:
            if error.errno not in OF_A_PATH or error.filename is None:
                raise
            raise WrongUsage(f"{error.filename}: {error.strerror}") from error


def _how_to_set_aside(settings: Settings, rejected: InputRejected) -> list[str]:
    """What to say of releases that were rejected: how to publish without them. Nothing of those set aside already."""
    from orchestration.editions.decisions import releases_set_aside

    names = {problem.release for problem in rejected.problems if " " in problem.release}
    with suppress(CheckFailed):  # decisions that cannot be read are reported by the commands that need them
        names -= releases_set_aside(settings).keys()
    bad = [name for name in sorted(names) if settings.raw.joinpath(*name.split(" ", 1)).is_dir()]
    if not bad:
        return []
    commands = "; ".join(f"ipp set-aside {name.replace(' ', '/')} --reason TEXT" for name in bad[:SHOWN_OF_A_KIND])
    return [f"To publish without what cannot be corrected now: {commands}"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--raw", type=FOLDER, help=FOLDERS["raw"])
@click.option("--work", type=FOLDER, help=FOLDERS["work"])
@click.option("--published", type=FOLDER, help=FOLDERS["published"])
@click.pass_context
def cli(ctx: click.Context, raw: Path | None, work: Path | None, published: Path | None) -> None:
    """Published figures on the IPP sentence, traced to the cell they were published in.

    To begin: `ipp status`, `ipp tables recall`, `ipp describe marts.recalls`. `ipp COMMAND --help` explains a command.
    The options for folders can be before or after a command.

    To complete commands, tables and measures with the Tab key in bash, add this line to ~/.bashrc:

    \b
        eval "$(_IPP_COMPLETE=bash_source ipp)"

    docs/sql.md has the lines for zsh and fish.
    """  # noqa: D301 — click reads a backspace as "do not wrap"
    ctx.obj = Settings.from_environment(raw=raw, work=work, published=published)


def main() -> None:
    """The entry point of the command `ipp`."""
    cli(prog_name="ipp")
