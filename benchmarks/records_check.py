"""Check that two Parquet files hold the same figures from records: a separate command, as what it imports would count
as memory of every process the benchmarks start.

Usage: python -m benchmarks.records_check FILE FILE

Counts must be equal, estimates to a billionth. Shows how many figures there are. Ends with 1 when any figure of one is
not in the other, or there is none.
"""

from __future__ import annotations

import sys

import duckdb

KEY = ("measure", "statistic", "breakdown", "period_type", "period_start", "period_end", "unit")
TOLERANCE = 1e-9
BOTH = f"""
    select
        one.measure is null or other.measure is null
        or one.value is distinct from other.value and not coalesce(abs(one.value - other.value) <= {TOLERANCE}, false)
        or one.numerator is distinct from other.numerator
        or one.denominator is distinct from other.denominator as is_different,
        coalesce(one.measure, other.measure) as measure,
        coalesce(one.statistic, other.statistic) as statistic
    from '{{one}}' as one
    full outer join '{{other}}' as other on {" and ".join(f"one.{name} = other.{name}" for name in KEY)}
"""


def main() -> None:
    """Compare the two files named on the command line."""
    one, other = sys.argv[1:]
    both = BOTH.format(one=one, other=other)
    with duckdb.connect() as connection:
        differing = connection.execute(
            f"select measure, statistic, count(*) from ({both}) where is_different group by all order by all"
        ).fetchall()
        rows = connection.execute(f"select count(*) from ({both})").fetchall()[0][0]
    if differing or not rows:
        listed = "; ".join(f"{measure} {statistic}: {count}" for measure, statistic, count in differing)
        raise SystemExit(f"figures differ between {one} and {other}: {listed}")
    print(rows)


if __name__ == "__main__":
    main()
