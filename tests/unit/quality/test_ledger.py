"""Only a whole verdict that follows from its checks is ever read as a pass."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.quality.ledger import (
    EditionFile,
    PublishedFile,
    Verdict,
    append,
    edition_sha256,
    give_verdict,
    read_ledger,
    recorded_pass,
)
from orchestration.quality.results import CheckResult, not_checked

WAREHOUSE, FEED = EditionFile("ipp.duckdb", "a" * 64), EditionFile("feed/index.json", "b" * 64)
SHA, OTHER = edition_sha256([WAREHOUSE]), edition_sha256([FEED, WAREHOUSE])
GOOD = CheckResult(
    "landing.t", "landing.t", "expect_something(sex)", True, True, "3 rows", "It could go wrong — unseen."
)
BAD = replace(GOOD, success=False, observed="1 of 3 rows")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "published" / "verdicts.jsonl"


def verdict(*checks: CheckResult, sha: str = SHA, run: str = "run-1") -> Verdict:
    return give_verdict(run, [WAREHOUSE] if sha == SHA else [WAREHOUSE, FEED], ["omsq 2024-q4"], checks or (GOOD,))


def test_no_ledger_is_no_pass(ledger: Path) -> None:
    assert recorded_pass(ledger, SHA, "run-1") is None


def test_pass_is_found_as_it_was_given(ledger: Path) -> None:
    given_one = verdict()
    append(ledger, verdict(BAD, sha=OTHER))
    append(ledger, given_one)
    append(ledger, verdict(run="run-2", sha=OTHER))
    assert recorded_pass(ledger, SHA, "run-1") == given_one
    assert len(read_ledger(ledger).verdicts) == 3


@pytest.mark.parametrize(
    ("sha", "run"), [(OTHER, "run-1"), (SHA, "run-2"), (SHA, ""), ("", "run-1"), (SHA[:-1], "run-1")]
)
def test_pass_holds_for_its_own_bytes_and_run_alone(ledger: Path, sha: str, run: str) -> None:
    append(ledger, verdict())
    assert recorded_pass(ledger, sha, run) is None


@pytest.mark.parametrize("checks", [(BAD,), (GOOD, BAD), (not_checked("s", "t", "e", "why", "reason"), GOOD)])
def test_failed_check_is_no_pass(ledger: Path, checks: tuple[CheckResult, ...]) -> None:
    append(ledger, verdict(*checks))
    assert recorded_pass(ledger, SHA, "run-1") is None


def test_the_files_of_a_verdict_are_kept(ledger: Path) -> None:
    files = (PublishedFile("omsq 2024-q4", "a.ods", OTHER), PublishedFile("omsq 2024-q4", "b.ods", SHA))
    append(ledger, give_verdict("run-1", [WAREHOUSE], ["omsq 2024-q4"], (GOOD,), files))

    assert read_ledger(ledger).verdicts[0].files == files


def test_a_verdict_of_an_earlier_version_lists_no_files(ledger: Path) -> None:
    """A line as it was written before verdicts listed files; its checksum is over what it says."""
    content = {
        "run_id": "run-1",
        "candidate_sha256": WAREHOUSE.sha256,
        "passed": False,
        "at": "2026-11-21T12:00:00.000+00:00",
        "releases": ["omsq 2024-q4"],
        "checks": [],
    }
    checksum = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    ledger.parent.mkdir(parents=True)
    ledger.write_text(json.dumps(content | {"line_sha256": checksum}) + "\n", encoding="utf-8")

    (kept,) = read_ledger(ledger).verdicts
    assert kept.files == ()
    assert kept.edition_files == (WAREHOUSE,)
    assert kept.edition_sha256 == SHA


def test_every_file_of_the_edition_is_listed(ledger: Path) -> None:
    append(ledger, verdict(sha=OTHER))

    (kept,) = read_ledger(ledger).verdicts
    assert kept.edition_files == (WAREHOUSE, FEED)
    assert json.loads(ledger.read_text(encoding="utf-8"))["edition_files"] == [vars(WAREHOUSE), vars(FEED)]
    lines = f"feed/index.json {FEED.sha256}\nipp.duckdb {WAREHOUSE.sha256}\n"
    assert kept.edition_sha256 == hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_ledger_is_for_owner_and_group_only(ledger: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        append(ledger, verdict())
        ledger.chmod(0o644)
        append(ledger, verdict())
    finally:
        os.umask(before)
    assert ledger.stat().st_mode & 0o777 == 0o640


def test_no_checks_at_all_is_no_pass() -> None:
    assert not give_verdict("run-1", [WAREHOUSE], [], ()).passed


def test_check_that_could_not_run_is_no_pass_even_when_it_says_success() -> None:
    assert not verdict(replace(GOOD, could_run=False)).passed


def test_later_verdict_takes_a_pass_back(ledger: Path) -> None:
    append(ledger, verdict())
    append(ledger, verdict(BAD))
    assert recorded_pass(ledger, SHA, "run-1") is None


def test_verdict_that_does_not_follow_from_its_checks_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="follows from its checks"):
        replace(verdict(BAD), passed=True)
    with pytest.raises(ValueError, match="not that of its files"):
        replace(verdict(), edition_sha256="latest")


def test_truncated_line_is_no_pass_is_reported_and_swallows_nothing(
    ledger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    append(ledger, verdict(run="run-0"))
    append(ledger, verdict())
    ledger.write_bytes(ledger.read_bytes()[:-40])
    with caplog.at_level(logging.WARNING):
        assert recorded_pass(ledger, SHA, "run-1") is None
    assert "line 2: not a verdict as it was written" in caplog.text
    append(ledger, verdict(run="run-2"))
    assert recorded_pass(ledger, SHA, "run-2")
    assert recorded_pass(ledger, SHA, "run-0")
    assert len(read_ledger(ledger).damage) == 1


def edited(ledger: Path, **changes: object) -> None:
    """Change fields of the last line by hand."""
    *before, last = ledger.read_text(encoding="utf-8").splitlines()
    ledger.write_text("\n".join([*before, json.dumps(json.loads(last) | changes)]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "changes",
    [
        {"passed": True},
        {"passed": True, "checks": []},
        {"passed": True, "checks": [vars(GOOD)]},
        {"passed": "true"},
        {"edition_sha256": OTHER},
        {"edition_files": []},
        {"edition_files": [vars(FEED)]},
        {"candidate_sha256": OTHER},
        {"run_id": "run-9"},
        {"line_sha256": "0" * 64},
    ],
)
def test_line_edited_by_hand_is_no_pass(ledger: Path, changes: dict[str, object]) -> None:
    append(ledger, verdict(BAD))
    edited(ledger, **changes)
    assert read_ledger(ledger).verdicts == ()
    for sha in (SHA, OTHER):
        for run in ("run-1", "run-9"):
            assert recorded_pass(ledger, sha, run) is None


@pytest.mark.parametrize("line", ["[]", "null", "{}", '"pass"', "\x00\x00", "{", "ü", '{"line_sha256": 1}'])
def test_line_that_is_something_else_is_reported(ledger: Path, line: str) -> None:
    append(ledger, verdict())
    with ledger.open("a", encoding="latin-1") as file:
        file.write(line + "\n")
    found = read_ledger(ledger)
    assert len(found.verdicts) == 1
    assert len(found.damage) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(data=st.data())
def test_one_changed_byte_never_makes_another_verdict(ledger: Path, data: st.DataObject) -> None:
    """If any byte of the ledger changes, a line says what it said or is ignored."""
    ledger.unlink(missing_ok=True)
    append(ledger, verdict(BAD))
    kept = read_ledger(ledger).verdicts
    content = bytearray(ledger.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    ledger.write_bytes(bytes(content))
    assert set(read_ledger(ledger).verdicts) <= set(kept)
