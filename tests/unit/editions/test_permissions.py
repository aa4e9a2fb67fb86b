"""Who may read what: internal files are for owner and group, the external pack is for everybody, under any umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.editions.files import private_by_default
from orchestration.editions.lock import exclusive
from orchestration.editions.rollback import rollback

MORE = {
    "external/ipp-external.duckdb": "pack",
    "external/csv/recalls.csv": "pack",
    "feed/index.json": "feed",
    "site/pages/index.html": "page",
}


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The permissions of everything in a folder but for links, by path."""
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink()
    }


def test_an_edition(settings, publish_one, umask):
    publish_one("p1", more=MORE)
    publish_one("p2", more=MORE)
    rollback(settings)

    assert modes(settings.published) == {
        ".": 0o751,
        ".lock": 0o640,
        "decisions.json": 0o640,
        "verdicts.jsonl": 0o640,
        "editions": 0o751,
    } | {
        f"editions/{edition}{path}": mode
        for edition in ("p1", "p2")
        for path, mode in {
            "": 0o751,
            "/edition.json": 0o440,
            "/ipp.duckdb": 0o440,
            "/external": 0o755,
            "/external/ipp-external.duckdb": 0o444,
            "/external/csv": 0o755,
            "/external/csv/recalls.csv": 0o444,
            "/feed": 0o750,
            "/feed/index.json": 0o440,
            "/site": 0o750,
            "/site/pages": 0o750,
            "/site/pages/index.html": 0o440,
        }.items()
    }


def test_work_is_private_while_a_refresh_runs(settings, umask):
    (settings.work / "logs").mkdir(parents=True)
    (settings.work / "logs" / "dbt.log").touch()
    (settings.work / "logs").chmod(0o755)
    (settings.work / "logs" / "dbt.log").chmod(0o644)
    with exclusive(settings):
        assert modes(settings.work)["logs"] & 0o007 == 0
        assert modes(settings.work)["logs/dbt.log"] == 0o640
        (settings.work / "dbt").mkdir()
        (settings.work / "dbt" / "run_results.json").write_text("{}")
    assert modes(settings.work)["dbt"] == 0o750
    assert modes(settings.work)["dbt/run_results.json"] == 0o640
    assert modes(settings.work)["."] & 0o007 == 0


def test_the_umask_comes_back(umask):
    before = os.umask(0o022)
    os.umask(before)
    with private_by_default():
        pass
    after = os.umask(before)
    assert after == before


def test_a_shared_folder_keeps_its_group(settings, publish_one):
    settings.published.mkdir()
    settings.published.chmod(0o2775)
    publish_one("p1", more=MORE)

    assert stat.S_IMODE(settings.published.stat().st_mode) == 0o2771
    assert settings.editions.stat().st_mode & stat.S_ISGID
    assert (settings.editions / "p1" / "feed").stat().st_mode & stat.S_ISGID


def test_no_reader_writes_to_what_is_published(settings, publish_one):
    publish_one("p1", more=MORE)
    files = [path for path in (settings.editions / "p1").rglob("*") if path.is_file()]
    assert len(files) == 6
    assert [path for path in files if path.stat().st_mode & 0o222] == []
