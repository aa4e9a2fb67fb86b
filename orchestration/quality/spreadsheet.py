"""A second look at what is hidden, by somebody with a spreadsheet: sums with one number missing are filled in, again
and again, until nothing new comes.

It shares no code with `orchestration/disclosure`, whose equations choose what to hide and try it too: an equation that
is missing there, or wrong, is missing for both. Here breakdowns, months, quarters and years, counts so far, shares of
one denominator, and series that are the same people are each written out as SQL. Only sums that hold among the counts
themselves are used, so that this reader knows more than any other could.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import duckdb


class Place(NamedTuple):
    """Where a count stands: measure and statistic with a bar between, the column of the figure, and the figure."""

    series: str
    kind: str
    breakdown: str
    period_type: str
    first_day: dt.date
    last_day: dt.date


CELLS = """
create or replace temp table cells as
with figures as (
    select
        counted.measure || '|' || counted.statistic as series,
        counted.breakdown,
        counted.period_type,
        cast(counted.period_start as date) as first_day,
        cast(counted.period_end as date) as last_day,
        unnest(['value', 'numerator', 'denominator']) as kind,
        unnest([
            if(counted.numerator is null and counted.denominator is null, counted.value, null),
            counted.numerator,
            counted.denominator
        ]) as number,
        unnest([printed.value, printed.numerator, printed.denominator]) is not null as is_printed
    from internal.intermediate.int_figures as counted
    inner join marts.internal_figures as printed
        using (measure, statistic, breakdown, period_type, period_start, period_end)
    where counted.unit not in (select unit from meta.units_not_of_people)
)

select
    row_number() over () as cell,
    series,
    kind,
    breakdown,
    period_type,
    first_day,
    last_day,
    cast(number as bigint) as number,
    is_printed or number = 0 as is_known
from figures
where number is not null
"""
STEPS = """
create or replace temp table steps as
with pairs as (
    select cell, series, kind, breakdown, period_type, first_day, last_day, unnest(string_split(breakdown, ';')) as pair
    from cells
    where breakdown <> ''
)

select
    * exclude (pair),
    split_part(pair, '=', 1) as dimension,
    array_to_string(list_filter(string_split(breakdown, ';'), lambda one: one <> pair), ';') as above
from pairs
"""
BREAKDOWNS = """
select hash('breakdown', whole.cell, steps.dimension) as family, whole.cell as whole, steps.cell as part
from steps
inner join cells as whole using (series, kind, period_type, first_day, last_day)
where whole.breakdown = steps.above
"""
PERIODS = """
select hash('period', whole.cell, part.period_type) as family, whole.cell as whole, part.cell as part
from cells as part
inner join cells as whole using (series, kind, breakdown)
where
    part.first_day >= whole.first_day
    and part.last_day <= whole.last_day
    and (part.period_type, whole.period_type) in (
        ('month', 'quarter'), ('month', 'calendar_year'), ('month', 'financial_year'),
        ('quarter', 'calendar_year'), ('quarter', 'financial_year')
    )
"""
SO_FAR = """
select hash('so far', now.cell, period.cell) as family, now.cell as whole, unnest([period.cell, before.cell]) as part
from cells as period
inner join cells as now using (series, kind, breakdown, last_day)
left join cells as before
    on
        period.series = before.series
        and period.kind = before.kind
        and period.breakdown = before.breakdown
        and before.period_type = 'as_at'
        and before.last_day = period.first_day - 1
where period.period_type <> 'as_at' and now.period_type = 'as_at'
"""
SHARES = """
select hash('share', whole.cell, part.above, part.dimension) as family, whole.cell as whole, part.cell as part
from steps as part
inner join steps as other using (series, kind, period_type, first_day, last_day, above, dimension)
inner join cells as whole
    on
        other.series = whole.series
        and other.breakdown = whole.breakdown
        and other.period_type = whole.period_type
        and other.first_day = whole.first_day
        and other.last_day = whole.last_day
where part.kind = 'numerator' and whole.kind = 'denominator'
"""
SAME_PEOPLE = """
select hash('same', one.cell, other.cell) as family, one.cell as whole, other.cell as part
from cells as one
inner join cells as other using (breakdown, period_type, first_day, last_day)
inner join (
    select one.series || one.kind as one_name, other.series || other.kind as other_name
    from cells as one
    inner join cells as other using (breakdown, period_type, first_day, last_day)
    where one.series || one.kind < other.series || other.kind and one.number > 0 and other.number > 0
    group by all
    having
        bool_and(one.number = other.number)
        and count(*) >= 12
        and count(distinct one.number) >= 6
) as names
    on one.series || one.kind = names.one_name and other.series || other.kind = names.other_name
"""
SUMS = f"""
create or replace temp table sums as
with families as ({" union all ".join(f"({one})" for one in (BREAKDOWNS, PERIODS, SO_FAR, SHARES, SAME_PEOPLE))}),

parts as (select distinct family, whole, part from families where part is not null),

holding as (
    select parts.family
    from parts
    inner join cells as whole on parts.whole = whole.cell
    inner join cells as part on parts.part = part.cell
    group by parts.family
    having sum(part.number) = max(whole.number)
)

select distinct family, unnest([whole, part]) as cell
from parts
where family in (from holding)
"""
FOUND = """
update cells set is_known = true
where cell in (
    select max(sums.cell)
    from sums
    inner join cells using (cell)
    where not cells.is_known
    group by sums.family
    having count(*) = 1
)
"""
GIVEN_AWAY = """
select series, kind, breakdown, period_type, first_day, last_day
from cells
where is_known and number between 1 and {below}
order by all
"""


def filled_in(connection: duckdb.DuckDBPyConnection, threshold: int) -> list[Place]:
    """The places of the small counts (1 to below the threshold) that are printed or can be filled in.

    `connection` has the figures to be published (`marts`, `meta`) and the internal file attached; temporary tables are
    made in it.
    """
    for statement in (CELLS, STEPS, SUMS):
        connection.execute(statement)
    while connection.execute(FOUND).fetchall()[0][0]:
        pass
    return [Place(*row) for row in connection.execute(GIVEN_AWAY.format(below=threshold - 1)).fetchall()]
