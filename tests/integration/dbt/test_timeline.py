"""One life, one timeline: ten thousand invented lives through the models themselves, beside a reading day by day.

The lives are worse than records are: many events fall on one day, recalls are rescinded, people are released without
having come back, die on the day of release, go to hospital while on recall, and have events after the end. What each
person's status is on each day is worked out here a second time, from the records alone and without spells.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

import pandas as pd
import pytest

from tests.record_models import RecordModels

pytestmark = pytest.mark.slow

LIVES = 10_000
FIRST_DAY = dt.date(2020, 1, 1)
DAYS = 40
ABSORBING = ["deceased", "sentence_quashed", "licence_terminated", "deported"]
IN_PRISON = ("in_prison_unreleased", "in_prison_recalled")


@dataclass
class Recall:
    """A recall: days counted from FIRST_DAY."""

    key: str
    revoked: int
    returned: int | None = None
    rescinded: int | None = None


@dataclass
class Life:
    """What the extracts hold of a person."""

    key: str
    sentenced: list[int]
    quashed: list[int | None]
    releases: list[tuple[int, str | None]] = field(default_factory=list)
    recalls: list[Recall] = field(default_factory=list)
    moves: list[tuple[int, str, str | None]] = field(default_factory=list)
    """Day, kind and the prison moved to, in the order they happened."""
    terminated: list[int] = field(default_factory=list)
    supervisions: list[tuple[int, int | None, int | None, str | None]] = field(default_factory=list)
    """Day of start, of suspension and of end, and why it ended."""


def make_life(number: int, chance: random.Random) -> Life:
    """A life of random events on few days."""
    key = f"person-{number:05}"
    sentenced = [chance.randrange(5) for _ in range(chance.choice([1, 1, 1, 2]))]
    life = Life(key, sentenced, [any_day(chance) if chance.random() < 0.05 else None for _ in sentenced])
    life.recalls = [make_recall(f"{key}-{index}", chance) for index in some(3, chance)]
    effective = [recall.key for recall in life.recalls if recall.rescinded is None]
    for _ in some(4, chance):
        ends = effective.pop() if effective and chance.random() < 0.6 else None
        life.releases.append((any_day(chance), ends))
    life.moves = make_moves(life, chance)
    life.terminated = [any_day(chance) for _ in some(1, chance)]
    life.supervisions = [make_supervision(chance) for _ in some(1, chance)]
    return life


def any_day(chance: random.Random) -> int:
    """A day of those lived through."""
    return chance.randrange(DAYS)


def some(most: int, chance: random.Random) -> range:
    """Often none, else up to so many."""
    return range(chance.choice([0, 0, *range(1, most + 1)]))


def make_recall(key: str, chance: random.Random) -> Recall:
    """A recall: rescinded, ended by a return to custody, or neither."""
    recall = Recall(key, any_day(chance))
    if chance.random() < 0.15:
        recall.rescinded = recall.revoked + 1
    elif chance.random() < 0.8:
        recall.returned = recall.revoked + chance.choice([0, 0, 1, 2, 5])
    return recall


def make_moves(life: Life, chance: random.Random) -> list[tuple[int, str, str | None]]:
    """Movements in order, each to a prison not yet seen; a death falls on a day of release where there is one."""
    moves: list[tuple[int, str, str | None]] = []
    for index, moved in enumerate(sorted(any_day(chance) for _ in some(6, chance))):
        kind = chance.choice(["transfer", "admission", "transfer", "hospital_transfer", "hospital_return", "release"])
        moves.append((moved, kind, f"P{index}" if kind in ("transfer", "admission", "hospital_return") else None))
    if chance.random() < 0.1:
        moves.append((chance.choice([on for on, _ in life.releases] or [any_day(chance)]), "death", None))
    if chance.random() < 0.05:
        moves.append((any_day(chance), "removal", None))
    return moves


def make_supervision(chance: random.Random) -> tuple[int, int | None, int | None, str | None]:
    """A period of supervision, perhaps suspended, perhaps over."""
    start = any_day(chance)
    suspended = start + chance.randrange(6) if chance.random() < 0.5 else None
    why = chance.choice([None, "recalled", "died", "removed", "licence_terminated_by_parole_board"])
    return start, suspended, start + chance.randrange(6, 12) if why else None, why


def without_sentence(life: Life) -> Life:
    """The same life where the sentence record is missing."""
    return Life(life.key, [], [], life.releases, life.recalls, life.moves, life.terminated, life.supervisions)


# What the records say of one day


def recall_end(life: Life, recall: Recall) -> int | None:
    """The release that ends a recall: that which names it, else the next one."""
    named = [released for released, ends in life.releases if ends == recall.key]
    since = recall.revoked if recall.returned is None else recall.returned
    later = [released for released, _ in life.releases if released > since]
    return min(named or later, default=None)


def hospital_days(life: Life) -> set[int]:
    """The days in hospital, lived through one by one."""
    entered, found = None, set()
    for day in range(DAYS):
        kinds = {kind for moved, kind, _ in life.moves if moved == day}
        sent, returned = "hospital_transfer" in kinds, "hospital_return" in kinds
        released = any(on == day for on, _ in life.releases)
        if entered is not None and (released or (returned and not sent)):
            entered = None
        if entered is None and sent and not returned:
            entered = day
        if entered is not None:
            found.add(day)
    return found


def known_from(life: Life) -> int | None:
    """The first day the timeline has."""
    return min(life.sentenced, default=min([released for released, _ in life.releases] + followed(life), default=None))


def followed(life: Life) -> list[int]:
    """Days of what can only follow a release: a recall that took effect, and supervision."""
    revoked = [recall.revoked for recall in life.recalls if recall.rescinded is None]
    return revoked + [start for start, *_ in life.supervisions]


def status_on(life: Life, day: int, in_hospital: set[int]) -> str:
    """The first status, in the order of precedence, that the records support."""
    moved = {kind for on, kind, _ in life.moves if on <= day}
    ended = {why for *_, end, why in life.supervisions if end is not None and end <= day}
    effective = [recall for recall in life.recalls if recall.rescinded is None]
    lasting = [
        recall
        for recall in effective
        if recall.revoked <= day and ((end := recall_end(life, recall)) is None or day < end)
    ]
    releases = [released for released, _ in life.releases] or followed(life)
    released = not life.sentenced or any(on <= day for on in releases)
    supported = {
        "deceased": "death" in moved or "died" in ended,
        "sentence_quashed": bool(life.quashed) and all(on is not None and on <= day for on in life.quashed),
        "licence_terminated": any(on <= day for on in life.terminated) or bool(ended - {"recalled", "died", "removed"}),
        "deported": "removal" in moved or "removed" in ended,
        "in_hospital": day in in_hospital,
        "in_prison_unreleased": not released,
        "in_prison_recalled": any(recall.returned is not None and recall.returned <= day for recall in lasting),
        "unlawfully_at_large": bool(lasting),
        "on_licence": released,
    }
    return next(status for status, holds in supported.items() if holds)


def prison_on(life: Life, day: int) -> str | None:
    """Where the last movement of the day or before left the person."""
    reached = [to for on, _, to in sorted(life.moves, key=lambda move: move[0]) if on <= day]
    return reached[-1] if reached else None


# The same lives as extracts


def date(day: int | None) -> dt.date | None:
    """A day as a date."""
    return None if day is None else FIRST_DAY + dt.timedelta(days=day)


def extracts(lives: list[Life]) -> dict[str, pd.DataFrame]:
    """The landing tables of lives."""
    found: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("ppud_sentence", "ppud_release", "ppud_recall", "nomis_movements")
    }
    found |= {"ppud_termination_review": [], "ndelius_caseload": []}
    for life in lives:
        person = {"person_key": life.key, "as_at": date(DAYS)}
        about = {**person, "sex": "male", "sentence_type": "IPP", "probation_region": "Wales"}
        for number, (sentenced, quashed) in enumerate(zip(life.sentenced, life.quashed, strict=True)):
            found["ppud_sentence"].append(
                {
                    **person,
                    "sex": "male",
                    "sentence_id": f"{life.key}-s{number}",
                    "date_of_sentence": date(sentenced),
                    "quashed_on": date(quashed),
                    "convicted_under_18": False,
                    "is_governing_sentence": number == 0,
                    "serving_other_life_sentence": False,
                }
            )
        for number, (released, ends) in enumerate(life.releases):
            found["ppud_release"].append(
                {**about, "release_id": f"{life.key}-r{number}", "released_on": date(released), "recall_id": ends}
            )
        for recall in life.recalls:
            found["ppud_recall"].append(
                {
                    **about,
                    "recall_id": recall.key,
                    "licence_revoked_on": date(recall.revoked),
                    "returned_to_custody_on": date(recall.returned),
                    "rescinded_on": date(recall.rescinded),
                }
            )
        left = None
        for number, (moved, kind, to) in enumerate(life.moves):
            path = {"movement_id": f"{life.key}-m{number}", "movement_sequence": number + 1, "from_prison": left}
            event = {"moved_on": date(moved), "movement_type": kind, "to_prison": to}
            found["nomis_movements"].append({**person, **path, **event})
            left = to
        for ended in life.terminated:
            found["ppud_termination_review"].append({**about, "licence_ended_on": date(ended)})
        for number, (start, suspended, end, why) in enumerate(life.supervisions):
            found["ndelius_caseload"].append(
                {
                    **about,
                    "supervision_id": f"{life.key}-d{number}",
                    "supervision_started_on": date(start),
                    "supervision_suspended_on": date(suspended),
                    "supervision_ended_on": date(end),
                    "end_reason": why,
                }
            )
    return {name: pd.DataFrame(rows).astype(object).where(pd.notna, None) for name, rows in found.items()}


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    chance = random.Random(20241101)
    made = [make_life(number, chance) for number in range(LIVES)]
    return [without_sentence(life) if number % 50 == 0 else life for number, life in enumerate(made)]


@pytest.fixture(scope="module")
def connection(compiled, lives, tmp_path_factory):
    models = RecordModels(compiled, tmp_path_factory.mktemp("timeline"), ["int_person_spells"])
    with models.run(extracts(lives)) as made:
        yield made


@pytest.fixture
def count(connection):
    return lambda source: connection.execute(f"select count(*) from {source}").fetchall()[0][0]


@pytest.mark.parametrize("spells", ["int_person_statuses", "int_person_spells"])
def test_everyone_is_in_one_spell_on_every_day_to_the_open_end(count, lives, spells):
    lives_with_a_day = sum(known_from(life) is not None for life in lives)
    later = (
        f"(select *, lead(started_on) over (partition by person_key order by started_on) as following from {spells})"
    )
    assert count(f"{later} where ended_on is distinct from following") == 0
    assert count(f"{spells} where ended_on <= started_on") == 0
    people = count(f"(select distinct person_key from {spells})")
    assert count(f"{spells} where ended_on is null") == people == lives_with_a_day
    begins = (
        "int_people inner join (select person_key, min(started_on) as first from {0} group by all) using (person_key)"
    )
    assert count(f"{begins.format(spells)} where first <> known_from") == 0


def test_a_status_follows_a_different_one(count):
    before = "lag(status) over (partition by person_key order by started_on)"
    assert count(f"(select status, {before} as before from int_person_statuses) where status = before") == 0


def test_absorbing_statuses_absorb(connection):
    query = """
        select before.status, statuses.status
        from (select *, lag(status) over (partition by person_key order by started_on) as earlier
            from int_person_statuses) as statuses
        inner join candidate.meta.person_statuses as before on statuses.earlier = before.status
        inner join candidate.meta.person_statuses as now on statuses.status = now.status
        where before.is_absorbing and now.precedence >= before.precedence
    """
    assert connection.execute(query).fetchall() == []
    listed = "select status from candidate.meta.person_statuses where is_absorbing order by precedence"
    assert [status for (status,) in connection.execute(listed).fetchall()] == ABSORBING


@pytest.fixture(scope="module")
def known_lives(connection) -> dict[str, list[tuple[int, int, str, str | None]]]:
    """The spells of each person by number of day, as the models have them."""
    rows = connection.execute(
        f"""
        select person_key, started_on - date '{FIRST_DAY}', coalesce(ended_on - date '{FIRST_DAY}', {DAYS}), status,
            prison_code
        from int_person_spells
        """
    ).fetchall()
    found: dict[str, list[tuple[int, int, str, str | None]]] = {}
    for key, *spell in rows:
        found.setdefault(key, []).append(tuple(spell))
    return found


def test_each_day_has_the_status_and_prison_that_the_records_support(lives, known_lives):
    wrong, days = [], 0
    for life in lives:
        begin, in_hospital = known_from(life), hospital_days(life)
        for day in range(DAYS if begin is None else begin, DAYS):
            days += 1
            here = [spell for spell in known_lives[life.key] if spell[0] <= day < spell[1]]
            status = status_on(life, day, in_hospital)
            expected = [(status, prison_on(life, day) if status in IN_PRISON else None)]
            if [spell[2:] for spell in here] != expected:
                wrong.append((life, day, expected, here))
    assert days > 300_000
    assert not wrong, wrong[0]


def test_the_lives_hold_what_is_hard(lives, connection):
    same_day = sum(
        len({moved for moved, *_ in life.moves} & {released for released, _ in life.releases}) > 0 for life in lives
    )
    died_on_release = sum(
        any((released, "death", None) in life.moves for released, _ in life.releases) for life in lives
    )
    assert min(same_day, died_on_release) > 100
    assert sum(not life.releases and bool(followed(life)) for life in lives) > 1000
    assert sum(recall.rescinded is not None for life in lives for recall in life.recalls) > 1000
    statuses = connection.execute("select count(distinct status) from int_person_statuses").fetchall()
    assert statuses == [(9,)]


def test_supervision_is_suspended_only_on_licence(connection, lives):
    query = "select distinct status from int_person_spells where is_supervision_suspended"
    assert connection.execute(query).fetchall() == [("on_licence",)]
    for life in lives[:2000]:
        for start, suspended, end, _ in life.supervisions:
            if suspended is None or start == suspended == end:
                continue
            found = connection.execute(
                "select is_supervision_suspended, status from int_person_spells where person_key = $key "
                "and started_on <= $day and (ended_on is null or ended_on > $day)",
                {"key": life.key, "day": date(suspended)},
            ).fetchall()
            assert not found or found[0][0] == (found[0][1] == "on_licence"), life
