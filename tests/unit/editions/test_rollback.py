"""Going back: to the bytes that were judged and published, or not at all."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import pytest

from orchestration.editions.decisions import hold, rollbacks
from orchestration.editions.edition import list_files
from orchestration.editions.history import before, disagreement, history, present, unreadable
from orchestration.editions.rollback import rollback
from orchestration.problems import CheckFailed
from orchestration.quality.ledger import edition_sha256
from orchestration.query.names import UnknownName


def test_goes_back_to_the_one_before_and_says_so(settings, three):
    restored = rollback(settings)

    assert restored == present(settings) == three[1]
    (decided,) = rollbacks(settings, "p2")
    assert (decided.from_edition, decided.to_edition, decided.inputs_sha256) == ("p3", "p2", "inputs p3")
    assert decided.at > three[2].published_at
    assert [edition.edition_id for edition in history(settings)] == ["p2", "p3", "p1"]
    assert disagreement(settings) == ""


def test_goes_back_step_by_step_and_forward_by_name(settings, three):
    rollback(settings)

    assert rollback(settings).edition_id == "p1"
    assert rollback(settings, "p3").edition_id == "p3"
    assert present(settings) == three[2]


def test_after_a_rollback_the_one_before_is_the_one_that_was_in_place(settings, three, publish_one, make_figure):
    rollback(settings, "p1")
    publish_one("p4", [make_figure(value=4.0)])

    # Not p3, which was taken out of use.
    assert before(settings, present(settings)).edition_id == "p1"


def test_nothing_before_the_first(settings, publish_one):
    publish_one("p1")

    with pytest.raises(CheckFailed, match="no earlier edition"):
        rollback(settings)


def test_nothing_at_all(settings):
    with pytest.raises(CheckFailed, match=r"kept in .*: none"):
        rollback(settings)


def test_back_to_the_present_changes_nothing(settings, three):
    assert rollback(settings, "p3") == three[2]
    assert present(settings) == three[2]


def test_an_unknown_identifier_names_the_nearest(settings, three):
    with pytest.raises(UnknownName, match="unknown edition 'p9'; did you mean"):
        rollback(settings, "p9")
    with pytest.raises(UnknownName):
        rollback(settings, "../editions/p1")


def test_a_damaged_file_is_refused(settings, three):
    kept = settings.editions / "p2" / "ipp.duckdb"
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes()[:-1])

    with pytest.raises(CheckFailed, match="is damaged: expected SHA-256") as refusal:
        rollback(settings)

    assert three[1].files[0].sha256 in str(refusal.value)
    assert present(settings) == three[2]
    assert sorted(path.name for path in settings.editions.iterdir()) == ["p1", "p2", "p3"]


def test_a_file_exchanged_together_with_its_record_is_refused(settings, three):
    kept = settings.editions / "p2" / "ipp.duckdb"
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes() + b"\0")
    paper = settings.editions / "p2" / "edition.json"
    paper.chmod(0o640)
    files = list_files(paper.parent)
    forged = {"sha256": edition_sha256(files), "files": [asdict(file) for file in files]}
    paper.write_text(json.dumps(json.loads(paper.read_text()) | forged))

    with pytest.raises(CheckFailed, match="a verdict of this run on other files"):
        rollback(settings)

    assert present(settings) == three[2]


def test_a_missing_file_is_refused_and_reported(settings, three):
    (settings.editions / "p2" / "ipp.duckdb").unlink()

    with pytest.raises(CheckFailed, match="is missing"):
        rollback(settings)
    assert [line for line in unreadable(settings) if "p2" in line]
    assert present(settings) == three[2]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"edition_id": "p2"', "null"])
def test_a_damaged_manifest_hides_its_edition_and_no_other(settings, three, text):
    (settings.editions / "p2" / "edition.json").write_text(text)

    assert [edition.edition_id for edition in history(settings)] == ["p3", "p1"]
    assert len(unreadable(settings)) == 1
    with pytest.raises(CheckFailed, match="no earlier edition"):
        rollback(settings)
    with pytest.raises(UnknownName):
        rollback(settings, "p2")


def test_an_altered_edition_in_place_is_replaced_by_the_one_before_and_may_be_published_again(settings, three):
    settings.published_file.chmod(0o644)
    settings.published_file.write_bytes(b"damage")

    assert rollback(settings).edition_id == "p2"
    assert present(settings) == three[1]
    assert disagreement(settings) == ""
    assert hold(rollbacks(settings, "p2"), "inputs p3") is None


@pytest.mark.parametrize("link", ["current", "ipp.duckdb"])
def test_a_deleted_link_is_put_back(settings, three, link):
    (settings.published / link).unlink()
    assert "ipp rollback" in disagreement(settings)

    assert rollback(settings).edition_id == "p3"
    assert present(settings) == three[2]
    assert disagreement(settings) == ""


def test_an_edition_that_came_back_is_kept_longer_than_the_one_it_replaced(settings, three, publish_one, make_figure):
    rollback(settings, "p1")
    publish_one("p4", [make_figure(value=4.0)])

    # Three are kept, and p2 has been out of use the longest.
    assert [edition.edition_id for edition in history(settings)] == ["p4", "p1", "p3"]


def test_what_is_in_place_is_kept_even_when_the_clock_goes_back(settings, publish_one, make_figure, monkeypatch):
    for number in (1, 2, 3):
        publish_one(f"p{number}", [make_figure(value=float(number))])
    monkeypatch.setattr("orchestration.editions.publish.datetime", _Clock)

    publish_one("p0", [make_figure(value=0.0)])

    assert present(settings).edition_id == "p0"
    assert (settings.editions / "p0" / "ipp.duckdb").exists()


class _Clock:
    """A clock that has lost its battery."""

    @staticmethod
    def now(zone):
        return datetime(2000, 1, 1, tzinfo=zone)
