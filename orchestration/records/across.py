"""Rules that compare the extracts with each other (across.yml): reject or count the rows that break them, and say where
there are too many.

Messages contain the rule, the extract and row counts only.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import yaml

from orchestration.archive.releases import INTERNAL
from orchestration.problems import Problem
from orchestration.records.contract import LINKS, Contract, Strict

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("ipp")

RULES = Path(__file__).resolve().with_name("across.yml")
PERSONS = Path(__file__).resolve().with_name("across.sql")
READ = (
    "ppud_sentence",
    "ppud_release",
    "nomis_custody_snapshot",
    "nomis_movements",
    "ndelius_caseload",
)
"""The extracts that across.sql reads; without a contract for each of them no rule is checked."""
SPINE = "ppud_sentence"
"""The extract under which the rule about people as a whole is counted."""


class AtMost(Strict):
    """How many rows may break a rule: a number, or per cent of the rows of the extract if that is more."""

    percent: float
    rows: int
    reason: str

    def of(self, rows: int) -> int:
        """The number of rows that may break the rule, of so many."""
        return max(self.rows, int(rows * self.percent / 100))


class Condition(Strict):
    """The SQL condition that a row of one of some extracts breaks a rule."""

    extracts: list[str]
    violates: str


class Rule(Strict):
    """A rule about the rows of some extracts."""

    rule: str
    describes: str
    needs: list[str]
    then: Literal["reject", "keep"]
    at_most: AtMost
    look_at: str
    where: list[Condition]

    def violates(self, extract: str) -> str | None:
        """The condition for the rows of an extract; None where the rule says nothing about it."""
        return next((part.violates for part in self.where if extract in part.extracts), None)


class SamePerson(Strict):
    """The rule that no person has two identifiers: lists of columns of across.sql in which no two people are alike."""

    rule: str
    describes: str
    needs: list[str]
    at_most: AtMost
    look_at: str
    alike: list[list[str]]


class Across(Strict):
    """All rules that compare the extracts with each other."""

    rules: list[Rule]
    same_person: SamePerson


@dataclass(frozen=True)
class Count:
    """How many rows (or people) of an extract break a rule, and how many may. `checked` is False where an extract that
    the rule needs is absent.
    """

    extract: str
    rule: Rule | SamePerson
    then: Literal["reject", "keep"]
    broken: int
    at_most: int
    checked: bool

    @property
    def is_beyond(self) -> bool:
        """Whether more rows break the rule than may."""
        return self.broken > self.at_most


@functools.cache
def read_across(path: Path = RULES) -> Across:
    """The rules of across.yml. Raises pydantic's ValidationError when the file is not what it should be."""
    return Across.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def rules_of(extract: str) -> list[Rule]:
    """The rules about the rows of an extract."""
    return [rule for rule in read_across().rules if rule.violates(extract)]


