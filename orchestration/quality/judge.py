"""Judge a candidate: run every suite and rule in `expectations/` on it, and say what could not be judged.

A table without a suite, a suite without a table, a file that cannot be read, and a rule that names what no suite knows
are failing results like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.quality.comparisons import Equations, Reconciliation
from orchestration.quality.derived import suites_of_extracts, suites_of_marts
from orchestration.quality.identities import Arithmetic
from orchestration.quality.limits import Continuity
from orchestration.quality.reconciliation import Reconciled, measures_of, reconcile
from orchestration.quality.records import outcome_of
from orchestration.quality.results import FINDINGS, CheckResult, not_checked
from orchestration.quality.rule_checks import (
    RuleCheck,
    arithmetic_checks,
    continuity_checks,
    known_members,
    open_members,
    reconciliation_checks,
    run_checks,
)
from orchestration.quality.rules import RuleError, frame_of, read_rules
from orchestration.quality.runner import Target, run_suite
from orchestration.quality.suites import DeclaredSuite, SuiteError, read_suite, suite_name
from orchestration.quality.tables import (
    LANDED,
    MADE,
    Columns,
    columns_by_table,
    has_internal,
    landed_figures,
    mart_figures,
    quoted,
)
from orchestration.quality.vintages import gather
from orchestration.records.contract import FOLDER as CONTRACTS
from orchestration.records.contract import read_contracts
from orchestration.records.loader import ACCOUNTS
from orchestration.settings import Settings
from orchestration.sources.spec import read_sources

if TYPE_CHECKING:
    import duckdb

EVERY_LANDING, EVERY_MART = "landing.every_table", "candidate.every_table"
"""The suites that are run once, on the figures of all landing tables, and of all marts, together."""
ARITHMETIC, CONTINUITY, RECONCILIATION = "rules.arithmetic", "rules.continuity", "rules.reconciliation"
"""The suites that judge what the rules of `arithmetic.yml`, `continuity.yml` and the files of comparisons found."""
ACROSS_LANDING = (ARITHMETIC, EVERY_LANDING, CONTINUITY, RECONCILIATION)
"""The suites that judge all landing tables together, in the order in which they are run."""
EXTERNAL = "external.pack"
"""The suite that judges the external pack (build/external_pack.py)."""
ACROSS_TABLES = (EVERY_LANDING, EVERY_MART, ARITHMETIC, CONTINUITY, RECONCILIATION, EXTERNAL)
SCHEMAS = {"landing": "landing", "published": "published", "candidate": "marts", "internal": "internal.landing"}
"""The schema of the tables that the suites in a folder of `expectations/` are about."""
INTERNAL = "internal.landing."
BEFORE_MODELS = ("landing.", "internal.", "rules.")
"""How the names of suites begin that need no model."""
WHOLE = "the suite as a whole"
UNJUDGED = "What was not judged must not be published."
Carried = Mapping[str, tuple[CheckResult, ...]]
"""Results of an earlier judgement by suite."""
NOTHING_CARRIED: Carried = {}


@dataclass(frozen=True)
class Bench:
    """What a judgement works on: the open candidate, its tables, the suites by name, and the table of each."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    columns: Columns
    suites: Mapping[str, DeclaredSuite]
    carried: Carried = field(default_factory=dict)
    """Results that an earlier judgement gave on the same tables: these suites are not run again."""

    @property
    def targets(self) -> dict[str, str]:
        """The table each suite is about; suites of figures or rules as a whole are about none."""
        return {name: target for name in self.suites if (target := target_of(name))}


def judge(connection: duckdb.DuckDBPyConnection, settings: Settings) -> tuple[CheckResult, ...]:
    """Every check of every suite and rule on the open candidate, with the internal file attached as `internal` if any.

    Never raises for what the candidate or `expectations/` hold: what cannot be evaluated is a failing result.
    """
    return (*judge_landing(connection, settings), *judge_marts(connection, settings))


def judge_landing(
    connection: duckdb.DuckDBPyConnection, settings: Settings, carried: Carried = NOTHING_CARRIED
) -> tuple[CheckResult, ...]:
    """The checks that need no model: on landing tables, internal extracts, and the rules of published arithmetic and
    continuity. Run before the models are built, so that an error can point to the exact cell.

    Suites in `carried` are not run: their results are those given there.
    """
    bench, unread = _bench(connection, settings, landing=True, carried=carried)
    return (*unread, *_unjudged(bench), *_judge_tables(bench), *_judge_landed_figures(bench))


def judge_marts(
    connection: duckdb.DuckDBPyConnection, settings: Settings, carried: Carried = NOTHING_CARRIED
) -> tuple[CheckResult, ...]:
    """The checks on what the models built. Suites in `carried` are not run: their results are those given there."""
    bench, unread = _bench(connection, settings, landing=False, carried=carried)
    every_mart = _or_not_checked(EVERY_MART, "marts", lambda: _judge_all_marts(bench))
    return (*unread, *_unjudged(bench), *_judge_tables(bench), *every_mart)


