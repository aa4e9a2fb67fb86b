"""Run a suite on a frame: one result for each expectation, and where one fails, which rows fail and where they are.

A suite is first run for yes or no only, which is the quickest; what failed is run once more to learn where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.problems import counted
from orchestration.quality.engine import dataframe_batch
from orchestration.quality.results import CheckResult, not_checked
from orchestration.quality.suites import POSITION, DeclaredExpectation, DeclaredSuite, SuiteError, load_suite

if TYPE_CHECKING:
    import pandas as pd

PLACE = ("release_id", "source_file", "source_sheet", "source_cell", "finding")
"""The columns that say where a figure was published, or what a comparison found. Results name them for failing rows."""
SHOWN = 5
"""How many failing rows a result names; the count says how many there are."""


@dataclass(frozen=True)
class Target:
    """What a suite is run on: its name in results, its rows (never records), and the columns that place one."""

    name: str
    frame: pd.DataFrame
    place: tuple[str, ...] = PLACE


def run_suite(declared: DeclaredSuite, target: Target) -> tuple[CheckResult, ...]:
    """One result for each expectation of the suite, in the order of the file. Never raises for what either holds."""
    try:
        outcomes = _outcomes(declared, target, "BOOLEAN_ONLY")
        failed = [position for position, outcome in outcomes.items() if not outcome["success"]]
        details = _details(declared, failed, target)
    except SuiteError as error:
        return (
            not_checked(
                declared.name, target.name, "the suite as a whole", str(error), "A suite must run exactly as written."
            ),
        )
    except Exception as error:  # noqa: BLE001 — after any error of the engine, the answer is that nothing was checked
        why = f"{type(error).__name__}: {error}"
        return tuple(
            not_checked(declared.name, target.name, item.name, why, item.reason) for item in declared.expectations
        )
    return tuple(
        _result(declared, target, item, outcomes.get(position), details.get(position, {}))
        for position, item in enumerate(declared.expectations)
    )


def _outcomes(declared: DeclaredSuite, target: Target, result_format: Any) -> dict[int, Mapping[str, Any]]:
    """What the engine says of each expectation, by its place in the file: it does not keep the order."""
    suite = load_suite(declared)
    batch = dataframe_batch()
    from great_expectations.validator.v1_validator import Validator

    # What `Batch.validate` does, but for a second batch of the same frame: every batch hashes all of its frame.
    validator = Validator(batch, result_format, {"dataframe": target.frame})
    results = validator.validate_expectation_suite(suite).results
    return {
        result.expectation_config.meta[POSITION]: {
            "success": bool(result.success),
            "result": result.result,
            "raised": _raised(result.exception_info),
        }
        for result in results
    }


def _details(declared: DeclaredSuite, failed: Sequence[int], target: Target) -> dict[int, Mapping[str, Any]]:
    """The full outcome of the expectations that failed, by their place in the file."""
    if not failed:
        return {}
    again = DeclaredSuite(declared.name, declared.path, tuple(declared.expectations[position] for position in failed))
    place = [name for name in target.place if name in target.frame.columns]
    full = {"result_format": "COMPLETE", **({"unexpected_index_column_names": place} if place else {})}
    outcomes = _outcomes(again, target, full)
    return {failed[position]: outcome for position, outcome in outcomes.items()}


def _result(
    declared: DeclaredSuite,
    target: Target,
    item: DeclaredExpectation,
    outcome: Mapping[str, Any] | None,
    detail: Mapping[str, Any],
) -> CheckResult:
    """The result of one expectation; without an outcome, or with an exception for one, it could not be checked."""
    raised = outcome["raised"] if outcome else "there is no result for it"
    if outcome is None or raised:
        return not_checked(declared.name, target.name, item.name, str(raised), item.reason)
    success = outcome["success"]
    observed = counted(len(target.frame), "row") if success else _found(detail.get("result", {}), target)
    return CheckResult(declared.name, target.name, item.name, success, True, observed, item.reason)


def _raised(information: Mapping[str, Any]) -> str:
    """The message of the exception an expectation ended in; '' when it ended in none. It comes in two shapes."""
    entries: Iterable[Any] = [information, *information.values()]
    raised = [entry for entry in entries if isinstance(entry, Mapping) and entry.get("raised_exception")]
    return str(raised[0].get("exception_message") or "an exception without a message") if raised else ""


def _found(result: Mapping[str, Any], target: Target) -> str:
    """What a failed expectation found: how many rows, and the first places and values."""
    if "unexpected_count" not in result:
        return f"found {result.get('observed_value', 'no value')}"
    count = f"{result['unexpected_count']} of {counted(result.get('element_count', len(target.frame)), 'row')}"
    rows = _rows(result, target.place)
    more = "; …" if len(rows) > SHOWN else ""
    return count + (": " + "; ".join(rows[:SHOWN]) + more if rows else "")


def _rows(result: Mapping[str, Any], place: tuple[str, ...]) -> list[str]:
    """The failing rows, each as its place and the values at fault; the values alone where rows have no place."""
    placed = result.get("unexpected_index_list") or []
    if not placed or not isinstance(placed[0], Mapping):
        return [str(value) for value in result.get("partial_unexpected_list", [])]
    return [_row(row, place) for row in placed]


def _row(row: Mapping[str, Any], place: tuple[str, ...]) -> str:
    """One failing row: `2022-q1 / file.xlsx / A1_14 / C5: sex = mlae`."""
    where = " / ".join(str(row[name]) for name in place if name in row)
    values = ", ".join(f"{name} = {value}" for name, value in row.items() if name not in place)
    return f"{where}: {values}" if values else where
