"""What one edition says that another did not: figures added, revised, withdrawn, newly or no longer suppressed.

Compared are the latest vintages of each figure (`is_latest`), by measure, breakdown and period; a figure now said by
another release with the same value and status has not changed.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.query.reading import ask, open_pair
from orchestration.query.table import Table

CHANGES = ("revised", "withdrawn", "newly suppressed", "no longer suppressed", "added", "status changed")
"""The kinds of change, those first that a reader of the figures must know of first."""

# In the words of meta.revisions. A revision has a value before and after: what loses its value is suppressed or
# withdrawn, what gains one is no longer suppressed or added. A new figure that is suppressed is added.
COMPARISON = """
with earlier_figures as (
    select measure, breakdown, period_type, period_start, period_end, value, value_status
    from earlier.marts.figures
    where is_latest
),
later_figures as (
    select measure, breakdown, period_type, period_start, period_end, value, value_status
    from later.marts.figures
    where is_latest
),
pairs as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        earlier_figures.value as earlier_value,
        earlier_figures.value_status as earlier_status,
        later_figures.value as later_value,
        later_figures.value_status as later_status,
    from earlier_figures
    full join later_figures using (measure, breakdown, period_type, period_start, period_end)
),
classified as (
    select
        case
            when earlier_status is null then 'added'
            when later_status is null then 'withdrawn'
            when later_status = 'suppressed' and earlier_status <> 'suppressed' then 'newly suppressed'
            when later_value is null and earlier_value is not null then 'withdrawn'
            when earlier_status = 'suppressed' and later_value is not null then 'no longer suppressed'
            when earlier_value is null and later_value is not null then 'added'
            when earlier_value <> later_value then 'revised'
            when earlier_status <> later_status then 'status changed'
        end as change,
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        earlier_value,
        earlier_status,
        later_value,
        later_status,
        later_value - earlier_value as difference,
    from pairs
)
select
    change,
    measure,
    breakdown,
    period_type,
    period_start,
    period_end,
    earlier_value,
    earlier_status,
    later_value,
    later_status,
    difference,
from classified
where change is not null
-- The largest change first, as a share of what it was, because measures have different units. Then the largest value
-- that was gained or lost; figures that had no value and have none come last.
order by
    abs(difference) / greatest(abs(earlier_value), 1) desc nulls last,
    abs(coalesce(later_value, earlier_value)) desc nulls last,
    measure,
    breakdown,
    period_end,
    period_start,
    period_type
"""


def compare(earlier: Path, later: Path) -> Table:
    """Every changed figure between two warehouses, the largest relative change first; `change` is one of CHANGES.

    Raises CheckFailed when one of them cannot be read.
    """
    with open_pair(earlier, later) as connection:
        return ask(connection, COMPARISON)


def counts(changes: Table) -> dict[str, int]:
    """How many figures changed in each way, the ways in the order of CHANGES, with 0 for those that do not occur."""
    found = [row[0] for row in changes.rows]
    return {change: found.count(change) for change in CHANGES}


def most_notable(changes: Table, limit: int) -> Table:
    """At most `limit` figures of each kind of change, in the order of CHANGES."""
    rows = [row for change in CHANGES for row in [row for row in changes.rows if row[0] == change][:limit]]
    return Table(changes.columns, rows)


def with_difference(changes: Table) -> Table:
    """The figures whose value differs from an earlier one, the largest relative change first."""
    return Table(changes.columns, [row for row in changes.rows if row[-1]])