def _bench(
    connection: duckdb.DuckDBPyConnection, settings: Settings, landing: bool, carried: Carried
) -> tuple[Bench, tuple[CheckResult, ...]]:
    """The suites and tables of one half of the judgement, and a failing result for each of its files that is no suite.

    A suite in an unknown folder belongs to the second half, which says that nothing runs it.
    """
    folder = settings.expectations
    derived = suites_of_extracts(read_contracts(), CONTRACTS) if landing else suites_of_marts(settings.dbt_project)
    of_half = [path for path in _files(folder) if suite_name(path, folder).startswith(BEFORE_MODELS) == landing]
    suites, unread = _with_files(derived, of_half, folder)
    if not settings.internal.exists() and not has_internal(connection):
        suites = {name: suite for name, suite in suites.items() if not name.startswith("internal.")}
    return Bench(
        connection,
        folder,
        {
            table: names
            for table, names in columns_by_table(connection).items()
            if table.startswith(MADE) != landing and table.removeprefix(INTERNAL) not in ACCOUNTS
        },
        suites,
        carried,
    ), tuple(unread)


def target_of(suite: str) -> str:
    """The table a suite is about, by its name; '' for the suites of all figures and of rules.

    `landing.omsq.recalls_by_reason` is about `landing.omsq_recalls_by_reason`, `candidate.recalls` about
    `marts.recalls`, `internal.opd_activity` about `internal.landing.opd_activity`.
    """
    folder, _, table = suite.partition(".")
    is_of_a_table = table != "every_table" and folder in SCHEMAS
    return f"{SCHEMAS[folder]}.{table.replace('.', '_')}" if is_of_a_table else ""


def every_suite(settings: Settings) -> tuple[dict[str, DeclaredSuite], list[CheckResult]]:
    """Every suite by name: those that follow from contracts and marts, each followed by what the file of its name in
    the folder of expectations adds; and a failing result for every file that is no suite.
    """
    derived = suites_of_extracts(read_contracts(), CONTRACTS) | suites_of_marts(settings.dbt_project)
    return _with_files(derived, _files(settings.expectations), settings.expectations)


def _files(folder: Path) -> list[Path]:
    """The files of suites in the folder of expectations."""
    return sorted(folder.rglob("*.json"))


def _with_files(
    derived: Mapping[str, DeclaredSuite], files: Sequence[Path], folder: Path
) -> tuple[dict[str, DeclaredSuite], list[CheckResult]]:
    """Derived suites with what these files add to them, and the suites of the other files; and a failing result for
    every file that is no suite.
    """
    suites, unread = dict(derived), []
    for path in files:
        name = suite_name(path, folder)
        try:
            declared = read_suite(path, folder)
        except SuiteError as error:
            unread.append(not_checked(name, target_of(name), WHOLE, str(error), UNJUDGED))
            continue
        before = suites[name].expectations if name in suites else ()
        suites[name] = DeclaredSuite(name, path, (*before, *declared.expectations))
    return suites, unread


def _unjudged(bench: Bench) -> Iterator[CheckResult]:
    """A failing result for every table without a suite, every suite without a table, and every suite nothing runs."""
    for table in bench.columns:
        if table not in bench.targets.values():
            why = "no suite in expectations/ is about it; expectations/README.md says which file to write"
            yield not_checked("none", table, "a suite for every table", why, UNJUDGED)
    for name, target in bench.targets.items():
        if target not in bench.columns:
            yield not_checked(name, target, "a table for every suite", "the table is not there", UNJUDGED)
    for name in bench.suites:
        if name not in bench.targets and name not in ACROSS_TABLES:
            yield not_checked(name, "", WHOLE, f"nothing runs it; suites are in {', '.join(SCHEMAS)}", UNJUDGED)


def _judge_tables(bench: Bench) -> Iterator[CheckResult]:
    """The results of every suite about a table."""
    for name, target in bench.targets.items():
        if target not in bench.columns:
            continue
        carried = bench.carried.get(name, ())
        if carried and len(carried) == len(bench.suites[name].expectations):
            yield from carried
        else:
            yield from _judge_table(bench, bench.suites[name], target)


def _judge_table(bench: Bench, suite: DeclaredSuite, target: str) -> Sequence[CheckResult]:
    """The results of one suite on its table, or one that says why the table cannot be read."""
    import duckdb

    if target.startswith(INTERNAL):
        return _judge_records(bench, suite, target)
    try:
        frame = bench.connection.execute(f"select * from {quoted(target)}").df()
    except duckdb.Error as error:
        return [not_checked(suite.name, target, WHOLE, f"its table cannot be read: {error}", UNJUDGED)]
    return run_suite(suite, Target(target, frame))


def _judge_records(bench: Bench, suite: DeclaredSuite, target: str) -> Sequence[CheckResult]:
    """The results of one suite on what became of an extract, in counts. A message of DuckDB could hold a record."""
    import duckdb

    contract = read_contracts().get(target.removeprefix(INTERNAL))
    try:
        frame = outcome_of(bench.connection, contract) if contract else None
    except duckdb.Error:
        return [not_checked(suite.name, target, WHOLE, "its table cannot be read", UNJUDGED)]
    if frame is None:
        return [not_checked(suite.name, target, WHOLE, "it has no contract", UNJUDGED)]
    return run_suite(suite, Target(target, frame, place=("check_name", "source_file")))


