"""meta.reconciliation: what several publications say of one thing, both values and sources, and how they compare.

Written into the candidate before it is sealed, so that a disagreement that is known travels with the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING

from orchestration.build.database import insert_rows, quoted
from orchestration.quality.reconciliation import Reconciled

if TYPE_CHECKING:
    import duckdb

STATUSES = (
    "agrees, within_tolerance, known_disagreement, residual, not_evaluable, revised_since (as declared before a "
    "revision) or stated_otherwise (a text says another number); a file with disagrees is not published"
)
# In the order of the fields of a row.
COLUMNS = {
    "name": ("varchar", "Name of the comparison in expectations/reconciliation.yml or published_identities.yml"),
    "kind": ("varchar", "agreement, balance, year_of_quarters, equation or published_identity"),
    "period_start": ("date", "First day of what is compared; empty when it has no period"),
    "period_end": ("date", "Last day of what is compared; empty when it has no period"),
    "left_value": ("double", "Value of the left side; empty when a figure of it is not held"),
    "left_source": ("varchar", "Release, file and cell of each figure of the left side"),
    "relation": ("varchar", "What the left side is to be to the right: =, <=, < or >"),
    "right_value": ("double", "Value of the right side; empty when a figure of it is not held"),
    "right_source": ("varchar", "Release, file and cell of each figure of the right side"),
    "difference": ("double", "Left less right; the residual of a balance"),
    "tolerance": ("double", "How far apart the two may be"),
    "status": ("varchar", STATUSES),
    "reason": ("varchar", "Why they are compared, why they differ, or why they cannot be compared"),
    "source": ("varchar", "Where what is compared is published"),
}


def read_reconciliation(connection: duckdb.DuckDBPyConnection) -> list[Reconciled]:
    """The rows of meta.reconciliation."""
    rows = connection.execute(f"select {', '.join(COLUMNS)} from meta.reconciliation order by rowid").fetchall()
    return [Reconciled(*row) for row in rows]


def write_reconciliation(connection: duckdb.DuckDBPyConnection, rows: Sequence[Reconciled]) -> None:
    """Write meta.reconciliation, one row a comparison and place."""
    declared = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
    connection.execute(f"create or replace table meta.reconciliation ({declared})")
    insert_rows(connection, "meta.reconciliation", [astuple(row) for row in rows])
    connection.execute(
        "comment on table meta.reconciliation is 'What several publications say of one thing, and how it compares'"
    )
    for name, (_, text) in COLUMNS.items():
        connection.execute(f"comment on column meta.reconciliation.{name} is {quoted(text)}")
