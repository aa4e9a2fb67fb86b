"""Two refreshes exclude each other; a lock does not outlive its holder."""

from __future__ import annotations

import subprocess
import sys

import pytest

from orchestration.editions.lock import exclusive
from orchestration.editions.publish import publish
from orchestration.editions.rollback import rollback
from orchestration.problems import CheckFailed

HOLDER = """
import sys
from pathlib import Path
from orchestration.editions.lock import exclusive
from orchestration.settings import Settings

folder = Path(sys.argv[1])
with exclusive(Settings(folder / "raw", folder / "work", folder / "published")):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_another_process_is_refused_and_the_holder_is_named(settings, holder):
    with (
        pytest.raises(CheckFailed, match=f"process {holder.pid}, since .*wait until it has ended"),
        exclusive(settings),
    ):
        pytest.fail("two processes hold the lock")


@pytest.mark.parametrize("action", [lambda settings: publish(settings, "run1"), rollback])
def test_publishing_and_rolling_back_take_the_lock(settings, holder, build, judge, action):
    build("p1", "run1")
    judge("run1")

    with pytest.raises(CheckFailed, match="another refresh or rollback is running"):
        action(settings)
    assert not settings.published_file.exists()


def test_a_killed_holder_leaves_no_lock(settings, holder):
    holder.kill()
    holder.wait()

    with exclusive(settings):
        pass


def test_a_folder_that_cannot_be_written_to(settings):
    settings.published.write_text("a file where the folder should be")

    with pytest.raises(CheckFailed, match=r"cannot be written: (File exists|Not a directory)"):
        rollback(settings)


def test_a_refresh_publishes_inside_its_own_lock(settings, build, judge):
    with exclusive(settings):
        build("p1", "run1")
        judge("run1")
        publish(settings, "run1")
    assert settings.published_file.exists()
    with exclusive(settings):
        pass
