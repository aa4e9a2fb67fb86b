"""A published folder that cannot be written, read or followed: an error, exit code 1 and what to do, no traceback."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys

import pytest

from orchestration.build import refresh
from orchestration.editions.history import present
from orchestration.editions.publish import publish
from orchestration.problems import CheckFailed
from orchestration.quality.results import CheckResult
from tests.command_line import ipp

HOLDS_IT_OPEN = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
"""
READING = [["sql", "select 1"], ["tables"], ["sql", "select 1", "--as-at", "2025-04-24"], ["diff"]]
"""Commands that read the published file."""


@pytest.fixture
def held_open(settings, publish_one, make_figure):
    """Another process that has the published file open for writing."""
    publish_one("p1")
    publish_one("p2", [make_figure(value=2.0)])
    settings.published_file.chmod(0o640)
    arguments = [sys.executable, "-c", HOLDS_IT_OPEN, settings.published_file]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "open\n"
        yield
        process.kill()


@pytest.mark.parametrize("command", READING)
def test_another_program_has_the_published_file_open_for_writing(settings, held_open, command):
    outcome = ipp(settings, *command)

    assert outcome.exit_code == 1
    assert "another program has it open for writing" in outcome.stderr
    assert "read_only=True" in outcome.stderr


def test_status_history_and_rollback_work_while_another_program_writes(settings, held_open):
    settings.raw.mkdir()
    assert ipp(settings, "status").exit_code == 0
    assert ipp(settings, "history").exit_code == 0
    assert ipp(settings, "rollback").exit_code == 0
    assert present(settings).edition_id == "p1"


@pytest.mark.parametrize("step", [lambda settings: refresh.land(settings, "run"), refresh.build])
def test_a_refresh_says_so_before_it_starts(settings, held_open, step):
    with pytest.raises(CheckFailed, match="another program has it open for writing"):
        step(settings)


def test_a_link_that_leads_nowhere(settings, publish_one, make_figure):
    publish_one("p1")
    publish_one("p2", [make_figure(value=2.0)])
    shutil.rmtree(settings.editions / "p2")
    settings.raw.mkdir()

    for command in [*READING, ["report"]]:
        outcome = ipp(settings, *command) if command != ["diff"] else None
        if outcome:
            assert outcome.exit_code == 1, command
            assert "current leads to editions/p2, where no edition is: run `ipp rollback`" in outcome.stderr
    for command in ("history", "status"):
        assert "where no edition is" in ipp(settings, command).output
    assert ipp(settings, "rollback").exit_code == 0
    assert present(settings).edition_id == "p1"


@pytest.mark.parametrize("target", ["/etc", "../work", "editions/../../work", "editions"])
def test_a_link_that_leads_out_of_the_editions(settings, publish_one, target):
    publish_one("p1")
    settings.current.unlink()
    settings.current.symlink_to(target)
    assert "where no edition is" in ipp(settings, "history").stderr
    assert present(settings) is None
    assert ipp(settings, "rollback").exit_code == 0
    assert present(settings).edition_id == "p1"


def test_a_folder_in_the_place_of_the_link(settings, publish_one, build, judge):
    publish_one("p1")
    settings.current.unlink()
    shutil.copytree(settings.editions / "p1", settings.current)
    build("p2", "run2")
    judge("run2")

    assert "current is not a link: move it away" in ipp(settings, "history").stderr
    with pytest.raises(CheckFailed, match="move that folder away"):
        publish(settings, "run2")
    assert (settings.current / "ipp.duckdb").exists()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
@pytest.mark.parametrize("command", [["rollback"], ["refresh", "--full"]])
def test_a_folder_that_cannot_be_written(settings, publish_one, make_figure, monkeypatch, number, command):
    publish_one("p1")
    second = publish_one("p2", [make_figure(value=2.0)])
    settings.raw.mkdir()

    def refuse(file, *arguments):
        raise OSError(number, os.strerror(number), str(settings.published / ".lock"))

    monkeypatch.setattr("orchestration.editions.lock._take", refuse)
    outcome = ipp(settings, *command)

    assert outcome.exit_code == 1
    assert f".lock cannot be written: {os.strerror(number)}; edition p2 is in place; " in outcome.stderr
    assert "then run the command again" in outcome.stderr
    assert "Traceback" not in outcome.output
    assert present(settings) == second


def test_a_verdict_that_cannot_be_written(settings, build, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    build("p1", "run1")
    monkeypatch.setattr("orchestration.quality.ledger.append", refuse)
    monkeypatch.setattr(refresh, "seal", lambda *arguments: None)
    shutil.copy(settings.sealed_warehouse, settings.candidate)
    monkeypatch.setattr(refresh, "FILES", "select '', '', '' where false")
    check = CheckResult("suite", "marts.figures", "expectation", True, True, "observed", "reason")
    with pytest.raises(CheckFailed, match="free some space"):
        refresh._give_verdict(settings, "run1", [check])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    "path", ["current/ipp.duckdb", "verdicts.jsonl", "current/edition.json", "current/feed/a.json"]
)
def test_others_read_the_external_pack_and_nothing_else(settings, publish_one, tmp_path, path):
    publish_one("p1", more={"feed/a.json": "1", "external/a.csv": "a"})
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)

    def read(name):
        command = ["cat", settings.published / name]
        return subprocess.run(command, user=65534, group=65534, extra_groups=[], capture_output=True, check=False)

    assert read("current/external/a.csv").returncode == 0
    assert b"Permission denied" in read(path).stderr
