"""Every expectation, rule and dbt test fails on an input that breaks it: one that cannot fail protects nothing."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.archive.releases import open_release
from orchestration.build import candidate, external_pack, inputs
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.build.transform import RUN_RESULTS, read_manifest
from orchestration.quality import judge
from orchestration.quality.comparisons import Equations, Quantity, Reconciliation
from orchestration.quality.reconciliation import finding
from orchestration.quality.rule_checks import RuleCheck
from orchestration.quality.rules import Finding
from orchestration.quality.runner import Target, run_suite
from orchestration.quality.suites import DeclaredExpectation, DeclaredSuite
from orchestration.quality.tables import landed_figures
from orchestration.settings import ReadingLimits, Settings
from orchestration.sources.spec import read_sources
from orchestration.workbooks.isolated import IsolatedReader
from tests.attack.spoilt_frames import good_and_spoilt
from tests.attack.spoilt_tables import change_until, changes_of, changes_where, make_plain, relations
from tests.bulletins import bulletin, write_release
from tests.editions import Refreshed
from tests.fixtures.published_layouts.make_fixtures import FOLDER as FIXTURES_FOLDER
from tests.workbooks import RAW

IN_THE_SHORT_FORM = 8


def expectations_with_tables(settings: Settings, patch: pytest.MonkeyPatch) -> list[tuple[DeclaredSuite, Target]]:
    """Every suite with what a refresh runs it on: taken from a judgement whose suites are not run."""
    taken: list[tuple[DeclaredSuite, Target]] = []

    def take(suite: DeclaredSuite, target: Target) -> tuple[()]:
        taken.append((suite, target))
        return ()

    patch.setattr(judge, "run_suite", take)
    with candidate_of(settings) as connection:
        judge.judge(connection, settings)
    pack = judge.every_suite(settings)[0][judge.EXTERNAL]
    taken.append((pack, Target("external pack", external_pack._by_check([]), place=("check", "says"))))
    return taken


@contextmanager
def candidate_of(settings: Settings, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """The finished candidate, with the records attached as a refresh attaches them."""
    with duckdb.connect(str(settings.candidate), read_only=read_only) as connection:
        connection.execute(f"attach '{settings.internal}' as internal {'(read_only)' if read_only else ''}")
        yield connection


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Settings], Settings]:
    """Copies the work folder of a refresh, so that its tables can be changed."""

    def copy(settings: Settings) -> Settings:
        own = Settings(settings.raw, tmp_path / "work", settings.published)
        for path in (settings.candidate, settings.internal, settings.work / RUN_RESULTS):
            (place := own.work / path.relative_to(settings.work)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
        return own

    return copy


# ---- Expectations ---------------------------------------------------------------------------------------------------


def one_by_one(taken: list[tuple[DeclaredSuite, Target]]) -> Iterator[tuple[str, DeclaredExpectation, pd.DataFrame]]:
    """Every expectation with the name of its suite and its table."""
    for suite, target in taken:
        for item in suite.expectations:
            yield suite.name, item, target.frame


def never_fails(name: str, item: DeclaredExpectation, frame: pd.DataFrame) -> str:
    """Why an expectation was not seen to fail where it should, and to hold where it should; '' when it was."""
    good, spoilt = good_and_spoilt(item, frame)
    suite = DeclaredSuite(name, Path(name), (item,))
    (before,), (after,) = run_suite(suite, Target(name, good)), run_suite(suite, Target(name, spoilt))
    if not before.success:
        return f"{name}: {item.name}: does not hold for good rows: {before.observed}"
    return "" if not after.success and after.could_run else f"{name}: {item.name}: {after.observed}"


def require_failures(title: str, number: int, never: list[str], record_property) -> None:
    """Show how many checks were seen to fail, and those that were not; there may be none of these."""
    rows = [[title, "seen to fail", number - len(never)], [title, "never seen to fail", len(never)]]
    record_property("Checks", [*rows, *([f"  {why}", "never seen to fail", 0] for why in never)])
    assert never == []


@pytest.mark.slow
def test_expectations_fail_on_a_row_that_breaks_them(
    small: Refreshed, monkeypatch: pytest.MonkeyPatch, record_property
) -> None:
    """A seeded choice of those that all are tried in the long form; one of each type at least."""
    every = list(one_by_one(expectations_with_tables(small.settings, monkeypatch)))
    of_type = {item.type: (name, item, frame) for name, item, frame in every}
    chosen = [*of_type.values(), *random.Random(1).sample(every, IN_THE_SHORT_FORM)]
    require_failures(
        "expectations", len(chosen), [why for one in chosen if (why := never_fails(*one))], record_property
    )


@pytest.mark.slow
@pytest.mark.torture
def test_every_expectation_fails_on_a_row_that_breaks_it(
    whole: Refreshed, monkeypatch: pytest.MonkeyPatch, record_property
) -> None:
    every = list(one_by_one(expectations_with_tables(whole.settings, monkeypatch)))
    require_failures("expectations", len(every), [why for one in every if (why := never_fails(*one))], record_property)


# ---- Rules ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rules:
    """The landing tables of all releases, with synthetic ones for the other tables, and the rules on them."""

    bench: judge.Bench
    comparisons: tuple[Reconciliation, Equations]
    every: list[tuple[str, RuleCheck]]

    def objections(self, suite: str, check: RuleCheck) -> int:
        """At how many places a rule fails, or reports a difference that a text explains, on the tables as they are."""
        if suite == judge.ARITHMETIC:
            return count_objections(check.run())
        with landed_figures(self.bench.connection, self.bench.columns):
            if suite != judge.RECONCILIATION:
                return count_objections(check.run())
            compared = judge._compared(self.bench.connection, *self.comparisons)
            return count_objections(finding(row) for row in compared if row.name == check.rule.name)

    def reads(self, check: RuleCheck) -> list[tuple[str, Mapping[str, Sequence[str]]]]:
        """The tables a rule reads, each with the members it reads; a rule of a measure reads all that have it."""
        landed = [name for name in self.bench.columns if name.startswith("landing.")]
        return [
            (name, where)
            for table, where in check.reads
            for name in ([table] if table in landed else landed)
            if set(where) <= set(self.bench.columns[name])
        ]


def count_objections(findings: Iterable[Finding]) -> int:
    """How many findings stop a refresh or are reported by it."""
    return sum(one.outcome in ("fails", "reported") for one in findings)


def rules_on_landing(folder: Path, connection: duckdb.DuckDBPyConnection) -> Rules:
    """Every rule, on the landing tables of the releases of raw/ and of the fixtures, which have every table."""
    sources, outcomes = read_sources(), []
    manifests = [path for raw in (RAW, FIXTURES_FOLDER) for path in sorted(raw.glob("*/*/manifest.yml"))]
    with IsolatedReader(ReadingLimits()) as reader:
        for release_folder in (*(path.parent for path in manifests), write_release(folder, bulletin())):
            release, _ = open_release(release_folder, sources)
            reading = inputs.read(release, sources[release.publication], reader)
            outcomes.append(ReleaseOutcome(release, "published", observations=reading.observations))
    for schema in candidate.SCHEMAS:
        connection.execute(f"create schema {schema}")
    candidate.land(connection, outcomes, sources)
    settings = Settings(RAW, folder / "work", folder / "published")
    bench, _ = judge._bench(connection, settings, landing=True, carried={})
    comparisons = judge._comparisons(bench.folder)
    with landed_figures(connection, bench.columns):
        of_suites = {
            judge.ARITHMETIC: judge._arithmetic(bench),
            judge.CONTINUITY: judge._continuity(bench),
            judge.RECONCILIATION: judge._reconciliation(bench),
        }
    return Rules(bench, comparisons, [(suite, check) for suite, checks in of_suites.items() for check in checks])


def rests_on_no_figure(check: RuleCheck, quantities: Mapping[str, Quantity]) -> bool:
    """Whether a rule compares given numbers alone, or rests on one that is declared as not landed, with why."""
    words = re.findall(r"\w+", f"{getattr(check.rule, 'left', '')} {getattr(check.rule, 'right', '')}")
    named = [quantities[word] for word in words if word in quantities]
    return not check.reads or any(not one.measure and one.given is None for one in named)


def rules_never_failing(folder: Path, share: float, record_property) -> tuple[int, list[str]]:
    """How many rules were tried, and those that failed after no change of the figures they read. Shows those that no
    landed figure can break.
    """
    chance, never = random.Random(2), []
    with duckdb.connect() as connection:
        rules = rules_on_landing(folder, connection)
        quantities = {name: one for file in rules.comparisons for name, one in file.quantities.items()}
        asleep = [check for _, check in rules.every if rests_on_no_figure(check, quantities)]
        rows = [[f"rule {check.rule.name}", "rests on a number that is not landed", 1] for check in asleep]
        record_property("Rules that no landed figure can break", rows)
        evaluated = [(suite, check) for suite, check in rules.every if check not in asleep]
        chosen = chance.sample(evaluated, round(len(evaluated) * share))
        for suite, check in chosen:
            changes, before = changes_where(connection, rules.reads(check), chance), rules.objections(suite, check)
            if change_until(connection, changes, lambda: rules.objections(suite, check) > before) is None:  # noqa: B023
                never.append(f"{suite}: {check.rule.name}")
    return len(chosen), never


@pytest.mark.slow
def test_some_rules_fail_on_figures_that_break_them(tmp_path: Path, record_property) -> None:
    tried, never = rules_never_failing(tmp_path, 0.05, record_property)
    require_failures("rules", tried, never, record_property)


@pytest.mark.slow
@pytest.mark.torture
def test_every_rule_fails_on_figures_that_break_it(tmp_path: Path, record_property) -> None:
    tried, never = rules_never_failing(tmp_path, 1, record_property)
    require_failures("rules", tried, never, record_property)


# ---- Tests of dbt ---------------------------------------------------------------------------------------------------


def dbt_nodes(settings: Settings, kind: str) -> list[Mapping[str, Any]]:
    """The models or tests of the last build, as compiled."""
    results = json.loads((settings.work / RUN_RESULTS).read_text(encoding="utf-8"))["results"]
    compiled = {result["unique_id"]: result["compiled_code"] for result in results}
    nodes = {key: node for key, node in read_manifest(settings)["nodes"].items() if node["resource_type"] == kind}
    return [{**node, "compiled_code": compiled[key]} for key, node in nodes.items() if key in compiled]


def dbt_tests_never_failing(settings: Settings, share: float) -> tuple[int, list[str]]:
    """How many tests of dbt were tried, and those that found nothing after any change of the tables they read."""
    chance, never = random.Random(3), []
    every = sorted(dbt_nodes(settings, "test"), key=lambda node: node["unique_id"])
    models = dbt_nodes(settings, "model")
    sql = {(one["database"], one["schema"], one["alias"]): one.get("compiled_code", "") for one in models}
    chosen = chance.sample(every, max(1, round(len(every) * share)))
    with candidate_of(settings, read_only=False) as connection:
        for relation in dict.fromkeys(one for node in chosen for one in relations(node["compiled_code"])):
            make_plain(connection, relation, sql)
        for node in chosen:
            counted = f"select count(*) from ({node['compiled_code']}) as found"
            finds = lambda counted=counted: bool(connection.execute(counted).fetchall()[0][0])  # noqa: E731
            assert not finds(), f"{node['name']} does not hold before any change"
            asked = (node.get("test_metadata") or {}).get("kwargs", {})
            columns = [asked.get("column_name", ""), *asked.get("keys", []), *asked.get("columns", [])]
            changes = (
                change
                for relation in relations(node["compiled_code"])
                for change in changes_of(connection, ".".join(f'"{part}"' for part in relation), chance, columns)
            )
            if change_until(connection, changes, finds) is None:
                never.append(node["name"])
    return len(chosen), never


@pytest.mark.slow
def test_some_tests_of_dbt_fail_on_rows_that_break_them(small: Refreshed, copied, record_property) -> None:
    tried, never = dbt_tests_never_failing(copied(small.settings), 0.1)
    require_failures("tests of dbt", tried, never, record_property)


@pytest.mark.slow
@pytest.mark.torture
def test_every_test_of_dbt_fails_on_rows_that_break_it(whole: Refreshed, copied, record_property) -> None:
    tried, never = dbt_tests_never_failing(copied(whole.settings), 1)
    require_failures("tests of dbt", tried, never, record_property)
