"""The page of docs/ that describes the marts, written from their YAML: what each answers, for whom, and a query.

`python -m orchestration.query.mart_pages` writes it afresh; tests say when that has been forgotten, and run every
query on a finished refresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.quality.derived import FIRST_COLUMNS, MARTS
from orchestration.settings import ROOT
from orchestration.yaml_reader import read_yaml

PAGE = Path("docs") / "marts.md"
LAST_COLUMNS = ("source_kind", "extract_as_at")
SHARED_TEXT = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
"""A description that several columns share, as dbt declares it."""
HEAD = """# Marts

What we count from records, in one table a question. Every mart starts with `period_type`, `period_start`, `period_end`,
`breakdown`, `category`, `category_2` and `is_total`; what the codes in `category` mean is in `meta.categories`, with
their labels and order. Add `where is_total` for totals only, or `where breakdown = 'sex'` for one breakdown: rows of
different breakdowns count the same people again and must not be added up. Where the same figure is published,
`published_value` is beside the count. What publications say is in the tables of `published`.

Written by `python -m orchestration.query.mart_pages`; every query below runs in the tests.
"""


@dataclass(frozen=True)
class Mart:
    """A typed mart as its YAML describes it: columns by name, each with its type and description."""

    name: str
    description: str
    readers: Sequence[str]
    keys: Sequence[str]
    example: str
    columns: Mapping[str, tuple[str, str]]


def read_marts(dbt_project: Path) -> list[Mart]:
    """Every typed mart, in the order of their names. Raises UnreadableYaml for a file that cannot be read."""
    shared = dict(SHARED_TEXT.findall((dbt_project / "models" / "docs.md").read_text(encoding="utf-8")))
    found = [
        _mart(model, shared)
        for path in sorted((dbt_project / MARTS).rglob("*.yml"))
        for model in read_yaml(path)["models"]
    ]
    return sorted(
        (mart for mart in found if tuple(mart.columns)[: len(FIRST_COLUMNS)] == FIRST_COLUMNS),
        key=lambda mart: mart.name,
    )


def page(marts: Sequence[Mart]) -> str:
    """The text of the page."""
    return HEAD + "".join(line + "\n" for mart in marts for line in _section(mart))


def _mart(model: Mapping[str, Any], shared: Mapping[str, str]) -> Mart:
    """One entry of a YAML file, with the text of each shared description that it names."""
    meta = model.get("config", {}).get("meta", {})
    named = {f"{{{{ doc('{name}') }}}}": text for name, text in shared.items()}
    columns = {
        one["name"]: (str(one.get("data_type", "")), named.get(one["description"], str(one["description"])))
        for one in model["columns"]
    }
    return Mart(
        name=model["name"],
        description=str(model["description"]).strip(),
        readers=meta.get("readers", []),
        keys=meta.get("keys", []),
        example=str(meta.get("example", "")).strip(),
        columns=columns,
    )


def _section(mart: Mart) -> Iterator[str]:
    """One mart in Markdown."""
    yield f"\n## {mart.name}\n\n{mart.description}\n"
    yield f"For: {'; '.join(mart.readers)}.\n"
    yield f"```sql\n{mart.example}\n```\n"
    yield "| column | type | what it is |\n|---|---|---|"
    for name, (kind, description) in mart.columns.items():
        if name not in (*FIRST_COLUMNS, *LAST_COLUMNS) and not name.startswith("published_"):
            yield f"| `{name}` | {kind} | {' '.join(description.split())} |"


def main() -> None:
    """Write the page afresh."""
    (ROOT / PAGE).write_text(page(read_marts(ROOT / "dbt_project")), encoding="utf-8")


if __name__ == "__main__":
    main()
