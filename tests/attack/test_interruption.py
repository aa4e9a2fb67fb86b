"""A kill or a full disk at any point leaves a readable published file; the next publication puts everything right."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import swap
from orchestration.publication.files import sha256_of
from orchestration.publication.history import disagreement, file_of, history, present
from orchestration.publication.publish import publish
from orchestration.publication.rollback import rollback

# Publishes, or rolls back, in a process that dies without a word at its n-th step that touches the disk.
KILLED = """
import os, shutil, sys
from pathlib import Path
from orchestration.publication.publish import publish
from orchestration.publication.rollback import rollback
from orchestration.settings import Settings

folder, action, last = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
steps = 0

def dying(effect):
    def step(*arguments, **options):
        global steps
        steps += 1
        if steps == last:
            os._exit(9)
        return effect(*arguments, **options)
    return step

for module, name in ((os, "replace"), (os, "fsync"), (os, "unlink"), (shutil, "copyfile"), (shutil, "rmtree")):
    setattr(module, name, dying(getattr(module, name)))
Path.mkdir = dying(Path.mkdir)
Path.unlink = dying(Path.unlink)
Path.write_text = dying(Path.write_text)

settings = Settings(folder / "raw", folder / "work", folder / "published", keep_publications=3)
publish(settings, "run-new") if action == "publish" else rollback(settings)
"""


def killed_at(folder: Path, action: str, step: int) -> bool:
    """Whether a publication or rollback reached its `step` and was killed there."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, folder, action, str(step)], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 9), done.stderr
    return done.returncode == 9


def value_published(settings) -> float:
    with duckdb.connect(settings.published_file, read_only=True) as connection:
        return connection.execute("select value from marts.figures").fetchall()[0][0]


def assert_history_is_whole(settings) -> None:
    """Every publication in the history, the present one among them, can be read and is what its record says."""
    assert present(settings) in history(settings)
    for record in history(settings):
        assert sha256_of(file_of(settings, record)) == record.sha256


@pytest.mark.slow
def test_a_publication_killed_at_any_step(settings, build, judge, publish_one, make_figure, tmp_path):
    for number in (1, 2, 3):
        publish_one(f"p{number}", [make_figure(value=float(number))])
    build("new", "run-new", [make_figure(value=4.0)])
    judge("run-new")
    start = tmp_path / "start"
    settings.published.rename(start)

    seen = set()
    for step in range(1, 200):
        subprocess.run(["rm", "-rf", settings.published], check=True)
        subprocess.run(["cp", "-a", start, settings.published], check=True)
        killed = killed_at(tmp_path, "publish", step)

        seen.add(value_published(settings))
        assert value_published(settings) in (3.0, 4.0)
        assert_history_is_whole(settings)
        assert publish(settings, "run-new").publication_id == "new"
        assert [record.publication_id for record in history(settings)] == ["new", "p3", "p2"]
        assert sorted(path.name for path in settings.history.iterdir()) == ["new", "p2", "p3"]
        assert disagreement(settings) == ""
        assert value_published(settings) == 4.0
        if not killed:
            break
    else:
        pytest.fail("the publication never ran to its end")
    assert seen == {3.0, 4.0}
    assert step > 20


@pytest.mark.slow
def test_a_rollback_killed_at_any_step(settings, publish_one, make_figure, tmp_path):
    for number in (1, 2):
        publish_one(f"p{number}", [make_figure(value=float(number))])
    start = tmp_path / "start"
    settings.published.rename(start)

    for step in range(1, 200):
        subprocess.run(["rm", "-rf", settings.published], check=True)
        subprocess.run(["cp", "-a", start, settings.published], check=True)
        killed = killed_at(tmp_path, "rollback", step)

        assert value_published(settings) in (1.0, 2.0)
        assert_history_is_whole(settings)
        assert rollback(settings, "p1").publication_id == "p1"
        assert value_published(settings) == 1.0
        assert disagreement(settings) == ""
        if not killed:
            break
    else:
        pytest.fail("the rollback never ran to its end")


def test_between_the_two_replaces_it_is_said_what_is_in_place(
    settings, publish_one, build, judge, make_figure, monkeypatch
):
    first = publish_one("p1", [make_figure(value=1.0)])
    build("p2", "run2", [make_figure(value=2.0)])
    judge("run2")

    with monkeypatch.context() as patch:
        patch.setattr(swap, "_archive", _full_disk)
        with pytest.raises(OSError, match="No space"):
            publish(settings, "run2")

    assert value_published(settings) == 2.0
    assert present(settings).publication_id == "p2"
    assert [record.publication_id for record in history(settings)] == ["p2", "p1"]
    assert f"{settings.publication_json} does not describe" in disagreement(settings)
    assert rollback(settings) == present(settings)
    assert present(settings).sha256 == first.sha256
    assert disagreement(settings) == ""


@pytest.mark.parametrize("call", range(1, 6))
def test_a_disk_that_fills_up(settings, publish_one, build, judge, make_figure, monkeypatch, call):
    publish_one("p1", [make_figure(value=1.0)])
    build("p2", "run2", [make_figure(value=2.0)])
    judge("run2")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", _failing_at(call, os.replace))
        try:
            publish(settings, "run2")
        except OSError:
            assert value_published(settings) in (1.0, 2.0)
            assert_history_is_whole(settings)

    publish(settings, "run2")
    assert value_published(settings) == 2.0
    assert [record.publication_id for record in history(settings)] == ["p2", "p1"]


def _full_disk(*arguments) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _failing_at(call, function):
    calls = iter(range(1, 1000))
    return lambda *arguments: _full_disk() if next(calls) == call else function(*arguments)
