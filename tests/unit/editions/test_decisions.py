"""What a person took back stays back, however many rollbacks follow, until a person publishes it again."""

from __future__ import annotations

import json

import pytest

from orchestration.build import need
from orchestration.editions import decisions
from orchestration.editions.decisions import hold, rollbacks
from orchestration.editions.history import present
from orchestration.editions.lock import exclusive
from orchestration.editions.publish import publish
from orchestration.editions.rollback import rollback
from orchestration.problems import CheckFailed
from tests.command_line import ipp


@pytest.fixture
def why_refresh_not_needed(settings, sources, monkeypatch):
    """Why a refresh of certain inputs would not run."""

    def reason(inputs: str) -> str:
        monkeypatch.setattr(need, "fingerprint", lambda *arguments: inputs)
        return need.why_refresh_not_needed(settings, sources, None)

    return reason


def test_a_rollback_is_written_down(settings, three, monkeypatch):
    monkeypatch.setenv("USER", "alex")
    rollback(settings, "p1", "deaths are doubled")

    (decided,) = json.loads(settings.decisions.read_text())["rollbacks"]
    assert decided.pop("at") > three[2].published_at
    assert decided == {
        "from_edition": "p3",
        "to_edition": "p1",
        "by": "alex",
        "inputs_sha256": "inputs p3",
        "reason": "deaths are doubled",
        "lifted_at": "",
        "done": True,
    }
    assert settings.decisions.stat().st_mode & 0o777 == 0o640


def test_the_inputs_of_a_rolled_back_edition_are_held_back(settings, three, why_refresh_not_needed):
    assert why_refresh_not_needed("inputs p3").startswith("nothing new: edition p3")
    rollback(settings, reason="deaths are doubled")

    assert why_refresh_not_needed("inputs p3").startswith("held back: edition p3 rolled back to p2 at ")
    assert "deaths are doubled" in why_refresh_not_needed("inputs p3")
    assert why_refresh_not_needed("inputs p2").startswith("nothing new: edition p2")
    assert why_refresh_not_needed("other inputs") == ""


def test_a_second_rollback_keeps_the_hold_of_the_first(settings, three, why_refresh_not_needed):
    rollback(settings)
    rollback(settings)

    assert present(settings) == three[0]
    assert "held back: edition p3" in why_refresh_not_needed("inputs p3")
    assert "held back: edition p2" in why_refresh_not_needed("inputs p2")


def test_a_hold_outlives_the_next_edition_and_a_pruned_one(
    settings, three, publish_one, make_figure, why_refresh_not_needed
):
    rollback(settings)
    for number in (4, 5, 6, 7):
        publish_one(f"p{number}", [make_figure(value=float(number))])

    assert not (settings.editions / "p3").exists()
    assert "held back: edition p3" in why_refresh_not_needed("inputs p3")


def test_a_hold_is_respected_when_the_edition_in_place_is_damaged(settings, three, why_refresh_not_needed):
    rollback(settings)
    settings.published_file.chmod(0o640)
    settings.published_file.write_bytes(b"damage")

    assert "held back: edition p3" in why_refresh_not_needed("inputs p3")
    assert why_refresh_not_needed("inputs p2") == ""


def test_publishing_the_inputs_again_lifts_the_hold(settings, three, publish_one, make_figure, why_refresh_not_needed):
    rollback(settings)
    # What `ipp refresh --full` does: the same files of the same run.
    assert publish(settings, "run-p3") == three[2]
    publish_one("p4", [make_figure(value=4.0)])

    assert why_refresh_not_needed("inputs p3") == ""
    (decided,) = rollbacks(settings, "p4")
    assert decided.lifted_at


def test_going_forward_again_lifts_the_hold(settings, three, publish_one, why_refresh_not_needed):
    rollback(settings)
    rollback(settings, "p3")

    assert why_refresh_not_needed("inputs p3").startswith("nothing new: edition p3")
    publish_one("p4")
    assert why_refresh_not_needed("inputs p3") == ""
    assert "held back: edition p2" in why_refresh_not_needed("inputs p2")


def test_a_damaged_file_of_decisions_stops_everything(settings, three, publish_one, why_refresh_not_needed):
    settings.decisions.write_text('{"rollbacks": [{"from_edition": "p3"')

    with pytest.raises(CheckFailed, match="it is not known which inputs a person holds back"):
        why_refresh_not_needed("other inputs")
    with pytest.raises(CheckFailed, match="put back a good copy"):
        publish_one("p4")
    assert present(settings) == three[2]
    for command in ("history", "status"):
        assert ipp(settings, command).exit_code == 1


@pytest.mark.parametrize("content", ['{"set_aside": {}}', '{"set_aside": [{"release": 1}]}'])
def test_what_is_no_list_of_releases_is_refused(settings, content):
    settings.decisions.parent.mkdir(exist_ok=True)
    settings.decisions.write_text(content)
    with pytest.raises(CheckFailed, match="cannot be read"):
        decisions.releases_set_aside(settings)


def test_a_release_stays_set_aside_until_it_is_taken_back(settings, monkeypatch):
    monkeypatch.setenv("USER", "alex")
    decisions.set_aside(settings, "omsq 2024-q1", "cut off")
    decisions.set_aside(settings, "omsq 2024-q1", "withdrawn")
    (decided,) = decisions.releases_set_aside(settings).values()
    assert (decided.release, decided.reason, decided.by) == ("omsq 2024-q1", "withdrawn", "alex")

    decisions.take_back(settings, "omsq 2024-q1")
    assert decisions.releases_set_aside(settings) == {}
    (kept,) = json.loads(settings.decisions.read_text())["set_aside"]
    assert kept["taken_back_at"], "who decided what stays on record"


@pytest.mark.parametrize("content", ["[]", '{"rollbacks": 1}', '{"rollbacks": [1]}', '{"rollbacks": [{"by": 1}]}'])
def test_what_is_no_list_of_decisions_is_refused(settings, three, content):
    settings.decisions.write_text(content)
    with pytest.raises(CheckFailed, match="cannot be read"):
        rollbacks(settings, "p3")


def test_other_decisions_in_the_file_stay(settings, three):
    decisions.set_aside(settings, "omsq 2024-q1", "cut off")
    rollback(settings)

    assert decisions.releases_set_aside(settings).keys() == {"omsq 2024-q1"}
    assert hold(rollbacks(settings, "p2"), "inputs p3")


def test_who_is_known_without_a_variable_too(monkeypatch):
    monkeypatch.delenv("USER", raising=False)
    assert decisions.person()


def test_status_says_what_is_held_back(settings, three):
    (settings.raw).mkdir()
    rollback(settings, reason="deaths are doubled")

    said = ipp(settings, "status").stdout
    assert "published  edition p2" in said
    assert "held back  edition p3 rolled back to p2 at" in said
    assert "deaths are doubled" in said


def test_a_rollback_that_never_happened_is_forgotten(settings, three, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("orchestration.editions.switch.link_durably", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rollback(settings)
    with exclusive(settings):
        pass
    assert rollbacks(settings, "p3") == ()
