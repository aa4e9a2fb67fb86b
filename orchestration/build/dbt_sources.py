"""What dbt must know of the tables that are landed before it runs: its sources, from the contracts.

The file is made afresh before dbt reads its project and is not kept under version control, so that a column is declared
in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from orchestration.build.candidate import COMMON_COLUMNS, FIGURES
from orchestration.records.checks import TYPES
from orchestration.records.contract import Contract, read_contracts

FILE = Path("models") / "sources.yml"
"""Where the file is in the dbt project."""
INTERNAL = "{{ 'internal' if target.type == 'duckdb' else target.database or '' }}"
"""The database of records: a separate file for DuckDB, the catalogue of the target for other engines."""
HEAD = "# Written before dbt runs, from the contracts of extracts. Do not edit.\n"
SQL_TYPES: Mapping[pa.DataType, str] = {
    pa.string(): "varchar",
    pa.date32(): "date",
    pa.float64(): "double",
    pa.int32(): "integer",
}
EVERY_EXTRACT = {
    "as_at": ("date", "Day the extract was taken."),
    "source_file": ("varchar", "File of the extract."),
}
"""Columns that every table of records has beside those of its contract: type and description."""
FILES_READ = {
    "extract": ("varchar", "The extract."),
    "as_at": ("date", "Day the extract was taken."),
    "rows_left_out": ("bigint", "Rows of its file that were left out as they break a rule."),
}
"""The file in use of every extract: type and description of each column."""


def write_sources(dbt_project: Path) -> None:
    """Write the file of sources into a dbt project, unless it is there as it should."""
    path, content = dbt_project / FILE, dbt_sources(read_contracts())
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8")


def dbt_sources(contracts: Mapping[str, Contract]) -> str:
    """The text of the file: one source for published tables, one for records."""
    records = [_table(name, contract.describes, _record_columns(contract)) for name, contract in contracts.items()]
    files = "The file in use of every extract, and how many of its rows were rejected."
    content = {
        "version": 2,
        "sources": [
            {
                "name": "landing",
                "schema": "landing",
                "description": "Published tables as they were published, cell by cell.",
                "tables": [_table("figures", f"{FIGURES}.", _common_columns())],
            },
            {
                "name": "records",
                "database": INTERNAL,
                "schema": "records",
                "description": "The newest extract of each kind, record by record; never published.",
                "tables": [*records, _table("files_read", files, FILES_READ)],
            },
        ],
    }
    return HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def _table(name: str, description: str, columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """One table of a source."""
    listed = [{"name": key, "data_type": kind, "description": text} for key, (kind, text) in columns.items()]
    return {"name": name, "description": description, "columns": listed}


def _common_columns() -> dict[str, tuple[str, str]]:
    """The columns that all landing tables share."""
    return {name: (SQL_TYPES[kind], f"{text}.") for name, (kind, text) in COMMON_COLUMNS.items()}


def _record_columns(contract: Contract) -> dict[str, tuple[str, str]]:
    """The columns of the newest extract of a kind."""
    return {**dict(_contracted(contract)), **EVERY_EXTRACT}


def _contracted(contract: Contract) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, column in contract.landed.items():
        yield name, (TYPES[column.type], f"{column.describes}.")
