"""The verdict: every suite as a blocking asset check on the table it judges.

The graph keeps an edition that failed from being published in the same run, and `publish` does not rely on it: it asks
the ledger for a pass on the hashes of the edition's files.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from orchestration.build import refresh
from orchestration.defs.resources import Paths
from orchestration.editions.last_run import recorded
from orchestration.quality.judge import BEFORE_MODELS, every_suite, target_of
from orchestration.quality.results import CheckResult
from orchestration.settings import Settings

SUITES = tuple(sorted(every_suite(Settings.from_environment())[0]))
ACROSS_LANDING = "landing.omsq_ipp_prisoners_by_status"
"""Where the checks across landing tables are shown: on the table that heads the dashboard."""


def _asset_of(suite: str) -> dg.AssetKey:
    """The asset a suite judges; what is judged across tables is shown on one of them."""
    across = ACROSS_LANDING if suite.startswith(BEFORE_MODELS) else "published.figures"
    schema, _, table = (target_of(suite) or across).rpartition(".")
    return dg.AssetKey(["records" if schema == "internal.landing" else schema, table])


def _name(suite: str) -> str:
    """A suite's name as Dagster allows it."""
    return suite.replace(".", "__")


def _checks(landing: bool) -> list[dg.AssetCheckSpec]:
    """The suites of one half of the judgement as checks that hold back everything after the tables they judge."""
    suites = [suite for suite in SUITES if suite.startswith(BEFORE_MODELS) == landing]
    return [dg.AssetCheckSpec(_name(suite), asset=_asset_of(suite), blocking=True) for suite in suites]


def _shown(specs: Sequence[dg.AssetCheckSpec], results: Sequence[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """The results of each suite as one check, then CheckFailed with every result that failed."""
    for spec in specs:
        of_suite = [result for result in results if _name(result.suite) == spec.name]
        failed = [f"{result.expectation}: {result.observed}" for result in of_suite if not result.success]
        yield dg.AssetCheckResult(
            passed=bool(of_suite) and not failed,
            check_name=spec.name,
            asset_key=spec.asset_key,
            metadata={
                "checks": len(of_suite),
                "failed": dg.MetadataValue.md("\n".join(f"* {line}" for line in failed) or "none"),
            },
        )
    refresh.require_success(results)


@dg.multi_asset_check(specs=_checks(landing=True))
def landing_judgement(context: dg.AssetCheckExecutionContext, paths: Paths) -> Iterator[dg.AssetCheckResult]:
    """Judge what was landed before anything is built from it."""
    with recorded(paths.settings, context.run.run_id):
        yield from _shown(_checks(landing=True), refresh.judge_landing(paths.settings, context.run.run_id))


@dg.multi_asset_check(specs=_checks(landing=False))
def judgement(context: dg.AssetCheckExecutionContext, paths: Paths) -> Iterator[dg.AssetCheckResult]:
    """Judge what was built, seal the edition and record the verdict on its files."""
    with recorded(paths.settings, context.run.run_id):
        yield from _shown(_checks(landing=False), refresh.judge(paths.settings, context.run.run_id))
