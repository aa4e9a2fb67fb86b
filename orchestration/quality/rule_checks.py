"""Run the rules of a file on a candidate, and have the suite for such rules judge what they found.

A rule that names an unknown table, dimension or member would find no fault. So each is first held
against the tables there are and the closed sets in their suites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from orchestration.quality import arithmetic, continuity
from orchestration.quality.comparisons import Equations
from orchestration.quality.identities import Arithmetic, Identity, Sum, written_out
from orchestration.quality.limits import Continuity, RevisionLimit, StepLimit
from orchestration.quality.reconciliation import Reconciled, finding
from orchestration.quality.results import CheckResult, not_checked
from orchestration.quality.rules import Finding, Rule, Where, result_of
from orchestration.quality.suites import DeclaredSuite
from orchestration.quality.tables import Columns
from orchestration.sources.spec import Source

if TYPE_CHECKING:
    import duckdb

KnownMembers = Mapping[tuple[str, str], frozenset[str]]
"""The members a column of a table can have, as its suite says, by table and column."""
CLOSED_SET = "expect_column_values_to_be_in_set"
MEASURE = ("", "measure")
"""Under this key, the measures of all landing tables together."""


@dataclass(frozen=True)
class RuleCheck:
    """A rule, ready to be run: what it reads, in words for results, and how to run it."""

    rule: Rule
    target: str
    reads: tuple[tuple[str, Where], ...]
    run: Callable[[], list[Finding]]


def known_members(
    suites: Mapping[str, DeclaredSuite], targets: Mapping[str, str]
) -> dict[tuple[str, str], frozenset[str]]:
    """The closed sets that suites declare for the columns of their tables. `targets` gives the table of each suite."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    measures: set[str] = set()
    for name, target in targets.items():
        for item in suites[name].expectations:
            if item.type == CLOSED_SET and "row_condition" not in item.kwargs:
                members = frozenset(map(str, item.kwargs.get("value_set") or ()))
                found[target, str(item.kwargs.get("column"))] = members
        measures |= found.get((target, "measure"), frozenset()) if target.startswith("landing.") else set()
    return found | {MEASURE: frozenset(measures)}


def open_members(sources: Mapping[str, Source]) -> dict[tuple[str, str], frozenset[str]]:
    """The declared members of the dimensions that can gain members, which no suite can close."""
    return {
        (f"landing.{source.landing_name(name)}", block.rows.dimension): frozenset(block.rows.labels)
        for source in sources.values()
        for name, spec in source.tables.items()
        for block in spec.blocks
        if block.rows and block.rows.new_members
    }


def arithmetic_checks(connection: duckdb.DuckDBPyConnection, rules: Arithmetic, columns: Columns) -> list[RuleCheck]:
    """The identities of a file, sums written out where their table is there."""
    known = [rule for rule in rules.sums if rule.table in columns]
    unknown = [
        RuleCheck(rule, rule.table, ((rule.table, {}),), list) for rule in rules.sums if rule.table not in columns
    ]
    identities = [(rule, written_out(rule, columns)) for rule in known] + [(rule, rule) for rule in rules.comparisons]
    return unknown + [_of_identity(connection, rule, identity) for rule, identity in identities]


def continuity_checks(connection: duckdb.DuckDBPyConnection, rules: Continuity, columns: Columns) -> list[RuleCheck]:
    """The limits of a file. Needs the temporary table of landed figures while they run."""
    named = tuple(measure for rule in rules.revisions if rule.measures != "others" for measure in rule.measures)
    revisions = [_of_revision(connection, rule, named) for rule in rules.revisions]
    return revisions + [_of_step(connection, rule, columns) for rule in rules.steps]


def reconciliation_checks(rows: Sequence[Reconciled], *files: Equations) -> list[RuleCheck]:
    """The rules of some files of comparisons, each with what it came to at its places."""
    found: dict[str, list[Finding]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(finding(row))
    return [
        RuleCheck(
            rule,
            "landing",
            tuple((one.table, {"measure": (one.measure,)}) for one in selections),
            partial(found.__getitem__, rule.name),
        )
        for file in files
        for rule, selections in file.rules()
    ]


def run_checks(
    checks: Sequence[RuleCheck], suite: str, columns: Columns, members: KnownMembers
) -> tuple[list[CheckResult], list[Finding]]:
    """One result for each rule, and every finding of those that could be run."""
    import duckdb

    results: list[CheckResult] = []
    findings: list[Finding] = []
    for rule_check in checks:
        why = "; ".join(_unknown(rule_check, columns, members))
        found: list[Finding] = []
        try:
            found = [] if why else rule_check.run()
        except duckdb.Error as error:
            why = str(error)
        if why:
            results.append(not_checked(suite, rule_check.target, rule_check.rule.name, why, rule_check.rule.reason))
            continue
        results.append(result_of(rule_check.rule, suite, rule_check.target, found))
        findings += found
    return results, findings


def _of_identity(connection: duckdb.DuckDBPyConnection, rule: Sum | Identity, identity: Identity) -> RuleCheck:
    """An identity, ready to be run."""
    terms = (*identity.left, *identity.right)
    reads = tuple((term.table, where) for term in terms for where in (term.where, term.unless))
    target = ", ".join(dict.fromkeys(term.table for term in terms))
    return RuleCheck(rule, target, reads, lambda: arithmetic.evaluate(connection, identity))


def _of_revision(connection: duckdb.DuckDBPyConnection, rule: RevisionLimit, named: Sequence[str]) -> RuleCheck:
    """A limit on revisions, ready to be run."""
    reads: Where = {} if rule.measures == "others" else {"measure": tuple(rule.measures)}
    return RuleCheck(rule, "landing", (("", reads),), lambda: continuity.evaluate_revision(connection, rule, named))


def _of_step(connection: duckdb.DuckDBPyConnection, rule: StepLimit, columns: Columns) -> RuleCheck:
    """A limit on steps, ready to be run."""
    reads = (rule.table, rule.where) if rule.table else ("", {"measure": (rule.measure,)})
    return RuleCheck(
        rule, rule.table or "landing", (reads,), lambda: continuity.evaluate_step(connection, rule, columns)
    )


def _unknown(rule_check: RuleCheck, columns: Columns, members: KnownMembers) -> Iterator[str]:
    """Unknown names in a rule: tables, dimensions and members."""
    for table, where in rule_check.reads:
        if table and table not in columns:
            yield f"there is no table {table}"
            continue
        for dimension, named in where.items():
            known = members.get((table, dimension))
            if known is None:
                yield f"no suite gives the members of {dimension} in {table or 'any table'}"
            elif strange := sorted(set(named) - known):
                yield f"no suite knows {', '.join(strange)} as {dimension} in {table or 'any table'}"
