"""Compare every figure counted from records between two builds: which are new, which are gone, which differ.

Usage: compare_figures.py EARLIER LATER [MEASURE ...]

Both are internal files of a refresh (`work/internal.duckdb`) made of the same extracts. A figure is a row of the long
table of figures, before anything is suppressed. Writes one line for each measure, statistic and dimension that differs;
exits with 1 when a figure that both have differs.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

LONG_TABLES = ("intermediate.int_figures_of_marts", "intermediate.int_figures")
"""Where a build keeps its figures: the first that is there."""
KEY = ("measure", "statistic", "breakdown", "period_type", "period_start", "period_end")
COMPARISON = """
with pairs as (
    select
        {key},
        earlier.measure is not null as in_earlier,
        later.measure is not null as in_later,
        earlier.unit is not distinct from later.unit
        and earlier.numerator is not distinct from later.numerator
        and earlier.denominator is not distinct from later.denominator
        and (
            earlier.value is not distinct from later.value
            or abs(earlier.value - later.value) <= 1e-9 * abs(earlier.value)
        ) as is_equal,
        later.value = 0 as is_zero,
        earlier.value is null as was_empty,
    from (from earlier.{earlier} where $measures = [] or measure in $measures) as earlier
    full join (from later.{later} where $measures = [] or measure in $measures) as later using ({key})
)
select
    measure,
    statistic,
    list_sort(list_transform(
        string_split(breakdown, ';'), lambda pair: split_part(pair, '=', 1)
    )).array_to_string(',') as dimensions,
    period_type,
    count(*) filter (where in_earlier and in_later and is_equal) as equal,
    count(*) filter (where in_earlier and in_later and not is_equal) as differ,
    count(*) filter (where not in_later and not was_empty) as gone,
    count(*) filter (where not in_later and was_empty) as gone_empty,
    count(*) filter (where not in_earlier and not coalesce(is_zero, false)) as new,
    count(*) filter (where not in_earlier and is_zero) as new_zero,
from pairs
group by all
order by all
"""


def compare(earlier: Path, later: Path, measures: list[str]) -> list[tuple[object, ...]]:
    """The counts of equal, differing, gone and new figures, by measure, statistic, dimensions and kind of period."""
    with duckdb.connect() as connection:
        for name, path in (("earlier", earlier), ("later", later)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = {name: _long_table(connection, name) for name in ("earlier", "later")}
        sql = COMPARISON.format(key=", ".join(KEY), **tables)
        return connection.execute(sql, {"measures": measures}).fetchall()


def _long_table(connection: duckdb.DuckDBPyConnection, database: str) -> str:
    """The table of a build that has its figures."""
    found = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = ?", [database]
    ).fetchall()
    return next(name for name in LONG_TABLES if (name,) in found)


def main() -> int:
    """Show the lines that are not all equal, and a sum of all."""
    rows = compare(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
    names = ("equal", "differ", "gone", "gone (empty)", "new", "new (zero)")
    for *key, equal, differ, gone, gone_empty, new, new_zero in rows:
        counts = dict(zip(names, (equal, differ, gone, gone_empty, new, new_zero), strict=True))
        if any(counts[name] for name in names[1:]):
            shown = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
            sys.stdout.write(f"{' | '.join(map(str, key))}: {shown}\n")
    sums = [sum(int(str(row[place])) for row in rows) for place in range(4, 10)]
    sys.stdout.write(", ".join(f"{count} {name}" for name, count in zip(names, sums, strict=True)) + "\n")
    return 1 if sums[1] else 0


if __name__ == "__main__":
    sys.exit(main())
