"""Check that two warehouse files hold the same rows of marts.figures: a separate command, as what it imports would
count as memory of every process the benchmarks start.

Usage: python -m benchmarks.check_figures FILE FILE

Shows how many rows there are. Ends with 1 when any row of one is not in the other.
"""

from __future__ import annotations

import sys

import duckdb

DIFFERING = """
    select count(*)
    from (
        (from one.marts.figures except all from other.marts.figures)
        union all
        (from other.marts.figures except all from one.marts.figures)
    )
"""


def main() -> None:
    """Compare the two files named on the command line."""
    with duckdb.connect() as connection:
        for name, path in zip(("one", "other"), sys.argv[1:], strict=True):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        differing, rows = connection.execute(f"select ({DIFFERING}), count(*) from one.marts.figures").fetchall()[0]
    if differing or not rows:
        raise SystemExit(f"{differing} rows of marts.figures differ between {sys.argv[1]} and {sys.argv[2]}")
    print(rows)


if __name__ == "__main__":
    main()
