"""Old verdicts that failed leave the ledger; nothing is lost and nothing that passed is touched."""

from __future__ import annotations

import gzip
import json

import pytest

from orchestration.editions import retention
from orchestration.editions.files import PRIVATE_FILE
from orchestration.editions.rollback import rollback
from orchestration.problems import CheckFailed
from orchestration.quality.ledger import read_ledger


@pytest.fixture
def many(settings, publish_one, build, judge, make_figure):
    """An edition, 12 failures, another edition, and a line that is damaged."""
    publish_one("p1")
    build("p2", "bad", [make_figure(value=2.0)])
    for number in range(12):
        judge(f"bad{number}", passed=False)
    publish_one("p3", [make_figure(value=3.0)])
    with settings.ledger.open("a") as file:
        file.write('{"run_id": "damaged\n')
    return settings


def runs_in(settings):
    return [verdict.run_id for verdict in read_ledger(settings.ledger).verdicts]


def test_old_failures_move_to_the_archive_as_they_were(many):
    before = many.ledger.read_bytes()
    assert retention.archive_failed_verdicts(many) == 2
    assert runs_in(many) == ["run-p1", *(f"bad{number}" for number in range(2, 12)), "run-p3"]
    assert len(read_ledger(many.ledger).damage) == 1
    archived = gzip.decompress((many.published / retention.ARCHIVE).read_bytes())
    assert [json.loads(line)["run_id"] for line in archived.splitlines()] == ["bad0", "bad1"]
    assert sorted([*many.ledger.read_bytes().splitlines(), *archived.splitlines()]) == sorted(before.splitlines())
    for path in (many.ledger, many.published / retention.ARCHIVE):
        assert path.stat().st_mode & 0o777 == PRIVATE_FILE
    assert rollback(many).edition_id == "p1"


def test_a_second_time_adds_to_the_archive(many, judge):
    retention.archive_failed_verdicts(many)
    assert retention.archive_failed_verdicts(many) == 0
    judge("bad12", passed=False)
    assert retention.archive_failed_verdicts(many) == 1
    archived = gzip.decompress((many.published / retention.ARCHIVE).read_bytes())
    assert [json.loads(line)["run_id"] for line in archived.splitlines()] == ["bad0", "bad1", "bad2"]


def test_a_disk_that_fills_up_loses_nothing(many, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    before = many.ledger.read_bytes()
    monkeypatch.setattr(retention, "_add_to_archive", full)
    with pytest.raises(CheckFailed, match="No space left"):
        retention.archive_failed_verdicts(many)
    assert many.ledger.read_bytes() == before


def test_no_ledger_is_nothing_to_do(settings):
    assert retention.archive_failed_verdicts(settings) == 0
