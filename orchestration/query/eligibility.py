"""The position of people under the law on termination on a day, counted from the internal file of the last refresh.

Every count is shown, so the answer is internal: a reader with two days can subtract one from the other and tell people
apart. The rules themselves are in docs/law.md.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from orchestration.problems import CheckFailed
from orchestration.query.reading import query
from orchestration.query.table import Table
from orchestration.settings import Settings

COUNTS = Path(__file__).with_suffix(".sql")


def eligibility(settings: Settings, day: dt.date) -> Table:
    """The rows of `eligibility.sql` for a day: breakdown and category, position, people, and what the records are.
    Empty when no person is on licence or recalled.

    Raises CheckFailed when there is no internal file, or it is not one of a finished refresh.
    """
    if not settings.internal.exists():
        raise CheckFailed([f"there are no records: {settings.internal} does not exist; run `ipp refresh --full`"])
    try:
        with duckdb.connect(settings.internal, read_only=True) as connection:
            return query(connection, COUNTS.read_text(encoding="utf-8"), {"day": day})
    except duckdb.Error as error:
        reason = f"{settings.internal} cannot be asked ({type(error).__name__}): no refresh has finished building it"
        raise CheckFailed([f"{reason}; run `ipp refresh --full`"]) from error


INTERNAL = "internal: shows every count; do not pass it on outside HMPPS"


def supposition(table: Table, day: dt.date) -> str:
    """What is to be said of the counts of a day after the extract; empty for a day the records cover."""
    taken = max((row[table.columns.index("extract_as_at")] for row in table.rows), default=day)
    if day <= taken:
        return ""
    return f"after the extract of {taken}: assumes that nothing more happens to the people counted"
