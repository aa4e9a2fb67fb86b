"""The verdict: every suite as a blocking asset check on the table it judges.

The graph holds publication back in the same run; it is not trusted to: `publish` asks the ledger for a pass on the
file's own hash.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.resources import Places
from orchestration.publication import refresh
from orchestration.quality.judge import target_of
from orchestration.quality.suites import suite_name
from orchestration.settings import ROOT


def _asset_of(suite: str) -> dg.AssetKey:
    """The asset a suite judges; what is judged across tables is shown on the figures."""
    schema, _, table = (target_of(suite) or "marts.figures").rpartition(".")
    return dg.AssetKey([schema.removesuffix(".landing"), table])


def _name(suite: str) -> str:
    """A suite's name as Dagster allows it."""
    return suite.replace(".", "__")


EXPECTATIONS = ROOT / "expectations"
SUITES = tuple(suite_name(path, EXPECTATIONS) for path in sorted(EXPECTATIONS.glob("**/*.json")))


def _spec(suite: str) -> dg.AssetCheckSpec:
    """A suite as a check. Those on marts hold publication back; one on a landing table cannot: models stand between."""
    asset = _asset_of(suite)
    return dg.AssetCheckSpec(_name(suite), asset=asset, blocking=asset.path[0] == "marts")


@dg.multi_asset_check(specs=[_spec(suite) for suite in SUITES])
def judgement(context: dg.AssetCheckExecutionContext, places: Places) -> Iterator[dg.AssetCheckResult]:
    """Judge the candidate, seal it and record the verdict on its hash."""
    results = refresh.judge(places.settings, context.op_execution_context.run_id)
    for suite in SUITES:
        of_suite = [result for result in results if result.suite == suite]
        failed = [f"{result.expectation}: {result.observed}" for result in of_suite if not result.success]
        yield dg.AssetCheckResult(
            passed=bool(of_suite) and not failed,
            check_name=_name(suite),
            asset_key=_asset_of(suite),
            metadata={
                "checks": len(of_suite),
                "failed": dg.MetadataValue.md("\n".join(f"* {line}" for line in failed) or "none"),
            },
        )
    refresh.require_success(results)
