"""Metadata of a CSV file as CSV on the Web (CSVW) has it: types, key, code lists, licence and citation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orchestration.feed.contract import Column, Contract

TYPES: Mapping[str, Any] = {
    "BIGINT": "integer",
    "BOOLEAN": {"base": "boolean", "format": "true|false"},
    "DATE": "date",
    "DOUBLE": "double",
    "INTEGER": "integer",
    "TIMESTAMP": "dateTime",
    "VARCHAR": "string",
}
"""Types of CSVW by those of DuckDB."""
MOST_OPTIONS = 200
"""A list of more codes than this would be longer than its file; `categories.csv` has them."""
OPEN_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
INTERNAL_RIGHTS = "Management information, for use in HMPPS only. Counts are not suppressed: do not publish them."
PUBLIC_RIGHTS = "Figures of published documents. Name the publication and release of each row when you use it."


def metadata(contract: Contract, citation: str, *, is_public: bool) -> dict[str, Any]:
    """The metadata of a mart's CSV file. `is_public`: all its rows are published figures."""
    codes = code_lists(contract)
    licence = {"dc:license": {"@id": OPEN_LICENCE}} if is_public else {}
    key = {"primaryKey": list(contract.key)} if contract.key else {}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{contract.mart}.csv",
        "dc:title": contract.mart,
        "dc:description": contract.description,
        "dc:publisher": "HM Prison and Probation Service",
        **licence,
        "dc:rights": PUBLIC_RIGHTS if is_public else INTERNAL_RIGHTS,
        "dc:bibliographicCitation": citation,
        "schema:version": contract.version,
        "tableSchema": {
            "columns": [_column(column, codes.get(column.name, ())) for column in contract.columns],
            **key,
        },
    }


def code_lists(contract: Contract) -> dict[str, tuple[str, ...]]:
    """The values that the columns of codes can have, by column. A long table's breakdowns are pairs, not codes."""
    found: dict[str, set[str]] = {"measure": set(contract.measures)} if contract.measures else {}
    for of_breakdown in contract.options.values():
        for column, options in of_breakdown.items():
            found.setdefault(column, set()).update(options)
    if "category" in found:
        found |= {"breakdown": set(contract.options) & _breakdowns(contract)}
        found.setdefault("category_2", set()).add("all")
    else:
        found.pop("breakdown", None)
    if contract.periods:
        found["period_type"] = set(contract.periods)
    return {column: tuple(sorted(values)) for column, values in found.items()}


def _breakdowns(contract: Contract) -> set[str]:
    """The breakdowns of a typed mart; its further keys have options too."""
    return {name for name, of in contract.options.items() if "category" in of}


def _column(column: Column, codes: tuple[str, ...]) -> dict[str, Any]:
    """One column. An empty text that may not be null is a text: CSVW would take it for null."""
    kind: Any = TYPES[column.type]
    if codes and len(codes) <= MOST_OPTIONS and kind == "string":
        kind = {"base": "string", "format": "|".join(re.escape(code) for code in codes)}
    is_text = kind == "string" and not column.is_nullable
    return {
        "name": column.name,
        "titles": column.name,
        "rdfs:label": column.label,
        "dc:description": column.description,
        "schema:unitText": column.unit,
        "datatype": kind,
        **({"null": []} if is_text else {}),
        "required": not column.is_nullable and not is_text,
    }
