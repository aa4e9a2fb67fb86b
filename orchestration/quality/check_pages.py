"""The page of docs/ that lists every declared check: its identifier, what it asks, and why it exists.

`python -m orchestration.quality.check_pages` writes it afresh; a test says when that has been forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.quality.comparisons import Equations, Reconciliation
from orchestration.quality.identities import Arithmetic
from orchestration.quality.judge import every_suite, target_of
from orchestration.quality.limits import Continuity
from orchestration.quality.rules import Rule, read_rules
from orchestration.quality.suites import DeclaredExpectation, DeclaredSuite
from orchestration.settings import ROOT, Settings

PAGE = Path("docs") / "checks.md"
HEAD = """# Checks

Every check that a refresh runs before it publishes an edition. A failed check stops the refresh. The results are in
`meta.checks`, under the same suite and identifier. [What a candidate must satisfy](../expectations/README.md) says how
to change a check.

Written by `python -m orchestration.quality.check_pages` from `expectations/`, the contracts and the YAML of the marts.
"""
RULE_FILES = ("arithmetic.yml", "continuity.yml", "reconciliation.yml", "published_identities.yml")
NAMED = {"name", "reason", "source"}
"""Fields of a rule that have a column of the page."""
ABOUT = ("column", "column_A", "column_B", "column_list", "row_condition")
"""Arguments of an expectation that its identifier names."""


def page(settings: Settings) -> str:
    """The text of the page. Raises SuiteError or RuleError for a file that cannot be read."""
    suites, unread = every_suite(settings)
    if unread:
        raise ValueError("; ".join(f"{result.suite}: {result.observed}" for result in unread))
    rules = {name: read_declared_rules(settings.expectations / name) for name in RULE_FILES}
    sections = (*map(_rules_section, rules, rules.values()), *map(_suite_section, suites.values()))
    return HEAD + "".join(line + "\n" for section in sections for line in section)


def read_declared_rules(path: Path) -> Sequence[Rule]:
    """Every rule of a file of rules, in its order. Raises RuleError when the file is not as it should be."""
    match path.name:
        case "arithmetic.yml":
            sums = read_rules(path, Arithmetic)
            return (*sums.sums, *sums.comparisons)
        case "continuity.yml":
            limits = read_rules(path, Continuity)
            return (*limits.revisions, *limits.steps)
        case "reconciliation.yml":
            return [rule for rule, _ in read_rules(path, Reconciliation).rules()]
        case _:
            return [rule for rule, _ in read_rules(path, Equations).rules()]


def _rules_section(file: str, rules: Sequence[Rule]) -> Iterator[str]:
    """The rules of one file in Markdown."""
    yield f"\n## `expectations/{file}`\n"
    yield "| identifier | rule | reason | source |\n|---|---|---|---|"
    for rule in rules:
        says = rule.model_dump(mode="json", exclude=NAMED, exclude_defaults=True, by_alias=True)
        yield f"| `{rule.name}` | {_arguments(says)} | {_cell(rule.reason)} | {_cell(rule.source)} |"


def _suite_section(suite: DeclaredSuite) -> Iterator[str]:
    """One suite in Markdown: the table it is about, and its expectations."""
    target = target_of(suite.name)
    yield f"\n## `{suite.name}`\n"
    yield f"About `{target}`.\n" if target else "About all figures, or what the rules found.\n"
    yield "| identifier | rule | reason |\n|---|---|---|"
    yield from (f"| `{_cell(one.name)}` | {_rule(one)} | {_cell(one.reason)} |" for one in suite.expectations)


def _rule(expectation: DeclaredExpectation) -> str:
    """What an expectation asks beyond its type and columns."""
    return _arguments({name: value for name, value in expectation.kwargs.items() if name not in ABOUT})


def _arguments(values: Mapping[str, Any]) -> str:
    """Arguments by name, each as code; nothing when there are none."""
    return "<br>".join(f"{name}: `{_cell(_text(value))}`" for name, value in values.items())


def _text(value: Any) -> str:
    """A value as it is written in a file: a list of plain values with commas, all else as JSON."""
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    """Text for a cell of a table: on one line, with its bars escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write the page afresh."""
    (ROOT / PAGE).write_text(page(Settings.from_environment()), encoding="utf-8")


if __name__ == "__main__":
    main()
