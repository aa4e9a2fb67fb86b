"""A `published/` of the first version is read as it is and taken over by the first publish; nothing is lost."""

from __future__ import annotations

import json

import pytest

from orchestration.build.published_releases import read_published
from orchestration.editions.decisions import hold, rollbacks
from orchestration.editions.edition import differences
from orchestration.editions.files import sha256_of
from orchestration.editions.history import disagreement, file_of, history, present
from orchestration.editions.lock import exclusive
from orchestration.editions.publish import publish
from orchestration.editions.rollback import rollback
from orchestration.quality.ledger import PublishedFile
from tests.command_line import ipp
from tests.first_layout import FILE_SHA256, RELEASE, put_in_place, write_first_layout


@pytest.fixture
def first(settings):
    """Three publications of the first version, p3 in place."""
    write_first_layout(settings, [1.0, 2.0, 3.0])
    return settings


def ids(settings):
    return [edition.edition_id for edition in history(settings)]


def test_it_is_read_as_it_is(first):
    before = sorted(path for path in first.published.rglob("*"))

    assert ids(first) == ["p3", "p2", "p1"]
    assert present(first).edition_id == "p3"
    assert disagreement(first) == ""
    assert {file_of(first, edition).parent.name for edition in history(first)} == {"p1", "p2", "p3"}
    listed = ipp(first, "history").stdout.splitlines()
    assert [line.split()[0] for line in listed[2:]] == ["p3", "p2", "p1"]
    assert " pass " in listed[2]
    assert ipp(first, "diff").stdout.startswith("from p2 to p3\n")
    assert sorted(path for path in first.published.rglob("*")) == before


def test_the_first_publish_takes_it_over_with_history_and_release_memory(first, publish_one):
    files = {edition.edition_id: sha256_of(file_of(first, edition)) for edition in history(first)}

    publish_one("p4")

    assert ids(first) == ["p4", "p3", "p2"]
    assert present(first).replaces == "p3"
    assert str(first.published_file.readlink()) == "current/ipp.duckdb"
    for edition in history(first)[1:]:
        assert differences(first.editions / edition.edition_id, edition) == []
        assert edition.files[0].sha256 == files[edition.edition_id]
    assert PublishedFile(RELEASE, "a.ods", FILE_SHA256) in read_published(first).files
    assert sorted(path.name for path in first.published.iterdir()) == [
        ".lock", "current", "editions", "ipp.duckdb", "verdicts.jsonl",
    ]  # fmt: skip


def test_a_rollback_to_an_edition_of_it_has_the_verdict_of_then(first):
    assert rollback(first).edition_id == "p2"
    assert present(first).edition_id == "p2"
    assert ids(first) == ["p2", "p3", "p1"]
    assert hold(rollbacks(first, "p2"), "inputs p3")


def test_a_rollback_of_the_first_version_still_holds(first):
    moment = "2025-05-01T09:30:00.000+00:00"
    put_in_place(first, "p2", restored_at=moment, restored_in_place_of="p3")

    for _ in range(2):
        with exclusive(first):
            pass

    (decided,) = rollbacks(first, "p2")
    assert (decided.from_edition, decided.to_edition, decided.at) == ("p3", "p2", moment)
    assert hold([decided], "inputs p3") == decided
    assert ids(first) == ["p2", "p3", "p1"]


def test_an_altered_file_stays_in_place_until_a_person_acts(first):
    first.published_file.chmod(0o640)
    first.published_file.write_bytes(b"damage")
    with exclusive(first):
        pass

    assert first.published_file.read_bytes() == b"damage"
    assert "is not what was published" in disagreement(first)
    assert rollback(first).edition_id == "p3"
    assert disagreement(first) == ""
    with exclusive(first):
        pass
    assert not (first.published / "publication.json").exists()


def test_a_damaged_copy_in_the_history_does_not_replace_the_file_in_place(first):
    before = sha256_of(first.published_file)
    copy = first.published / "history" / "p3" / "ipp.duckdb"
    copy.chmod(0o640)
    copy.write_bytes(b"damage")
    with exclusive(first):
        pass

    assert sha256_of(first.published_file) == before
    assert present(first).edition_id == "p3"


def test_a_publish_of_the_first_version_that_was_killed_is_finished(first):
    """The file was in place, and its record still waited beside it."""
    record = json.loads((first.published / "publication.json").read_text())
    incoming = first.published / "incoming"
    incoming.mkdir()
    (first.published / "publication.json").rename(incoming / "publication.json")
    (first.published / "publication.json").write_text(json.dumps(record | {"publication_id": "p2", "sha256": "0" * 64}))
    (first.published / "history" / "p3" / "ipp.duckdb").unlink()
    (first.published / "history" / "p3" / "publication.json").unlink()
    (first.published / "history" / "p3").rmdir()

    assert present(first).edition_id == "p3"
    with exclusive(first):
        pass

    assert ids(first) == ["p3", "p2", "p1"]
    assert disagreement(first) == ""


def test_what_holds_no_whole_publication_stays_and_is_named(first):
    (first.published / "history" / "p1" / "publication.json").unlink()
    with exclusive(first):
        pass

    assert ids(first) == ["p3", "p2"]
    assert (first.published / "history" / "p1" / "ipp.duckdb").exists()
    assert "history/p1 does not hold all files" in ipp(first, "history").stderr


def test_publishing_again_what_is_in_place_changes_nothing(first):
    with exclusive(first):
        pass
    edition = present(first)
    assert publish_of(first, edition) == edition


def publish_of(settings, edition):
    """Publish the files of an edition of the first version as a sealed edition of their run."""
    settings.sealed.mkdir(parents=True)
    settings.sealed_warehouse.write_bytes(file_of(settings, edition).read_bytes())
    return publish(settings, edition.run_id)
