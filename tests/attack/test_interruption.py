"""A kill or a full disk at any point leaves a whole edition in place; the next refresh or rollback does the rest."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from orchestration.editions.decisions import hold, rollbacks
from orchestration.editions.edition import differences
from orchestration.editions.files import sha256_of
from orchestration.editions.history import disagreement, history, present
from orchestration.editions.lock import exclusive
from orchestration.editions.publish import publish
from orchestration.editions.rollback import rollback
from orchestration.problems import CheckFailed
from tests.first_layout import write_first_layout
from tests.killed import fill_disk, killed_at


def restore(settings, start: Path) -> None:
    """Put `published/` back to what it was before the kill."""
    subprocess.run(["rm", "-rf", settings.published], check=True)
    subprocess.run(["cp", "-a", start, settings.published], check=True)


VALUES: dict[str, float] = {}
"""The value that a warehouse holds, by the checksum of its bytes: to open one takes longer than a publish."""


def value_published(settings) -> float:
    checksum = sha256_of(settings.published_file)
    if checksum not in VALUES:
        with duckdb.connect(settings.published_file, read_only=True) as connection:
            VALUES[checksum] = connection.execute("select value from marts.figures").fetchall()[0][0]
    return VALUES[checksum]


def assert_editions_are_whole(settings) -> None:
    """Every kept edition, the one in place among them, has all its files; all files people read are of one edition."""
    assert present(settings) in history(settings)
    for edition in history(settings):
        assert differences(settings.editions / edition.edition_id, edition) == []
    feed = (settings.current / "feed" / "index.json").read_text()
    assert float(feed) == value_published(settings)


@pytest.mark.slow
def test_a_publish_killed_at_any_step(settings, build, judge, publish_one, make_figure, tmp_path):
    for number in (1, 2, 3):
        publish_one(f"p{number}", [make_figure(value=float(number))], {"feed/index.json": str(number)})
    build("new", "run-new", [make_figure(value=4.0)], {"feed/index.json": "4", "external/ipp.csv": "x"})
    judge("run-new")
    start = tmp_path / "start"
    settings.published.rename(start)

    seen = set()
    for step in range(1, 300):
        restore(settings, start)
        killed = killed_at(settings, "publish", step)

        seen.add(value_published(settings))
        assert value_published(settings) in (3.0, 4.0)
        assert_editions_are_whole(settings)
        if value_published(settings) == 3.0:
            assert "new" not in [edition.edition_id for edition in history(settings)]
            with exclusive(settings):
                # What was never in place is not kept as if it had been.
                assert not (settings.editions / "new").exists()
        assert publish(settings, "run-new").edition_id == "new"
        assert [edition.edition_id for edition in history(settings)] == ["new", "p3", "p2"]
        assert sorted(path.name for path in settings.editions.iterdir()) == ["new", "p2", "p3"]
        assert disagreement(settings) == ""
        assert value_published(settings) == 4.0
        if not killed:
            break
    else:
        pytest.fail("the publish never ran to its end")
    assert seen == {3.0, 4.0}
    assert step > 30


@pytest.mark.slow
def test_a_rollback_killed_at_any_step(settings, publish_one, make_figure, tmp_path):
    for number in (1, 2):
        publish_one(f"p{number}", [make_figure(value=float(number))], {"feed/index.json": str(number)})
    start = tmp_path / "start"
    settings.published.rename(start)

    seen = set()
    for step in range(1, 200):
        restore(settings, start)
        killed = killed_at(settings, "rollback", step)

        seen.add(value_published(settings))
        assert value_published(settings) in (1.0, 2.0)
        assert_editions_are_whole(settings)
        # What was rolled back is held back from the moment of the switch, and nothing is before.
        decided = rollbacks(settings, present(settings).edition_id)
        assert bool(hold(decided, "inputs p2")) == (value_published(settings) == 1.0)
        with exclusive(settings):
            pass
        assert len(rollbacks(settings, present(settings).edition_id)) == (value_published(settings) == 1.0)
        assert rollback(settings, "p1").edition_id == "p1"
        assert value_published(settings) == 1.0
        assert disagreement(settings) == ""
        if not killed:
            break
    else:
        pytest.fail("the rollback never ran to its end")
    assert seen == {1.0, 2.0}


@pytest.mark.slow
def test_a_take_over_of_the_first_layout_killed_at_any_step(settings, tmp_path):
    write_first_layout(settings, [1.0, 2.0, 3.0])
    start = tmp_path / "start"
    settings.published.rename(start)

    for step in range(1, 300):
        restore(settings, start)
        killed = killed_at(settings, "take lock", step)

        assert value_published(settings) == 3.0
        assert present(settings).edition_id == "p3"
        assert [edition.edition_id for edition in history(settings)] == ["p3", "p2", "p1"]
        with exclusive(settings):
            pass
        assert sorted(path.name for path in settings.published.iterdir()) == [
            ".lock", "current", "editions", "ipp.duckdb", "verdicts.jsonl",
        ]  # fmt: skip
        assert sorted(path.name for path in settings.editions.iterdir()) == ["p1", "p2", "p3"]
        assert disagreement(settings) == ""
        if not killed:
            break
    else:
        pytest.fail("the take-over never ran to its end")
    assert step > 30


def test_a_full_disk_after_the_switch(settings, publish_one, build, judge, make_figure, monkeypatch):
    first = publish_one("p1", [make_figure(value=1.0)])
    build("p2", "run2", [make_figure(value=2.0)])
    judge("run2")

    with exclusive(settings), monkeypatch.context() as patch:
        patch.setattr("orchestration.editions.settle._prune", _full_disk)
        with pytest.raises(CheckFailed, match="edition p2 is in place"):
            publish(settings, "run2")

    assert value_published(settings) == 2.0
    assert present(settings).edition_id == "p2"
    assert [edition.edition_id for edition in history(settings)] == ["p2", "p1"]
    assert disagreement(settings) == ""
    assert rollback(settings) == present(settings) == first


@pytest.mark.parametrize("name", ["replace", "symlink", "fsync"])
@pytest.mark.parametrize("call", range(1, 6))
def test_a_disk_that_fills_up(settings, publish_one, build, judge, make_figure, monkeypatch, call, name):
    publish_one("p1", [make_figure(value=1.0)], {"feed/index.json": "1"})
    build("p2", "run2", [make_figure(value=2.0)], {"feed/index.json": "2"})
    judge("run2")

    with monkeypatch.context() as patch:
        patch.setattr(os, name, _failing_at(call, getattr(os, name)))
        said = ""
        try:
            publish(settings, "run2")
        except CheckFailed as failed:
            said = str(failed)
    if said:
        assert "No space left on device; edition p" in said
        assert "free some space, then run the command again" in said
    assert value_published(settings) == (1.0 if "edition p1 is in place" in said else 2.0)
    assert_editions_are_whole(settings)

    publish(settings, "run2")
    assert value_published(settings) == 2.0
    assert [edition.edition_id for edition in history(settings)] == ["p2", "p1"]


def publish_on_a_full_disk(settings, start: Path, monkeypatch, first: int) -> bool:
    """Whether a publish needed the write from which on the disk is full. It says so; what was in place is whole, and
    with space the same command ends well.
    """
    restore(settings, start)
    said = ""
    with monkeypatch.context() as patch:
        is_full = fill_disk(patch, first)
        try:
            publish(settings, "run-new")
        except CheckFailed as failed:
            said = str(failed)
        reached = is_full()
    assert not said or ("No space left on device" in said and "free some space" in said)
    assert value_published(settings) == (1.0 if "edition p1 is in place" in said else 2.0)
    assert_editions_are_whole(settings)
    publish(settings, "run-new")
    assert value_published(settings) == 2.0
    assert sorted(path.name for path in settings.editions.iterdir()) == ["new", "p1"]
    assert disagreement(settings) == ""
    return reached


@pytest.fixture
def one_edition(settings, publish_one, build, judge, make_figure, tmp_path) -> Path:
    """A published folder with one edition, and a second that is built and judged."""
    publish_one("p1", [make_figure(value=1.0)], {"feed/index.json": "1"})
    build("new", "run-new", [make_figure(value=2.0)], {"feed/index.json": "2", "external/ipp.csv": "x"})
    judge("run-new")
    return settings.published.rename(tmp_path / "start")


@pytest.mark.parametrize("first", [3, 9, 17])
def test_a_disk_that_is_full_from_a_write_on(settings, one_edition, monkeypatch, first):
    assert publish_on_a_full_disk(settings, one_edition, monkeypatch, first)


@pytest.mark.slow
@pytest.mark.torture
def test_a_disk_that_is_full_from_any_write_on(settings, one_edition, monkeypatch, record_property):
    reached = (publish_on_a_full_disk(settings, one_edition, monkeypatch, first) for first in range(1, 300))
    writes = list(itertools.takewhile(bool, reached))
    record_property("Full disk", [["publish", "whole edition in place", len(writes)]])
    assert 20 < len(writes) < 299


def _full_disk(*arguments) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _failing_at(call, function):
    calls = iter(range(1, 1000))
    return lambda *arguments: _full_disk() if next(calls) == call else function(*arguments)
