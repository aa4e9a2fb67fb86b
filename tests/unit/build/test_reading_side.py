"""What the screener finds, as results of the refresh: for the feed and for the external pack."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestration.build import reading_side
from orchestration.build.reading_side import make_reading_side
from orchestration.feed import definition, make, screening, workbook
from orchestration.feed.screening import Finding
from orchestration.feed.screening.findings import read_checks
from orchestration.feed.screening.run import STAGES_OF_PACK
from orchestration.quality.results import CheckResult
from orchestration.query.edition_summary import EditionSummary, read_summary
from orchestration.settings import Settings
from orchestration.site import make as site
from tests.small_feed import make_warehouse

NOW = dt.datetime(2025, 7, 1, tzinfo=dt.UTC)
PACK = "external.screening"
SUMMARY = EditionSummary(dt.date(2025, 4, 24), dt.date(2025, 7, 31), ("records    2 figures: equal",))


def finding(check: str, severity: str = "F") -> Finding:
    """A finding of a check in a file of the pack."""
    stage = read_checks()[check].stage
    return Finding(stage, check, "W" if severity == "W" else "F", "caseload", "people", "it is wrong", "correct it")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A sealed warehouse. What is made of it is made elsewhere, and the screener finds nothing in the feed."""
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    settings.sealed.mkdir(parents=True)
    make_warehouse(settings.sealed_warehouse)
    monkeypatch.setattr(reading_side, "_summarise", lambda _: SUMMARY)
    for module, name in (
        (definition, "write_definition"),
        (workbook, "write_workbook"),
        (make, "make_feed"),
        (site, "make_site"),
    ):
        monkeypatch.setattr(module, name, lambda *_, **__: None)
    monkeypatch.setattr(screening, "screen", lambda *_: [])
    return settings


def pack_results(settings: Settings, monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> list[CheckResult]:
    """The results on the pack in which the screener finds something."""
    screened: list[tuple[object, ...]] = []

    def find(*given: object) -> list[Finding]:
        screened.append(given)
        return list(findings)

    monkeypatch.setattr(screening, "screen_pack", find)
    results = [result for result in make_reading_side(settings, NOW) if result.suite == PACK]
    assert screened == [(settings.sealed / "external", settings.sealed_warehouse, NOW)]
    return results


def test_the_pack_has_a_result_for_each_check_of_its_stages(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = pack_results(settings, monkeypatch)
    expected = {f"{check.stage}: {name}" for name, check in read_checks().items() if check.stage in STAGES_OF_PACK}
    assert {result.expectation for result in results} == expected
    assert all(result.success and result.target == "external" for result in results)


def test_a_fault_of_the_pack_stops_and_ends_the_results(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    results = pack_results(settings, monkeypatch, finding("key_twice"))
    (failed,) = (result for result in results if not result.success)
    assert failed.expectation == "keys: key_twice"
    assert "caseload / people: it is wrong. To do: correct it." in failed.observed
    assert {result.expectation.partition(":")[0] for result in results} == {"names", "dictionary", "keys"}


def test_a_warning_on_the_pack_is_kept_and_stops_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    results = pack_results(settings, monkeypatch, finding("single_option", "W"))
    assert all(result.success for result in results)
    assert [result.expectation for result in results if "it is wrong" in result.observed] == ["keys: single_option"]


def test_the_edition_gets_its_summary(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    pack_results(settings, monkeypatch)
    settings.published.mkdir()
    settings.current.symlink_to(settings.sealed)
    assert read_summary(settings) == SUMMARY
