"""The page of docs/ that describes every record-level extract, written from the contracts.

`python -m orchestration.records.documentation` writes it afresh; a test says when that has been forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from orchestration.records import across
from orchestration.records.contract import Column, Contract, read_contracts
from orchestration.settings import ROOT

PAGE = Path("docs/internal-extracts.md")
FIRST = "<!-- From here on written by `python -m orchestration.records.documentation` from the contracts. -->"
"""Before this line the page is written by hand."""
PAST = {"reject": "rejected", "keep": "kept and counted"}
"""What becomes of a row that breaks a rule across extracts."""


def page(contracts: Mapping[str, Contract], root: Path = ROOT) -> str:
    """The text of the page: the part written by hand, read from `root`, then every extract."""
    by_hand = (root / PAGE).read_text(encoding="utf-8").partition(FIRST)[0]
    return by_hand + FIRST + "\n" + _page(contracts)


def _page(contracts: Mapping[str, Contract]) -> str:
    """The generated part of the page: every extract with its columns and rules."""
    return "\n".join(line for contract in contracts.values() for line in _section(contract))


def _section(contract: Contract) -> Iterator[str]:
    """One extract in Markdown."""
    tests = ", ".join(f"`{column}` as `{pattern}`" for column, pattern in contract.test_records.items())
    yield f"\n## {contract.extract}\n\n{contract.describes}\n"
    yield f"Source system: {contract.source_system}. Key: {', '.join(f'`{name}`' for name in contract.key)}."
    yield f"Rows that may be rejected: {contract.tolerance.percent:g}%. {contract.tolerance.reason}."
    yield f"Test records: {tests}.\n"
    yield "| column | type | filled | privacy | what it is | values |\n|---|---|---|---|---|---|"
    for name, column in contract.columns.items():
        least = column.filled_at_least
        filled = "always" if column.required else f"in {least}% of rows or more" if least else column.blank_reason
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
    """What a column may hold."""
    parts = [", ".join(f"`{code}`" for code in column.codes)]
    if column.form:
        parts.append(f"`{column.form}`".replace("|", "\\|"))
    if column.linked:
        parts.append("in identifier_links")
    if column.no_value:
        parts.append(f"none: {', '.join(column.no_value)}")
    return "; ".join(part for part in parts if part)


def main() -> None:
    """Write the page afresh."""
    (ROOT / PAGE).write_text(page(read_contracts()), encoding="utf-8")


if __name__ == "__main__":
    main()
