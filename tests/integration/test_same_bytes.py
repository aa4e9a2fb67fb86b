"""The same raw/ gives the same exports byte for byte: in another folder, time zone, language and order of hashing.

`make test` asks this of the small raw/, in test_reuse.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import ROOT, Settings
from tests.exports import different
from tests.integration.test_reuse import ELSEWHERE

pytestmark = [pytest.mark.slow, pytest.mark.torture]


def test_every_export_is_the_same(published: Settings, tmp_path: Path) -> None:
    raw = shutil.copytree(published.raw, tmp_path / "another machine" / "raw")
    there = Settings(raw, raw.parent / "work", raw.parent / "published")
    folders = [f"--{name}={getattr(there, name)}" for name in ("raw", "work", "published")]
    command = [Path(sys.executable).with_name("ipp"), *folders, "refresh"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | ELSEWHERE, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    assert different(published, there) == []
