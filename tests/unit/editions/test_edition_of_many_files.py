"""The verdict covers every file of an edition, and all files change together."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.editions.edition import differences
from orchestration.editions.history import disagreement, history, present
from orchestration.editions.publish import publish
from orchestration.editions.rollback import rollback
from orchestration.problems import CheckFailed
from orchestration.quality.ledger import read_ledger

MORE = {"feed/index.json": "1", "external/csv/recalls.csv": "a,b\n"}


def _altered(sealed: Path) -> None:
    (sealed / "feed" / "index.json").write_text("2")


def _added(sealed: Path) -> None:
    (sealed / "external" / "more.csv").write_text("a,b\n")


def _removed(sealed: Path) -> None:
    (sealed / "external" / "csv" / "recalls.csv").unlink()


def _moved(sealed: Path) -> None:
    (sealed / "feed" / "index.json").rename(sealed / "external" / "index.json")


@pytest.mark.parametrize("change", [_altered, _added, _removed, _moved])
def test_a_file_changed_after_the_verdict_is_refused(settings, publish_one, build, judge, change):
    before = publish_one("p1", more=MORE)
    build("p2", "run2", more=MORE)
    judge("run2")
    change(settings.sealed)

    with pytest.raises(CheckFailed, match="a verdict of this run on other files"):
        publish(settings, "run2")
    assert present(settings) == before
    assert [path.name for path in settings.editions.iterdir()] == ["p1"]


def _link(sealed: Path) -> None:
    (sealed / "feed" / "passwd").symlink_to("/etc/passwd")


def _linked_folder(sealed: Path) -> None:
    (sealed / "more").symlink_to("/etc")


def _pipe(sealed: Path) -> None:
    os.mkfifo(sealed / "pipe")


@pytest.mark.parametrize("change", [_link, _linked_folder, _pipe])
def test_what_is_no_file_is_refused(settings, build, judge, change):
    build("p1", "run1", more=MORE)
    judge("run1")
    change(settings.sealed)

    with pytest.raises(CheckFailed, match="is a link or a device"):
        publish(settings, "run1")
    assert not settings.current.exists()


def test_the_ledger_and_the_manifest_list_the_same_files(settings, publish_one):
    edition = publish_one("p1", more=MORE)

    (verdict,) = read_ledger(settings.ledger).verdicts
    assert [(file.path, file.sha256) for file in verdict.edition_files] == [
        (file.path, file.sha256) for file in edition.files
    ]
    assert verdict.edition_sha256 == edition.sha256
    assert {file.path: file.classification for file in edition.files} == {
        "external/csv/recalls.csv": "external",
        "feed/index.json": "official-sensitive internal",
        "ipp.duckdb": "official-sensitive internal",
    }


def test_a_rollback_moves_everything_at_once(settings, publish_one):
    publish_one("p1", more=MORE)
    publish_one("p2", more={"feed/index.json": "2", "site/index.html": "page"})
    assert (settings.current / "feed" / "index.json").read_text() == "2"

    rollback(settings)

    assert (settings.current / "feed" / "index.json").read_text() == "1"
    assert (settings.current / "external" / "csv" / "recalls.csv").exists()
    assert not (settings.current / "site").exists()


@pytest.mark.parametrize("path", ["feed/index.json", "external/csv/recalls.csv"])
def test_an_edition_with_one_damaged_file_does_not_come_back(settings, publish_one, make_figure, path):
    publish_one("p1", more=MORE)
    second = publish_one("p2", [make_figure(value=2.0)], MORE)
    kept = settings.editions / "p1" / path
    kept.chmod(0o640)
    kept.write_text("x")

    with pytest.raises(CheckFailed, match=f"{path} is damaged"):
        rollback(settings)
    assert present(settings) == second


def test_status_of_an_edition_says_which_files_differ(settings, publish_one):
    edition = publish_one("p1", more=MORE)
    folder = settings.editions / "p1"
    (folder / "feed" / "index.json").unlink()
    (folder / "feed" / "other.json").write_text("1")

    assert [line.partition(str(folder))[2] for line in differences(folder, edition)] == [
        "/feed/index.json is missing",
        "/feed/other.json does not belong to the edition: edition.json does not list it",
    ]
    assert "feed/index.json is missing" in disagreement(settings)


def test_an_edition_that_a_link_leads_to_is_not_pruned(settings, publish_one, make_figure):
    publish_one("p0", [make_figure(value=0.0)])
    (settings.published / "for-the-annual-report").symlink_to("editions/p0/ipp.duckdb")
    for number in range(1, 6):
        publish_one(f"p{number}", [make_figure(value=float(number))])

    assert [edition.edition_id for edition in history(settings)] == ["p5", "p4", "p3", "p0"]


def test_a_reader_that_opened_a_file_keeps_it_when_its_edition_is_pruned(settings, publish_one):
    publish_one("p0", more=MORE)
    with (settings.current / "feed" / "index.json").open() as feed:
        for number in range(1, 6):
            publish_one(f"p{number}", more={"feed/index.json": "later"})
        assert not (settings.editions / "p0").exists()
        assert feed.read() == "1"