def _judge_landed_figures(bench: Bench) -> Iterator[CheckResult]:
    """The results of what is judged across landing tables: their figures together, and the rules."""
    if all(name in bench.carried for name in ACROSS_LANDING):
        for name in ACROSS_LANDING:
            yield from bench.carried[name]
        return
    yield from _judge_rules(bench, ARITHMETIC, lambda: _arithmetic(bench))
    yield from _or_not_checked(EVERY_LANDING, "landing", lambda: _judge_all_landing(bench))


def _or_not_checked(suite: str, target: str, results: Callable[[], Iterator[CheckResult]]) -> Sequence[CheckResult]:
    """The results, or one that says why there are none: tables that do not fit together cannot be judged together."""
    import duckdb

    try:
        return tuple(results())
    except (duckdb.Error, ValueError) as error:
        return (not_checked(suite, target, "figures of all tables together", str(error), UNJUDGED),)


def _judge_all_marts(bench: Bench) -> Iterator[CheckResult]:
    """The results on the figures of all marts together."""
    yield from _run(bench, EVERY_MART, _together(bench, "marts", mart_figures(bench.columns)))


def _judge_all_landing(bench: Bench) -> Iterator[CheckResult]:
    """The results on the figures of all landing tables together, on their continuity, and on how they agree."""
    with landed_figures(bench.connection, bench.columns):
        yield from _run(bench, EVERY_LANDING, _together(bench, "landing", f"select * from {LANDED}"))
        yield from _judge_rules(bench, CONTINUITY, lambda: _continuity(bench))
        yield from _judge_rules(bench, RECONCILIATION, lambda: _reconciliation(bench))


def reconciliation(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Reconciled]:
    """Every comparison of the landed figures that the folder of expectations declares.

    Raises RuleError when a file of them is not as it should be.
    """
    with landed_figures(connection, columns_by_table(connection)):
        return _compared(connection, *_comparisons(folder))


def _comparisons(folder: Path) -> tuple[Reconciliation, Equations]:
    """The comparisons of `reconciliation.yml`, and the identities of `published_identities.yml`."""
    rules = read_rules(folder / "reconciliation.yml", Reconciliation)
    return rules, read_rules(folder / "published_identities.yml", Equations)


def _compared(connection: duckdb.DuckDBPyConnection, rules: Reconciliation, published: Equations) -> list[Reconciled]:
    """The result of each comparison."""
    return reconcile(gather(connection, measures_of(rules, published)), rules, published)


def _reconciliation(bench: Bench) -> list[RuleCheck]:
    """The rules of both files of comparisons. Raises RuleError when one is not as it should be."""
    rules, published = _comparisons(bench.folder)
    return reconciliation_checks(_compared(bench.connection, rules, published), rules, published)


def _together(bench: Bench, name: str, sql: str) -> Target:
    """The figures of many tables as one target; a failing figure is named by its table too."""
    return Target(name, bench.connection.execute(sql).df(), place=("table_name", *Target.place))


def _judge_rules(bench: Bench, suite: str, rule_checks: Callable[[], Sequence[RuleCheck]]) -> Iterator[CheckResult]:
    """One result for each rule of a file, and those of the suite that judges what they found together."""
    members = known_members(bench.suites, bench.targets) | open_members(read_sources())
    try:
        results, findings = run_checks(rule_checks(), suite, bench.columns, members)
    except RuleError as error:
        yield not_checked(suite, "landing", WHOLE, str(error), UNJUDGED)
        return
    yield from results
    yield from _run(bench, suite, Target(FINDINGS, frame_of(findings), place=("says",)))


def _run(bench: Bench, name: str, target: Target) -> Sequence[CheckResult]:
    """The results of a suite that must be there."""
    if name in bench.suites:
        return run_suite(bench.suites[name], target)
    return [not_checked(name, target.name, WHOLE, "there is no such suite", UNJUDGED)]


def _arithmetic(bench: Bench) -> list[RuleCheck]:
    """The rules of `arithmetic.yml`. Raises RuleError when it is not as it should be."""
    rules = read_rules(bench.folder / "arithmetic.yml", Arithmetic)
    return arithmetic_checks(bench.connection, rules, bench.columns)


def _continuity(bench: Bench) -> list[RuleCheck]:
    """The rules of `continuity.yml`. Raises RuleError when it is not as it should be."""
    rules = read_rules(bench.folder / "continuity.yml", Continuity)
    sums = read_rules(bench.folder / "arithmetic.yml", Arithmetic)
    names = {rule.name for rule in (*rules.revisions, *rules.steps, *sums.sums, *sums.comparisons)} | set(bench.suites)
    strange = sorted({name for known in rules.known_disagreements for name in known.known_to} - names)
    if strange:
        raise RuleError(
            f"{bench.folder / 'continuity.yml'}: known_disagreements name {', '.join(strange)}, which is not there"
        )
    return continuity_checks(bench.connection, rules, bench.columns)