def names_of(extract: str) -> list[str]:
    """The names of the rules that are counted for an extract."""
    people = [read_across().same_person.rule] if extract == SPINE else []
    return [rule.rule for rule in rules_of(extract)] + people


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table `met`: which extract has rows about which person, rejected rows among them or not."""
    connection.execute("create temp table met (extract varchar, person_key varchar, has_rejected_row boolean)")


def meet(connection: duckdb.DuckDBPyConnection, extract: str) -> None:
    """Put the people of the view `judged` into `met`; they replace those of an older file of the extract."""
    connection.execute("delete from met where extract = ?", [extract])
    connection.execute(
        "insert into met select ?, person_key, bool_or(broken <> 0) from judged "
        "where person_key is not null and not is_test group by person_key",
        [extract],
    )


def apply(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> list[Problem]:
    """Reject and count the landed rows that break a rule, and write the counts into the accounts. Returns a problem for
    each rule that too many rows break.
    """
    present: set[str] = set()
    if set(READ) <= set(contracts):
        connection.execute(f"create temp table persons as {PERSONS.read_text(encoding='utf-8')}")
        found = connection.execute("select distinct extract from landing.files_read where as_at is not null").fetchall()
        present = {name for (name,) in found}
    counts = [count for extract in contracts if extract != LINKS for count in _apply_to(connection, extract, present)]
    if SPINE in contracts:
        counts.append(_count_people(connection, present))
    _account(connection, counts)
    _tell(counts)
    return [_problem(count) for count in counts if count.is_beyond]


def _count_people(connection: duckdb.DuckDBPyConnection, present: Collection[str]) -> Count:
    """How many people share all facts of a list with somebody else."""
    rule = read_across().same_person
    alike = " union ".join(_alike(columns) for columns in rule.alike)
    if not set(rule.needs) <= set(present):
        return Count(SPINE, rule, "keep", 0, 0, checked=False)
    broken = _number(connection, f"select count(*) from ({alike})")
    people = _number(connection, "select count(*) from persons")
    return Count(SPINE, rule, "keep", broken, rule.at_most.of(people), checked=True)


def _alike(columns: Sequence[str]) -> str:
    """SQL for the people who share the values of all columns with somebody else; a missing value is like no other."""
    listed, filled = ", ".join(columns), " and ".join(f"{name} is not null" for name in columns)
    return f"""
        select unnest(list(person_key)) as person_key
        from persons where {filled} group by {listed} having count(*) > 1
    """


def _apply_to(connection: duckdb.DuckDBPyConnection, extract: str, present: Collection[str]) -> list[Count]:
    """Reject the rows of an extract that break a rule; how many break each."""
    rules, table = rules_of(extract), f"landing.{extract}"
    checked = [rule for rule in rules if set(rule.needs) <= set(present)]
    if extract not in present:
        return [Count(extract, rule, rule.then, 0, 0, rule in checked) for rule in rules]
    cases = " ".join(f"when {rule.violates(extract)} then '{rule.rule}'" for rule in checked)
    connection.execute(f"""
        create or replace temp table breaking as
        select source_file, source_row, {f"case {cases} end" if cases else "cast(null as varchar)"} as rule
        from {table} as landed
        left join (select person_key, persons as person from persons) as about
            on landed.person_key = about.person_key
        where as_at = (select max(as_at) from {table})
    """)
    rows = _number(connection, "select count(*) from breaking")
    by_rule = dict(connection.execute("select rule, count(*) from breaking group by rule").fetchall())
    rejecting = [rule.rule for rule in checked if rule.then == "reject"]
    connection.execute(
        f"""
        delete from {table} where (source_file, source_row) in (
            select (source_file, source_row) from breaking where list_contains($rejecting, rule)
        )
        """,
        {"rejecting": rejecting},
    )
    return [
        Count(extract, rule, rule.then, by_rule.get(rule.rule, 0), rule.at_most.of(rows), rule in checked)
        for rule in rules
    ]


def _account(connection: duckdb.DuckDBPyConnection, counts: Sequence[Count]) -> None:
    """Write the counts into the accounts: rejected rows among those that the contract rejects."""
    if not counts:
        return
    rows = [
        [count.extract, count.rule.rule, count.then, count.checked, count.broken, count.at_most] for count in counts
    ]
    places = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(rows))
    connection.execute(f"insert into landing.across values {places}", list(chain.from_iterable(rows)))
    newest = """
        select extract, source_file, across.rule, across.row_count
        from landing.across
        inner join landing.files_read using (extract)
        where across.reaction = 'reject'
        qualify as_at is not distinct from max(as_at) over (partition by extract)
    """
    connection.execute(f"""
        insert into landing.rejected_rows select extract, source_file, '', rule, row_count from ({newest})
    """)
    connection.execute(f"""
        update landing.files_read as files
        set rejected = files.rejected + found.row_count, landed = files.landed - found.row_count
        from (select extract, source_file, sum(row_count) as row_count from ({newest}) group by all) as found
        where files.extract = found.extract and files.source_file = found.source_file
    """)


def _tell(counts: Sequence[Count]) -> None:
    """Log each rule that rows of an extract break, and each rule that could not be checked."""
    for rule, needs in sorted({count.rule.rule: count.rule.needs for count in counts if not count.checked}.items()):
        log.warning("rule %s across extracts not checked: it needs %s", rule, ", ".join(needs))
    for count in counts:
        if count.broken:
            done = "rejected" if count.then == "reject" else "kept"
            said = (count.extract, count.broken, _break(count.broken), count.rule.rule, done)
            log.warning("%s: %s %s the rule %s across extracts, %s", *said)


def _break(number: int) -> str:
    """The verb for a number of rows or people."""
    return "breaks" if number == 1 else "break"


def _problem(count: Count) -> Problem:
    """The problem of a rule that too many rows break."""
    return Problem(
        f"{INTERNAL} {count.extract}",
        f"rule {count.rule.rule}",
        expected=f"{count.rule.describes}; at most {count.at_most} may break this",
        found=f"{count.broken} that {_break(count.broken)} it",
        remedy=f"look at {count.rule.look_at}",
    )


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one number of a query."""
    return int(connection.execute(sql).fetchall()[0][0])
