"""Going back: to the bytes that were judged and published, or not at all."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from orchestration.problems import CheckFailed
from orchestration.publication import swap
from orchestration.publication.files import sha256_of
from orchestration.publication.history import before, disagreement, history, present, unreadable
from orchestration.publication.names import UnknownName
from orchestration.publication.rollback import rollback


@pytest.fixture
def three(publish_one, make_figure):
    """Three publications, p3 in place."""
    return [publish_one(f"p{number}", [make_figure(value=float(number))]) for number in (1, 2, 3)]


def test_goes_back_to_the_one_before_and_says_so(settings, three):
    restored = rollback(settings)

    assert sha256_of(settings.published_file) == three[1].sha256
    assert restored.publication_id == "p2"
    assert restored.published_at == three[1].published_at
    assert restored.restored_in_place_of == "p3"
    assert restored.restored_at > three[2].published_at
    assert json.loads(settings.publication_json.read_text())["restored_in_place_of"] == "p3"
    assert json.loads((settings.history / "p2" / "publication.json").read_text())["restored_in_place_of"] == "p3"
    assert [record.publication_id for record in history(settings)] == ["p2", "p3", "p1"]
    assert present(settings) == restored
    assert disagreement(settings) == ""


def test_goes_back_step_by_step_and_forward_by_name(settings, three):
    rollback(settings)

    assert rollback(settings).publication_id == "p1"
    assert rollback(settings, "p3").publication_id == "p3"
    assert sha256_of(settings.published_file) == three[2].sha256


def test_after_a_rollback_the_one_before_is_the_one_that_was_in_place(settings, three, publish_one, make_figure):
    rollback(settings, "p1")
    publish_one("p4", [make_figure(value=4.0)])

    # Not p3, which was taken out of use.
    assert before(settings, present(settings)).publication_id == "p1"


def test_nothing_before_the_first(settings, publish_one):
    publish_one("p1")

    with pytest.raises(CheckFailed, match="no earlier publication"):
        rollback(settings)


def test_nothing_at_all(settings):
    with pytest.raises(CheckFailed, match=r"kept in .*: none"):
        rollback(settings)


def test_back_to_the_present_changes_nothing(settings, three):
    assert rollback(settings, "p3") == three[2]
    assert present(settings) == three[2]


def test_an_unknown_identifier_names_the_nearest(settings, three):
    with pytest.raises(UnknownName, match="unknown publication 'p9'; did you mean"):
        rollback(settings, "p9")
    with pytest.raises(UnknownName):
        rollback(settings, "../history/p1")


def test_a_damaged_file_is_refused(settings, three):
    kept = settings.history / "p2" / "ipp.duckdb"
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes()[:-1])

    with pytest.raises(CheckFailed, match="is damaged: expected SHA-256") as refusal:
        rollback(settings)

    assert three[1].sha256 in str(refusal.value)
    assert present(settings) == three[2]
    assert not swap.incoming(settings).exists()


def test_a_file_exchanged_together_with_its_record_is_refused(settings, three):
    kept = settings.history / "p2" / "ipp.duckdb"
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes() + b"\0")
    paper = settings.history / "p2" / "publication.json"
    paper.write_text(json.dumps(json.loads(paper.read_text()) | {"sha256": sha256_of(kept)}))

    with pytest.raises(CheckFailed, match="a verdict of this run on other bytes"):
        rollback(settings)

    assert sha256_of(settings.published_file) == three[2].sha256


def test_a_missing_file_is_refused_and_reported(settings, three):
    (settings.history / "p2" / "ipp.duckdb").unlink()

    with pytest.raises(CheckFailed, match="is missing"):
        rollback(settings)
    assert [line for line in unreadable(settings) if "p2" in line]
    assert present(settings) == three[2]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"publication_id": "p2"', "null"])
def test_a_damaged_record_hides_its_publication_and_no_other(settings, three, text):
    (settings.history / "p2" / "publication.json").write_text(text)

    assert [record.publication_id for record in history(settings)] == ["p3", "p1"]
    assert len(unreadable(settings)) == 1
    with pytest.raises(CheckFailed, match="no earlier publication"):
        rollback(settings)
    with pytest.raises(UnknownName):
        rollback(settings, "p2")


def test_an_altered_published_file_is_put_right(settings, three):
    settings.published_file.chmod(0o644)
    settings.published_file.write_bytes(b"damage")

    assert rollback(settings).publication_id == "p3"
    assert sha256_of(settings.published_file) == three[2].sha256
    assert disagreement(settings) == ""


def test_a_deleted_published_file_is_put_back(settings, three):
    settings.published_file.unlink()

    assert rollback(settings).publication_id == "p3"
    assert sha256_of(settings.published_file) == three[2].sha256


def test_a_publication_that_came_back_is_kept_longer_than_the_one_it_replaced(
    settings, three, publish_one, make_figure
):
    rollback(settings, "p1")
    publish_one("p4", [make_figure(value=4.0)])

    # Three are kept, and p2 has been out of use the longest.
    assert [record.publication_id for record in history(settings)] == ["p4", "p1", "p3"]


def test_what_is_in_place_is_kept_even_when_the_clock_goes_back(settings, publish_one, make_figure, monkeypatch):
    for number in (1, 2, 3):
        publish_one(f"p{number}", [make_figure(value=float(number))])
    monkeypatch.setattr("orchestration.publication.publish.datetime", _Clock)

    publish_one("p0", [make_figure(value=0.0)])

    assert present(settings).publication_id == "p0"
    assert (settings.history / "p0" / "ipp.duckdb").exists()


class _Clock:
    """A clock that has lost its battery."""

    @staticmethod
    def now(zone):
        return datetime(2000, 1, 1, tzinfo=zone)
