"""What follows from the contracts and is kept beside them: suites, documentation and the sources of dbt.

`python -m orchestration.extracts.derived` writes them afresh; a test says when that has been forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.extracts import across
from orchestration.extracts.checks import TYPES, UNIQUE, checks
from orchestration.extracts.contract import Column, Contract, read_contracts
from orchestration.settings import ROOT

SUITES = Path("expectations/internal")
SOURCES = Path("dbt_project/models/staging/internal/sources.yml")
PAGE = Path("docs/internal-extracts.md")
FIRST = "<!-- From here on written by `python -m orchestration.extracts.derived` from the contracts. -->"
"""Before this line the page is written by hand."""
GX_VERSION = "1.24.1"
EVERY_TABLE = {
    "as_at": ("date", "Day the extract was taken."),
    "source_file": ("varchar", "File of the extract."),
    "source_row": ("integer", "Row of the file, the heading being row 1."),
}
"""Columns that the loader adds to every landing table: type and description."""
FILES_READ = {
    "name": "files_read",
    "description": "Every file of an extract that was read, and how many of its rows were landed, left out and mended.",
    "columns": [
        {"name": "extract", "data_type": "varchar", "description": "The extract."},
        {"name": "source_file", "data_type": "varchar", "description": "The file."},
        {"name": "as_at", "data_type": "date", "description": "Day the extract was taken."},
        {"name": "row_count", "data_type": "bigint", "description": "Rows of the file."},
        {"name": "landed", "data_type": "bigint", "description": "Rows that were landed."},
        {"name": "quarantined", "data_type": "bigint", "description": "Rows that were left out as they break a rule."},
        {"name": "mended", "data_type": "bigint", "description": "Rows of which a value was mended."},
        {"name": "copies", "data_type": "bigint", "description": "Rows dropped as exact copies of a landed row."},
    ],
}
"""What the loader says of every file, as a source."""
PAST = {"reject": "rejected", "keep": "kept and counted"}
"""What becomes of a row that breaks a rule across extracts."""
HEAD = """# Record-level extracts. They lie in a database of their own, which is never published.
# Written by `python -m orchestration.extracts.derived` from the contracts.
"""


def derived(contracts: Mapping[str, Contract], root: Path = ROOT) -> dict[Path, str]:
    """Every file that follows from the contracts, by its place in the project. Reads the part of the page that is
    written by hand from `root`.
    """
    by_hand = (root / PAGE).read_text(encoding="utf-8").partition(FIRST)[0]
    files = {SUITES / f"{name}.json": _suite(contract) for name, contract in contracts.items()}
    return {**files, SOURCES: _sources(contracts), PAGE: by_hand + FIRST + "\n" + _page(contracts)}


def _suite(contract: Contract) -> str:
    """The suite that judges what became of an extract (see quality/records.py for what it is run on)."""
    read = {"type": "comparison", "column": {"name": "stage"}, "operator": "==", "parameter": "read"}
    expectations = [
        _expectation(
            "expect_column_distinct_values_to_equal_set",
            {"column": "check_name", "value_set": _names(contract)},
            "A check that was not made looks like one that every row passes.",
        ),
        _expectation(
            "expect_column_values_to_not_be_null", {"column": "broken"}, "A check without a count found nothing out."
        ),
        _expectation(
            "expect_column_values_to_be_between",
            {"column": "broken_percent", "max_value": contract.tolerance.percent, "row_condition": read},
            contract.tolerance.reason + ".",
        ),
        _expectation(
            "expect_column_values_to_be_in_set",
            {"column": "beyond", "value_set": [0], "row_condition": read | {"parameter": "across"}},
            "Extracts that contradict each other give figures that are wrong in some of them.",
        ),
        _expectation(
            "expect_column_values_to_be_in_set",
            {"column": "broken", "value_set": [0], "row_condition": read | {"parameter": "landed"}},
            "A row that breaks its contract and was landed all the same is counted in every figure.",
        ),
    ]
    content = {
        "name": f"internal.{contract.extract}",
        "expectations": expectations,
        "meta": {"great_expectations_version": GX_VERSION},
    }
    return json.dumps(content, indent=2) + "\n"


def _expectation(kind: str, kwargs: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """One expectation of a suite."""
    return {"type": kind, "kwargs": kwargs, "meta": {"reason": reason}}


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


def _sources(contracts: Mapping[str, Contract]) -> str:
    """The landing tables as dbt's sources."""
    tables = [
        {"name": name, "description": contract.describes, "columns": list(_columns(contract))}
        for name, contract in contracts.items()
    ]
    source = {
        "name": "internal_landing",
        "database": "internal",
        "schema": "landing",
        "description": "Records of people as the extracts give them. This project holds synthetic ones only.",
        "tables": [*tables, FILES_READ],
    }
    content = {"version": 2, "sources": [source]}
    return HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def _columns(contract: Contract) -> Iterator[dict[str, str]]:
    """The columns of a landing table."""
    for name, column in contract.landed.items():
        yield {"name": name, "data_type": TYPES[column.type], "description": f"{column.describes}."}
    for name, (data_type, description) in EVERY_TABLE.items():
        yield {"name": name, "data_type": data_type, "description": description}


def _page(contracts: Mapping[str, Contract]) -> str:
    """The generated part of the page: every extract with its columns and rules."""
    return "\n".join(line for contract in contracts.values() for line in _section(contract))


def _section(contract: Contract) -> Iterator[str]:
    """One extract in Markdown."""
    tests = ", ".join(f"`{column}` as `{pattern}`" for column, pattern in contract.test_records.items())
    yield f"\n## {contract.extract}\n\n{contract.describes}\n"
    yield f"Source system: {contract.source_system}. Key: {', '.join(f'`{name}`' for name in contract.key)}."
    yield f"Rows that may be left out: {contract.tolerance.percent:g}%. {contract.tolerance.reason}."
    yield f"Test records: {tests}.\n"
    yield "| column | type | filled | privacy | what it is | values |\n|---|---|---|---|---|---|"
    for name, column in contract.columns.items():
        filled = "always" if column.required else "if any"
        privacy = column.privacy.replace("_", " ")
        yield f"| `{name}` | {column.type} | {filled} | {privacy} | {column.describes} | {_values(column)} |"
    if contract.rules:
        yield "\n| rule | what it says |\n|---|---|"
    yield from (f"| `{rule.rule}` | {rule.describes} |" for rule in contract.rules)
    if compared := across.rules_of(contract.extract):
        yield "\n| rule across extracts | what it says | a row that breaks it | at most |\n|---|---|---|---|"
    for rule in compared:
        most = f"{rule.at_most.rows} rows or {rule.at_most.percent:g}%"
        yield f"| `{rule.rule}` | {rule.describes} | is {PAST[rule.then]} | {most} |"


def _values(column: Column) -> str:
    """What may stand in a column."""
    parts = [", ".join(f"`{code}`" for code in column.codes)]
    if column.form:
        parts.append(f"`{column.form}`".replace("|", "\\|"))
    if column.linked:
        parts.append("in identifier_links")
    if column.no_value:
        parts.append(f"none: {', '.join(column.no_value)}")
    return "; ".join(part for part in parts if part)


def main() -> None:
    """Write every derived file."""
    for path, content in derived(read_contracts()).items():
        (ROOT / path).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
