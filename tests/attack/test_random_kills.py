"""`kill -9` at random moments of a switch, two publishes at once, and readers while editions change.

There is always one whole edition in place.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.editions.edition import differences
from orchestration.editions.history import disagreement, history, present
from orchestration.editions.lock import exclusive
from orchestration.editions.publish import publish
from orchestration.editions.rollback import rollback
from tests.attack.test_interruption import assert_editions_are_whole, restore, value_published
from tests.killed import PROCESSES, killed_after, publish_and_answer


@pytest.fixture
def start(settings, build, judge, publish_one, make_figure, tmp_path) -> Path:
    """A published folder with two editions, and a third that is built and judged."""
    for number in (1, 2):
        publish_one(f"p{number}", [make_figure(value=float(number))], {"feed/index.json": str(number)})
    build("new", "run-new", [make_figure(value=3.0)], {"feed/index.json": "3"})
    judge("run-new")
    return settings.published.rename(tmp_path / "start")


def duration_of(settings, start: Path, action: str) -> float:
    """How long a publish or a rollback takes in a process that is ready."""
    restore(settings, start)
    began = time.monotonic()
    publish(settings, "run-new") if action == "publish" else rollback(settings)
    return time.monotonic() - began


def kill_at_random(settings, start: Path, times: int, record_property) -> None:
    """Kill at random moments; each time the edition in place is a whole one, and the next command puts all in order."""
    chance, counts, left = random.Random(7), {"killed": 0, "ended before": 0}, 0
    takes = {action: duration_of(settings, start, action) for action in ("publish", "rollback")}
    for number in range(times):
        action = ("publish", "rollback")[number % 2]
        restore(settings, start)
        killed = killed_after(settings, action, chance.uniform(0, takes[action]))
        counts["killed" if killed else "ended before"] += 1

        assert value_published(settings) in ((2.0, 3.0) if action == "publish" else (1.0, 2.0))
        assert_editions_are_whole(settings)
        with exclusive(settings):
            pass
        kept = {edition.edition_id for edition in history(settings)}
        left += len({path.name for path in settings.editions.iterdir()} - kept)
        assert present(settings).edition_id in kept
        assert disagreement(settings) == ""
        publish(settings, "run-new") if action == "publish" else rollback(settings, "p1")
        assert value_published(settings) == (3.0 if action == "publish" else 1.0)
    rows = [["kill -9 in a switch", how, number] for how, number in counts.items()]
    record_property("Kills", [*rows, ["kill -9 in a switch", "folders left behind", left]])
    assert left == 0


@pytest.mark.slow
def test_a_few_random_kills(settings, start, record_property) -> None:
    kill_at_random(settings, start, 3, record_property)


@pytest.mark.slow
@pytest.mark.torture
def test_two_hundred_random_kills(settings, start, record_property) -> None:
    kill_at_random(settings, start, 200, record_property)


def read_until(path: Path, ended: Any, answers: Any) -> None:
    """The process of a reader: open the published file and ask it, again and again; give the number and the errors."""
    queries, errors = 0, []
    while not ended.is_set():
        try:
            with duckdb.connect(str(path), read_only=True) as connection:
                rows = connection.execute("select value, (select run_id from meta.publication) from marts.figures")
                found = rows.fetchall()
            assert [(f"run-p{value:.0f}", run) for value, run in found] == [(run, run) for _, run in found[:1]], found
        except Exception as error:  # noqa: BLE001 - a reader must never see any
            errors.append(f"{type(error).__name__}: {error}")
        queries += 1
    answers.put((queries, errors[:5]))


def read_during(settings, publish_one, make_figure, switches: int, record_property) -> None:
    """Read in two processes while editions are rolled back and put in place again."""
    for number in (1, 2):
        publish_one(f"p{number}", [make_figure(value=float(number))])
    ended, answers = PROCESSES.Event(), PROCESSES.Queue()
    readers = [PROCESSES.Process(target=read_until, args=(settings.published_file, ended, answers)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(switches):
        rollback(settings, ("p1", "p2")[number % 2])
    ended.set()
    said = [answers.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    queries, errors = sum(number for number, _ in said), [error for _, found in said for error in found]
    record_property("Readers", [[f"queries in {switches} switches", "answered", queries - len(errors)]])
    assert errors == []
    assert queries > switches / 10
    assert all(differences(settings.editions / one.edition_id, one) == [] for one in history(settings))


@pytest.mark.slow
def test_readers_during_some_switches(settings, publish_one, make_figure, record_property) -> None:
    read_during(settings, publish_one, make_figure, 10, record_property)


@pytest.mark.slow
@pytest.mark.torture
def test_readers_during_three_hundred_switches(settings, publish_one, make_figure, record_property) -> None:
    read_during(settings, publish_one, make_figure, 300, record_property)


def publish_at_once(settings, start: Path, rounds: int, record_property) -> None:
    """Publish the same in two processes at once: one does or both do one after the other, and an edition is whole."""
    refused = 0
    for _ in range(rounds):
        restore(settings, start)
        gate, answers = PROCESSES.Barrier(2), PROCESSES.Queue()
        both = [PROCESSES.Process(target=publish_and_answer, args=(settings, gate, answers)) for _ in range(2)]
        for process in both:
            process.start()
        said = [answers.get(timeout=60) for _ in both]
        for process in both:
            process.join()
        assert "" in said
        assert all("another refresh or rollback is running" in why for why in said if why)
        refused += sum(map(bool, said))
        assert value_published(settings) == 3.0
        assert_editions_are_whole(settings)
        assert disagreement(settings) == ""
    rows = [["two at once", "refused, the other published", refused]]
    record_property("Publishes at once", [*rows, ["two at once", "one after the other", rounds - refused]])


@pytest.mark.slow
def test_two_publishes_at_once(settings, start, record_property) -> None:
    publish_at_once(settings, start, 2, record_property)


@pytest.mark.slow
@pytest.mark.torture
def test_fifty_times_two_publishes_at_once(settings, start, record_property) -> None:
    publish_at_once(settings, start, 50, record_property)
