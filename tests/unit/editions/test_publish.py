"""Publishing is fail-closed: if anything is wrong with the proof, the published file's bytes stay what they were."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable

import duckdb
import pytest

from orchestration.editions import switch
from orchestration.editions.edition import differences, list_files
from orchestration.editions.files import sha256_of
from orchestration.editions.history import disagreement, history, present
from orchestration.editions.publish import publish
from orchestration.editions.rollback import rollback
from orchestration.problems import CheckFailed
from orchestration.quality.ledger import edition_sha256
from orchestration.settings import Settings


def test_puts_the_sealed_edition_in_place_with_its_manifest(settings, publish_one):
    edition = publish_one("p1")
    warehouse = sha256_of(settings.published_file)

    assert sha256_of(settings.sealed_warehouse) == warehouse
    assert json.loads((settings.current / "edition.json").read_text()) == {
        "edition_id": "p1",
        "run_id": "run-p1",
        "published_at": edition.published_at,
        "sha256": hashlib.sha256(f"ipp.duckdb {warehouse}\n".encode()).hexdigest(),
        "inputs_sha256": "inputs p1",
        # The release that is set aside is not among them.
        "releases": ["omsq 2024-q3", "omsq 2024-q4"],
        "versions": "duckdb 2",
        "files": [
            {
                "path": "ipp.duckdb",
                "sha256": warehouse,
                "size": settings.published_file.stat().st_size,
                "classification": "official-sensitive internal",
            }
        ],
        "replaces": "",
    }
    assert str(settings.current.readlink()) == "editions/p1"
    assert str(settings.published_file.readlink()) == "current/ipp.duckdb"
    assert history(settings) == [edition]
    assert present(settings) == edition
    assert disagreement(settings) == ""
    assert sorted(path.name for path in settings.published.iterdir()) == [
        ".lock", "current", "editions", "ipp.duckdb", "verdicts.jsonl",
    ]  # fmt: skip
    assert [path.name for path in settings.editions.iterdir()] == ["p1"]


def test_the_one_before_stays_in_the_history(settings, publish_one, make_figure):
    first = publish_one("p1")
    second = publish_one("p2", [make_figure(value=1000.0)])

    assert second.replaces == "p1"
    assert history(settings) == [second, first]
    assert differences(settings.editions / "p1", first) == []
    assert present(settings) == second


def _never_judged(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run2")


def _failed(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run2")
    judge("run2", passed=False)


def _altered_since(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run2")
    judge("run2")
    with duckdb.connect(settings.sealed_warehouse) as connection:
        connection.execute("update marts.figures set value = 1")


def _altered_by_one_byte(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run2")
    judge("run2")
    settings.sealed_warehouse.write_bytes(settings.sealed_warehouse.read_bytes() + b"\0")


def _passed_in_an_earlier_run(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run1")
    judge("run1")


def _passed_and_then_failed(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run2")
    judge("run2")
    judge("run2", passed=False)


def _built_in_another_run(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run1")
    judge("run2")


def _not_there(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    settings.sealed_warehouse.unlink()


def _not_closed(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run2")
    judge("run2")
    settings.sealed_warehouse.with_name("ipp.duckdb.wal").write_bytes(b"changes")


def _no_warehouse(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    settings.sealed_warehouse.write_text("not a database")
    judge("run2")


def _says_nothing_of_itself(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p2", "run2")
    with duckdb.connect(settings.sealed_warehouse) as connection:
        connection.execute("delete from meta.publication")
    judge("run2")


def _identifier_used_before(settings: Settings, build: Callable[..., None], judge: Callable[..., None]) -> None:
    build("p1", "run2")
    judge("run2")


def _identifier_that_leaves_the_folder(
    settings: Settings, build: Callable[..., None], judge: Callable[..., None]
) -> None:
    build("../p2", "run2")
    judge("run2")


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (_never_judged, "no verdict on these files, and none of this run"),
        (_failed, "a fail for these files in run 'run2'"),
        (_altered_since, "a verdict of this run on other files"),
        (_altered_by_one_byte, "a verdict of this run on other files"),
        (_passed_in_an_earlier_run, "a pass for these files in run 'run1'"),
        (_passed_and_then_failed, "a fail for these files in run 'run2'"),
        (_built_in_another_run, "built in run 'run1', expected run 'run2'"),
        (_not_there, "does not exist"),
        (_not_closed, "ipp.duckdb.wal"),
        (_no_warehouse, "does not say what it is"),
        (_says_nothing_of_itself, "expected one row, found 0"),
        (_identifier_used_before, "not used twice"),
        (_identifier_that_leaves_the_folder, "'../p2'"),
    ],
)
def test_refuses_what_has_no_proof(settings, build, judge, publish_one, forge, words):
    before = publish_one("p1")
    forge(settings, build, judge)

    with pytest.raises(CheckFailed) as refusal:
        publish(settings, "run2")

    assert words in str(refusal.value)
    assert str(settings.sealed) in str(refusal.value) or "p1" in str(refusal.value)
    assert present(settings) == before
    assert history(settings) == [before]
    assert [path.name for path in settings.editions.iterdir()] == ["p1"]


def test_the_refusal_names_the_hash_and_the_way_out(settings, build):
    build("p1", "run1")

    with pytest.raises(CheckFailed) as refusal:
        publish(settings, "run1")

    assert edition_sha256(list_files(settings.sealed)) in str(refusal.value)
    assert "ipp refresh" in str(refusal.value)
    assert not settings.published_file.exists()


def test_a_verdict_edited_by_hand_is_no_pass(settings, build, judge, publish_one):
    before = publish_one("p1")
    build("p2", "run2")
    judge("run2", passed=False)
    settings.ledger.write_text(settings.ledger.read_text().replace("false", "true"))

    with pytest.raises(CheckFailed, match="may not be published"):
        publish(settings, "run2")

    assert present(settings) == before


def test_what_is_judged_is_the_copy_that_is_put_in_place(settings, build, judge, publish_one, monkeypatch):
    before = publish_one("p1")
    build("p2", "run2")
    judge("run2")
    copy = switch.copy_durably

    def copy_while_somebody_writes(source, target, mode):
        copy(source, target, mode)
        target.chmod(0o644)
        target.write_bytes(target.read_bytes() + b"\0")

    monkeypatch.setattr(switch, "copy_durably", copy_while_somebody_writes)

    # The candidate itself is what was judged.
    with pytest.raises(CheckFailed, match="a verdict of this run on other files"):
        publish(settings, "run2")
    assert present(settings) == before


def test_publishing_again_changes_nothing(settings, publish_one):
    record = publish_one("p1")

    assert publish(settings, "run-p1") == record
    assert history(settings) == [record]


def test_readers_keep_the_file_they_opened(settings, publish_one, make_figure):
    publish_one("p1", [make_figure(value=1.0)])
    reader = duckdb.connect(settings.published_file, read_only=True)

    publish_one("p2", [make_figure(value=2.0)])

    assert reader.execute("select value from marts.figures").fetchall() == [(1.0,)]
    reader.close()
    with duckdb.connect(settings.published_file, read_only=True) as new_reader:
        assert new_reader.execute("select value from marts.figures").fetchall() == [(2.0,)]


def test_keeps_as_many_editions_as_the_settings_say(settings, publish_one, make_figure):
    for number in range(5):
        publish_one(f"p{number}", [make_figure(value=float(number))])

    assert [edition.edition_id for edition in history(settings)] == ["p4", "p3", "p2"]
    assert sorted(path.name for path in settings.editions.iterdir()) == ["p2", "p3", "p4"]


WRITER_THAT_IS_KILLED = """
import os, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("insert into marts.figures (measure) values ('mine')")
os._exit(9)
"""


def test_a_log_left_beside_the_published_file_does_not_spoil_the_next(settings, publish_one, make_figure):
    publish_one("p1")
    settings.published_file.chmod(0o644)
    subprocess.run([sys.executable, "-c", WRITER_THAT_IS_KILLED, settings.published_file], check=False)
    assert (settings.editions / "p1" / "ipp.duckdb.wal").exists()
    assert "is not closed" in disagreement(settings)
    # Where clients leave it that do not follow links.
    settings.published_file.with_name("ipp.duckdb.wal").write_bytes(b"changes")

    second = publish_one("p2", [make_figure(value=2.0)])

    with duckdb.connect(settings.published_file, read_only=True) as connection:
        assert connection.execute("select value from marts.figures").fetchall() == [(2.0,)]
    assert present(settings) == second
    assert rollback(settings).edition_id == "p1"
    assert disagreement(settings) == ""


def test_damage_to_the_edition_in_place_leaves_the_others_whole(settings, publish_one, make_figure):
    first = publish_one("p1")
    publish_one("p2", [make_figure(value=2.0)])
    settings.published_file.chmod(0o644)
    with settings.published_file.open("r+b") as file:
        file.write(b"damage")

    assert present(settings) is None
    assert "edition p2 is not what was published" in disagreement(settings)
    assert differences(settings.editions / "p1", first) == []
