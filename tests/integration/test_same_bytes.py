"""The same raw/ gives the same exports byte for byte: in another folder, time zone, language and order of hashing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import ROOT, Settings
from tests.editions import Refreshed, copy_of, settings_in
from tests.exports import different

pytestmark = [pytest.mark.slow, pytest.mark.torture]

ELSEWHERE = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"}


def refresh_elsewhere(settings: Settings) -> str:
    """What a full refresh says, as another machine would make it."""
    folders = [f"--{name}={getattr(settings, name)}" for name in ("raw", "work", "published")]
    command = [Path(sys.executable).with_name("ipp"), *folders, "refresh", "--full"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | ELSEWHERE, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_every_export_is_the_same(published: Settings, tmp_path: Path) -> None:
    there = settings_in(tmp_path / "another machine")
    shutil.copytree(published.raw, there.raw)
    refresh_elsewhere(there)
    assert different(published, there) == []


def test_a_full_refresh_says_the_same_as_one_of_what_changed(
    arrived: Refreshed, changed: Refreshed, tmp_path: Path
) -> None:
    there = copy_of(arrived.settings, tmp_path / "another machine")
    shutil.rmtree(there.raw)
    shutil.copytree(changed.settings.raw, there.raw)
    said = refresh_elsewhere(there)
    assert "building everything: `--full` was given" in said
    assert different(changed.settings, there) == []
