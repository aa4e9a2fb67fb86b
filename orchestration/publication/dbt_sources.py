"""What dbt must know of the tables that are landed before it runs: its sources, from the specs and contracts.

The file is made afresh before dbt reads its project and is not kept under version control, so that a column is declared
in one place: the spec of a published table, or the contract of an extract.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from orchestration.extracts.checks import TYPES
from orchestration.extracts.contract import Contract, read_contracts
from orchestration.publication.candidate import COMMON_COLUMNS
from orchestration.sources.spec import Source, TableSpec, read_sources

FILE = Path("models") / "sources.yml"
"""Where the file stands in the dbt project."""
HEAD = "# Written before dbt runs, from the specs of published tables and the contracts of extracts. Do not edit.\n"
SQL_TYPES: Mapping[pa.DataType, str] = {
    pa.string(): "varchar",
    pa.date32(): "date",
    pa.float64(): "double",
    pa.int32(): "integer",
}
EVERY_EXTRACT = {
    "as_at": ("date", "Day the extract was taken."),
    "source_file": ("varchar", "File of the extract."),
    "source_row": ("integer", "Row of the file, the heading being row 1."),
}
"""Columns that the loader adds to every table of records: type and description."""
FILES_READ = {
    "extract": ("varchar", "The extract."),
    "source_file": ("varchar", "The file."),
    "as_at": ("date", "Day the extract was taken."),
    "row_count": ("bigint", "Rows of the file."),
    "landed": ("bigint", "Rows that were landed."),
    "quarantined": ("bigint", "Rows that were left out as they break a rule."),
    "mended": ("bigint", "Rows of which a value was mended."),
    "copies": ("bigint", "Rows dropped as exact copies of a landed row."),
}
"""What the loader says of every file: type and description of each column."""


def write_sources(dbt_project: Path) -> None:
    """Write the file of sources into a dbt project, unless it stands there as it should."""
    path, content = dbt_project / FILE, dbt_sources(read_sources(), read_contracts())
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8")


def dbt_sources(sources: Mapping[str, Source], contracts: Mapping[str, Contract]) -> str:
    """The text of the file: one source for published tables, one for records."""
    published = [
        _table(source.landing_name(name), spec.describes, _landing_columns(spec))
        for source in sources.values()
        for name, spec in source.tables.items()
    ]
    records = [_table(name, contract.describes, _record_columns(contract)) for name, contract in contracts.items()]
    files = "Every file of an extract that was read, and how many of its rows were landed, left out and mended."
    content = {
        "version": 2,
        "sources": [
            {
                "name": "landing",
                "schema": "landing",
                "description": "Published tables as they were printed, cell by cell.",
                "tables": published,
            },
            {
                "name": "internal_landing",
                "database": "internal",
                "schema": "landing",
                "description": "Records of people as the extracts give them, in a database that is never published.",
                "tables": [*records, _table("files_read", files, FILES_READ)],
            },
        ],
    }
    return HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def _table(name: str, description: str, columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """One table of a source."""
    listed = [{"name": key, "data_type": kind, "description": text} for key, (kind, text) in columns.items()]
    return {"name": name, "description": description, "columns": listed}


def _landing_columns(spec: TableSpec) -> dict[str, tuple[str, str]]:
    """The columns of the landing table of a published table."""
    dimensions = dict.fromkeys(spec.dimensions, ("varchar", "Dimension of the table; all is its total."))
    return {**dimensions, **{name: (SQL_TYPES[kind], f"{text}.") for name, (kind, text) in COMMON_COLUMNS.items()}}


def _record_columns(contract: Contract) -> dict[str, tuple[str, str]]:
    """The columns of the landing table of an extract."""
    return {**dict(_contracted(contract)), **EVERY_EXTRACT}


def _contracted(contract: Contract) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, column in contract.landed.items():
        yield name, (TYPES[column.type], f"{column.describes}.")
