"""Extracts that contradict each other: rows are rejected or counted; beyond a declared number nothing is published."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb
import pytest

from orchestration.problems import Problem
from orchestration.records.across import PERSONS, read_across
from orchestration.records.contract import LINKS, read_contracts
from orchestration.records.loader import load
from tests import small_records
from tests.small_records import STATUSES, Extracts, small_extracts, write

UNRELEASED, RECALLED, ON_LICENCE, AT_LARGE, TERMINATED, RE_RELEASED = range(6)
"""The first person of each status; every sixth from there on has it too."""
SECRETS = ("A0", "A9", "X0", "X9", "1969", "1970", "2014-", "2015-", "LEI")
"""What only a row holds, or a row that a test adds."""
RECORDS = {"ppud_recall": "recall_id", "hearing_events": "event_id", "ppud_sentence": "sentence_id"}
CONTRACTS = {name: read_contracts()[name] for name in small_extracts(1)}


@pytest.fixture
def extracts() -> Extracts:
    return small_extracts()


def loaded(folder: Path, extracts: Extracts) -> list[Problem]:
    """What is wrong with the extracts."""
    return load(folder / "internal.duckdb", write(folder / "raw", extracts), CONTRACTS)


def query(folder: Path, sql: str) -> list[tuple]:
    """Rows of the internal file."""
    with duckdb.connect(str(folder / "internal.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def counted(folder: Path) -> dict[tuple[str, str], int]:
    """Rows that break a rule, by extract and rule."""
    found = query(folder, "select extract, rule, row_count from landing.across where row_count > 0")
    return {(extract, rule): count for extract, rule, count in found}


def numbers(first: int, count: int, skip: int = 0) -> list[int]:
    """People of the status that `first` has, the first few skipped."""
    return [first + len(STATUSES) * place for place in range(skip, skip + count)]


def rows_of(extracts: Extracts, name: str, people: list[int]) -> list[dict[str, str]]:
    """The rows of some people in an extract."""
    known = {small_records.prison_number(number) for number in people} | {f"X{number:06d}" for number in people}
    return [row for row in extracts[name] if known & set(row.values())]


def change(extracts: Extracts, name: str, people: list[int], **values: str) -> None:
    """Put other values into the rows of some people."""
    for row in rows_of(extracts, name, people):
        row.update(values)


def remove(extracts: Extracts, name: str, people: list[int]) -> None:
    """Take the rows of some people out of an extract."""
    for row in rows_of(extracts, name, people):
        extracts[name].remove(row)


def spoil(extracts: Extracts, count: int) -> dict[tuple[str, str], int]:
    """Spoil the extracts in every way, each with its own people; the rows that then break each rule."""
    for number in range(count):
        for name, record in RECORDS.items():
            someone = {"prison_number": f"A9{number:03d}{record[:1].upper()}Z", record: f"Z{number}"}
            extracts[name].append(extracts[name][0] | someone)
    change(extracts, "ppud_recall", numbers(RECALLED, count), licence_revoked_on="2014-02-01")
    change(extracts, "ndelius_caseload", numbers(ON_LICENCE, count), supervision_started_on="2014-02-01")
    change(extracts, "ppud_release", numbers(ON_LICENCE, count, skip=20), released_on="2005-05-01")
    for number in numbers(UNRELEASED, count) + numbers(TERMINATED, count):
        death = small_records.movement(number, 9, "death", "death", "2014-03-01")
        extracts["nomis_movements"].append({"source_kind": "synthetic", **death})
    remove(extracts, "ppud_sentence", numbers(UNRELEASED, count, skip=20))
    remove(extracts, "ppud_sentence", numbers(ON_LICENCE, count, skip=40))
    remove(extracts, "ppud_release", numbers(RECALLED, count, skip=20))
    return {
        ("ppud_recall", "unknown_person"): count,
        ("hearing_events", "unknown_person"): count,
        ("ppud_sentence", "unknown_person"): count,
        ("ppud_recall", "before_the_first_release"): count,
        ("ndelius_caseload", "before_the_first_release"): count,
        ("ppud_release", "before_the_first_sentence"): count,
        ("hearing_events", "after_death"): 2 * count,
        ("nomis_movements", "after_death"): count,
        ("ppud_release", "after_death"): count,
        ("ndelius_caseload", "after_death"): count,
        ("nomis_custody_snapshot", "without_a_sentence"): count,
        ("ndelius_caseload", "without_a_sentence"): count,
        ("ppud_release", "without_a_sentence"): count,
        ("ppud_recall", "without_a_release"): count,
        ("ndelius_caseload", "without_a_release"): count,
    }


def test_extracts_that_agree_break_no_rule_across_them_whatever_an_older_file_says(tmp_path, extracts, caplog):
    older = small_extracts()
    spoil(older, 20)
    folder = write(tmp_path / "raw", {"ppud_recall": older["ppud_recall"]})
    (folder / "ppud_recall" / "2025-03-31.csv").rename(folder / "ppud_recall" / "2024-12-31.csv")
    assert loaded(tmp_path, extracts) == []
    assert counted(tmp_path) == {}
    assert query(tmp_path, "select count(*) from landing.rejected_rows where row_count > 0") == [(0,)]
    assert query(tmp_path, "select count(*) from landing.across where not is_checked") == [(0,)]
    assert "rule" not in caplog.text


def test_a_few_rows_are_rejected_or_kept_and_counted_by_rule(tmp_path, extracts, caplog):
    expected = spoil(extracts, 1)
    with caplog.at_level(logging.INFO):
        assert loaded(tmp_path, extracts) == []
    assert counted(tmp_path) == expected
    reactions = {rule.rule: rule.then for rule in read_across().rules}
    for name, rows in extracts.items():
        rejected = sum(n for (extract, rule), n in expected.items() if extract == name and reactions[rule] == "reject")
        seen = query(tmp_path, f"select row_count, landed, rejected from landing.files_read where extract = '{name}'")
        assert seen == [(len(rows), len(rows) - rejected, rejected)], name
        assert query(tmp_path, f"select count(*) from landing.{name}") == [(len(rows) - rejected,)]
    assert "hearing_events: 2 break the rule after_death across extracts, rejected" in caplog.text
    assert not any(secret in caplog.text for secret in SECRETS)


def test_many_rows_stop_the_refresh_and_every_rule_is_named(tmp_path, extracts):
    expected = spoil(extracts, 12)
    problems = loaded(tmp_path, extracts)
    found = {(problem.release.removeprefix("internal "), problem.file): problem.found for problem in problems}
    assert found == {(name, f"rule {rule}"): f"{count} that break it" for (name, rule), count in expected.items()}
    assert all("at most 3 may break this" in problem.expected and problem.remedy for problem in problems)
    assert not any(secret in str(problem) for problem in problems for secret in SECRETS)


# One person under two identifiers


def doubled(extracts: Extracts, people: list[int], names: tuple[str, ...]) -> None:
    """Every record of some people once more, under another identifier and with records of other numbers."""
    for number in people:
        new = {small_records.prison_number(number): f"A9{number:03d}ZZ", f"X{number:06d}": f"X9{number:05d}"}
        for name in names:
            for row in rows_of(extracts, name, [number]):
                copy = {column: new.get(value, value) for column, value in row.items()}
                records = [c for c in row if c.endswith("_id") and c not in ("review_id", "recall_id")]
                extracts[name].append(copy | {column: f"again-{row[column]}" for column in records})
                if name == "ppud_recall":
                    extracts[name][-1]["recall_id"] = f"again-{row['recall_id']}"


def test_people_under_two_identifiers_stop_the_refresh(tmp_path, extracts):
    """One of each status, with every record twice."""
    doubled(extracts, [UNRELEASED, RECALLED, ON_LICENCE, AT_LARGE, TERMINATED, RE_RELEASED], tuple(CONTRACTS))
    (problem,) = loaded(tmp_path, extracts)
    assert (problem.release, problem.file) == ("internal ppud_sentence", "rule same_person")
    assert problem.found == "12 that break it"
    assert "at most 0" in problem.expected
    assert "identifier_links" in problem.remedy
    assert not any(secret in str(problem) for secret in SECRETS)


def test_a_person_in_the_snapshot_and_no_other_extract_twice_stops_the_refresh(tmp_path, extracts):
    doubled(extracts, numbers(UNRELEASED, 10), ("nomis_custody_snapshot",))
    found = {problem.file: problem.found for problem in loaded(tmp_path, extracts)}
    assert found == {"rule same_person": "20 that break it", "rule without_a_sentence": "10 that break it"}


def test_a_link_between_the_identifiers_makes_them_one_person(tmp_path, extracts):
    doubled(extracts, numbers(RECALLED, 10), ("ppud_sentence", "nomis_movements", "ppud_release", "ppud_recall"))
    for number in numbers(RECALLED, 10):
        link = small_records.link(f"A9{number:03d}ZZ", small_records.prison_number(number), "merge")
        extracts["identifier_links"].append({"source_kind": "synthetic", **link})
    assert loaded(tmp_path, extracts) == []


def test_what_a_rejected_row_says_is_not_missing(tmp_path, extracts):
    """Nor are twins in one prison one person, nor does a recall come before a first release that cannot be read."""
    first, second = rows_of(extracts, "nomis_custody_snapshot", numbers(UNRELEASED, 2))
    second["date_of_birth"] = first["date_of_birth"]
    change(extracts, "ppud_sentence", numbers(UNRELEASED, 4, skip=20), tariff_expiry_date="2911-01-01")
    again = [
        row | {"release_id": f"again-{row['release_id']}", "release_kind": "re_release", "recall_id": "R"}
        for row in rows_of(extracts, "ppud_release", numbers(RECALLED, 4))
    ]
    change(extracts, "ppud_release", numbers(RECALLED, 4), released_on="05/01/2015")
    extracts["ppud_release"] += [row | {"released_on": "2024-12-01"} for row in again]
    assert loaded(tmp_path, extracts) == []
    assert counted(tmp_path) == {}


def test_a_rule_whose_extracts_are_absent_is_said_not_to_be_checked(tmp_path, extracts, caplog):
    del extracts["ppud_sentence"], extracts["nomis_movements"]
    assert loaded(tmp_path, extracts) == []
    unchecked = query(tmp_path, "select distinct rule from landing.across where not is_checked order by 1")
    assert [rule for (rule,) in unchecked] == [
        "after_death",
        "before_the_first_sentence",
        "same_person",
        "unknown_person",
        "without_a_sentence",
    ]
    assert "rule without_a_sentence across extracts not checked: it needs ppud_sentence" in caplog.text


# The rules themselves


def test_every_rule_names_extracts_and_facts_that_there_are():
    contracts, rules = read_contracts(), read_across()
    named = {name for rule in rules.rules for part in rule.where for name in part.extracts}
    assert named <= set(contracts) - {LINKS}
    for rule in rules.rules:
        listed = [name for part in rule.where for name in part.extracts]
        assert len(listed) == len(set(listed)), rule.rule
        assert set(rule.needs) <= set(contracts)
        assert len(rule.at_most.reason) > 40
    facts = PERSONS.read_text(encoding="utf-8").rpartition("select\n")[2]
    assert all(name in facts for names in rules.same_person.alike for name in names)
