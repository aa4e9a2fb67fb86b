"""The external pack in a refresh: what its checks say when it is refused, and when something is found in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.build.external_pack import make_pack
from orchestration.external import audit, pack, workbooks
from orchestration.external.audit import CHECKS, Finding
from orchestration.problems import CheckFailed
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")


def test_a_pack_that_cannot_be_protected_is_a_failed_check(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CheckFailed(["external pack: recalls cannot be protected", "to do: publish less"])

    monkeypatch.setattr(pack, "write_pack", refuse)
    results = make_pack(settings)
    (failed,) = [result for result in results if not result.success]
    assert "can_be_protected" in failed.observed
    assert "recalls cannot be protected; to do: publish less" in failed.observed


@pytest.mark.parametrize("check", CHECKS)
def test_each_finding_fails_the_suite(settings: Settings, monkeypatch: pytest.MonkeyPatch, check: str) -> None:
    monkeypatch.setattr(pack, "write_pack", lambda *_, **__: None)
    monkeypatch.setattr(audit, "pack_findings", lambda *_, **__: [Finding(check, "something in words")])
    assert [check in result.observed for result in make_pack(settings) if not result.success] == [True]


def test_a_pack_without_findings_passes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack, "write_pack", lambda *_, **__: None)
    monkeypatch.setattr(audit, "pack_findings", lambda *_, **__: [])
    made: list[Path] = []
    monkeypatch.setattr(workbooks, "write_workbooks", lambda pack_file, folder: made.append(pack_file))
    assert all(result.success for result in make_pack(settings))
    assert made == [settings.work / "external" / pack.FILE], "the workbooks are made from the checked pack"


def test_a_pack_whose_suite_is_missing_is_a_failed_check(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pack, "write_pack", lambda *_, **__: None)
    monkeypatch.setattr(audit, "pack_findings", lambda *_, **__: [Finding(CHECKS[0], "something in words")])
    (result,) = make_pack(settings.with_project_folders(expectations=tmp_path))
    assert not result.success
    assert f"{tmp_path}/external/pack.json: " in result.observed
