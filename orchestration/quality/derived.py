"""Suites that follow from what is declared elsewhere, made when they are needed and kept in no file: of record-level
extracts from their contracts, of marts from their YAML.

`expectations/` holds what only a person can say: ranges, and what must be true of figures, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.quality.suites import DeclaredExpectation, DeclaredSuite
from orchestration.records import across
from orchestration.records.checks import UNIQUE, checks
from orchestration.records.contract import Contract
from orchestration.yaml_reader import read_yaml

MARTS = Path("models") / "marts"
"""Where the YAML of marts is in the dbt project."""
FIRST_COLUMNS = ("period_type", "period_start", "period_end", "breakdown", "category", "category_2", "is_total")
"""The columns that every mart of counts starts with; all but the last, and further keys, tell its rows apart."""
PERIOD_TYPES = ["as_at", "month", "quarter", "calendar_year", "financial_year", "period"]


def suites_of_extracts(contracts: Mapping[str, Contract], folder: Path) -> dict[str, DeclaredSuite]:
    """The suite of each extract by name; `folder` holds the contracts, which messages name."""
    return {
        f"internal.{name}": DeclaredSuite(f"internal.{name}", folder / f"{name}.yml", tuple(_of_extract(contract)))
        for name, contract in contracts.items()
    }


def suites_of_marts(dbt_project: Path) -> dict[str, DeclaredSuite]:
    """The suite of each typed mart by name. Raises UnreadableYaml for a file that cannot be read."""
    suites = {}
    for path in sorted((dbt_project / MARTS).rglob("*.yml")):
        for model in read_yaml(path)["models"]:
            columns = {column["name"]: column["data_type"] for column in model["columns"]}
            if tuple(columns)[: len(FIRST_COLUMNS)] == FIRST_COLUMNS:
                name = f"candidate.{model['name']}"
                keys = model.get("config", {}).get("meta", {}).get("keys", [])
                suites[name] = DeclaredSuite(name, path, tuple(_of_mart(columns, keys)))
    return suites


def _of_mart(columns: Mapping[str, str], keys: list[str]) -> Iterator[DeclaredExpectation]:
    """What holds of every mart."""
    row_key = [*FIRST_COLUMNS[:-1], *keys]
    yield DeclaredExpectation(
        "expect_compound_columns_to_be_unique",
        {"column_list": row_key},
        "Two rows for one figure mean that a join multiplied, so a sum counts it twice.",
    )
    yield _in_set("period_type", PERIOD_TYPES, "An unexpected kind of period would be charted beside others.")
    for name, kind in columns.items():
        if name.endswith("_percent"):
            yield _between(name, 0, 100, "A share beyond all or nothing is worked out from the wrong counts.")
        elif kind == "bigint" and not name.startswith("change_"):
            yield _between(name, 0, None, "A count below zero is a subtraction gone wrong.")


def _in_set(column: str, values: list[str], reason: str) -> DeclaredExpectation:
    return DeclaredExpectation("expect_column_values_to_be_in_set", {"column": column, "value_set": values}, reason)


def _between(column: str, least: int | None, most: int | None, reason: str) -> DeclaredExpectation:
    limits: dict[str, Any] = {"column": column, "min_value": least, "max_value": most}
    named = {name: value for name, value in limits.items() if value is not None}
    return DeclaredExpectation("expect_column_values_to_be_between", named, reason)


def _of_extract(contract: Contract) -> Iterator[DeclaredExpectation]:
    """What must hold of the counts of what became of an extract (quality/records.py)."""
    of_stage = {"type": "comparison", "column": {"name": "stage"}, "operator": "=="}
    yield DeclaredExpectation(
        "expect_column_distinct_values_to_equal_set",
        {"column": "check_name", "value_set": _names(contract)},
        "A check that did not run would look the same as a check that passed.",
    )
    yield DeclaredExpectation(
        "expect_column_values_to_not_be_null", {"column": "broken"}, "A check without a count found nothing out."
    )
    yield DeclaredExpectation(
        "expect_column_values_to_be_between",
        {
            "column": "broken_percent",
            "max_value": contract.tolerance.percent,
            "row_condition": of_stage | {"parameter": "read"},
        },
        contract.tolerance.reason + ".",
    )
    yield DeclaredExpectation(
        "expect_column_values_to_be_in_set",
        {"column": "beyond", "value_set": [0], "row_condition": of_stage | {"parameter": "across"}},
        "Extracts that contradict each other give figures that are wrong in some of them.",
    )
    yield DeclaredExpectation(
        "expect_column_values_to_be_in_set",
        {"column": "broken", "value_set": [0], "row_condition": of_stage | {"parameter": "landed"}},
        "A row that breaks its contract and was still landed is counted in every figure.",
    )


def _names(contract: Contract) -> list[str]:
    """The names of every check of an extract: those of each file, and those of what was landed."""
    rejecting = [rule.rule for rule in across.rules_of(contract.extract) if rule.then == "reject"]
    read = ["left_out", *(check.name for check in checks(contract)), *rejecting]
    landed = ["adds_up"]
    for name, column in contract.landed.items():
        landed += [f"{name}: required"] * column.required + [f"{name}: codes"] * bool(column.codes)
    if set(contract.key) <= set(contract.landed):
        landed.append(f"{', '.join(contract.key)}: {UNIQUE}")
    stages = {"read": read, "across": across.names_of(contract.extract), "landed": landed}
    return [f"{stage}: {name}" for stage, names in stages.items() for name in names]
