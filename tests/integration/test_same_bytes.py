"""The same raw/ gives the same exports byte for byte: in another folder, time zone, language and order of hashing."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import ROOT, Settings
from tests.command_line import ipp

pytestmark = pytest.mark.slow

MARTS = "select table_name from duckdb_tables() where schema_name = 'marts' order by table_name"
ELSEWHERE = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"}


def marts(settings: Settings) -> list[str]:
    """Every mart of a published file, by name."""
    return ipp(settings, "sql", "--format", "csv", MARTS).stdout.split()[1:]


def exports(settings: Settings, folder: Path) -> dict[str, bytes]:
    """The report's files and every mart as CSV, by name."""
    assert ipp(settings, "report", "--out", str(folder)).exit_code == 0
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return files | {
        mart: ipp(settings, "sql", "--format", "csv", f"select * from marts.{mart}").stdout_bytes
        for mart in marts(settings)
    }


EXPORT = """
import pickle, sys
from pathlib import Path
from orchestration.settings import ROOT, Settings
from tests.integration.test_same_bytes import exports
raw, work, published, out = map(Path, sys.argv[1:])
Path(f"{out}.pickle").write_bytes(pickle.dumps(exports(Settings(raw, work, published), out)))
"""


def exports_elsewhere(folder: Path, raw: Path) -> dict[str, bytes]:
    """The exports of a refresh as another machine would make them."""
    places = [shutil.copytree(raw, folder / "raw"), folder / "work", folder / "published"]
    options = [f"--{name}={place}" for name, place in zip(("raw", "work", "published"), places, strict=True)]
    refresh = [str(Path(sys.executable).with_name("ipp")), *options, "refresh"]
    for command in (refresh, [sys.executable, "-c", EXPORT, *map(str, places), str(folder / "out")]):
        done = subprocess.run(command, cwd=ROOT, env=os.environ | ELSEWHERE, capture_output=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return pickle.loads((folder / "out.pickle").read_bytes())


@pytest.mark.parametrize("refreshed", ["small", pytest.param("whole", marks=pytest.mark.torture)])
def test_every_export_is_the_same(request: pytest.FixtureRequest, refreshed: str, tmp_path: Path) -> None:
    settings = request.getfixturevalue(refreshed).settings
    here = exports(settings, tmp_path / "here")
    elsewhere = exports_elsewhere(tmp_path / "another machine", settings.raw)

    assert len(here) > 50
    assert here.keys() == elsewhere.keys()
    assert [name for name, content in here.items() if content != elsewhere[name]] == []
