"""What a run seals is what it judged: a new folder with its own files, which the ledger lists and `publish` takes."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.build import candidate, refresh
from orchestration.build.seal import seal
from orchestration.editions.edition import list_files
from orchestration.editions.files import private_by_default
from orchestration.editions.publish import publish
from orchestration.problems import CheckFailed
from orchestration.quality.ledger import read_ledger
from orchestration.quality.results import CheckResult

CHECK = CheckResult("suite", "marts.figures", "expectation", True, True, "observed", "reason")


@pytest.fixture
def built(settings, sources):
    """A candidate without figures, built in run1."""
    candidate.create(settings.candidate).close()
    with duckdb.connect(settings.candidate) as connection:
        candidate.begin(connection, "run1", "f" * 64)
        candidate.land(connection, [], {"omsq": sources["omsq"]})
    return settings


def test_a_sealed_edition_is_judged_and_published(built, monkeypatch):
    monkeypatch.setattr(refresh, "make_reading_side", lambda settings, now: ())
    refresh._give_verdict(built, "run1", [CHECK])

    (verdict,) = read_ledger(built.ledger).verdicts
    assert [(file.path, file.sha256) for file in verdict.edition_files] == [
        (file.path, file.sha256) for file in list_files(built.sealed)
    ]
    edition = publish(built, "run1")
    assert edition.sha256 == verdict.edition_sha256
    assert edition.inputs_sha256 == "f" * 64
    assert edition.edition_id.endswith("Z-ffffffff")


def test_an_edition_whose_feed_cannot_be_made_is_not_published(built):
    """The small warehouse has none of the tables that the feed is made from."""
    faults = refresh._give_verdict(built, "run1", [CHECK])

    assert any("feed.dashboard_rows" in fault.observed for fault in faults)
    assert [verdict.passed for verdict in read_ledger(built.ledger).verdicts] == [False]
    with pytest.raises(CheckFailed):
        publish(built, "run1")
    assert not built.current.exists()


def test_files_of_an_earlier_run_are_not_sealed(built, sources):
    (built.sealed / "feed").mkdir(parents=True)
    (built.sealed / "feed" / "index.json").write_text("of an earlier run")
    with private_by_default():
        seal(built, "run1", [CHECK], sources)

    assert [file.path for file in list_files(built.sealed)] == ["ipp.duckdb"]
    assert built.sealed.stat().st_mode & 0o777 == 0o750
    assert built.sealed_warehouse.stat().st_mode & 0o777 == 0o640


def test_a_candidate_of_another_run_is_not_sealed(built, sources):
    with pytest.raises(CheckFailed, match="was built by run 'run1', not 'run2'"):
        seal(built, "run2", [CHECK], sources)
    assert not built.sealed.exists()
