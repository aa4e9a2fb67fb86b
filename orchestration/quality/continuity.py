"""Evaluate continuity: figures that swapped places can still add up, but they do not fit what was published before.

A revision is one figure published twice; a step is a series from one period to the next. SQL pairs each figure with the
one before it, and a pure function says whether the move is within its limit. Figures without a value are left out of
both. Both need the temporary table of landed figures (`tables.landed_figures`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.problems import counted
from orchestration.quality.limits import RevisionLimit, StepLimit
from orchestration.quality.rules import Finding, Outcome, Query, all_of, ends_within, members_in, number
from orchestration.quality.tables import LANDED, Columns, dimensions, quoted, vintage_order

if TYPE_CHECKING:
    import duckdb

SERIES = "measure || ' [' || breakdown || ']'"
CELL = "release_id || ' / ' || source_file || ' / ' || source_sheet || '!' || source_cell"


@dataclass(frozen=True)
class Move:
    """A figure and the one before it: the same figure published earlier, or the same series at an earlier period."""

    series: str
    before_end: dt.date
    end: dt.date
    before: float
    value: float
    before_cell: str
    cell: str

    @property
    def months(self) -> int:
        """Whole calendar months between the two periods' ends."""
        return 12 * (self.end.year - self.before_end.year) + self.end.month - self.before_end.month


@dataclass(frozen=True)
class Range:
    """What a figure may be, both ends included."""

    lowest: float
    highest: float


def evaluate_revision(
    connection: duckdb.DuckDBPyConnection, rule: RevisionLimit, named: Sequence[str]
) -> list[Finding]:
    """What a rule says of every figure published more than once. `named` are all the measures that rules name."""
    return [_finding(rule.name, move, revision_range(rule, move)) for move in _moves(connection, _repeats(rule, named))]


def evaluate_step(connection: duckdb.DuckDBPyConnection, rule: StepLimit, columns: Columns) -> list[Finding]:
    """What a rule says of every two consecutive figures of its series. Raises duckdb.Error for an unknown column."""
    return [_finding(rule.name, move, step_range(rule, move)) for move in _moves(connection, _steps(rule, columns))]


def revision_range(rule: RevisionLimit, move: Move) -> Range:
    """What a figure may be when it is published again."""
    declared = [
        one.absolute
        for one in rule.declared
        if one.period_end == move.end and move.series.endswith(f"[{one.breakdown}]")
    ]
    limit = max([rule.absolute, rule.percent / 100 * abs(move.before), *declared])
    return Range(move.before - limit, move.before + limit)


def step_range(rule: StepLimit, move: Move) -> Range | None:
    """What a figure may be after the one before it; None when the rule says nothing of so long a time.

    An event between the two days takes the place of the shortest pace. Over a longer time the figure may have moved as
    the event says and then by the pace.
    """
    events = [event for event in rule.events if move.before_end < event.day <= move.end]
    paces = sorted(rule.paces, key=lambda pace: pace.months)
    long_enough = [pace for pace in paces if pace.months >= move.months]
    if not long_enough:
        return None
    fall, rise = long_enough[0].fall_percent / 100, long_enough[0].rise_percent / 100
    if events:
        least, most = (
            move.before * (1 + percent / 100) for percent in (-events[0].fall_percent, events[0].rise_percent)
        )
        beside = long_enough[0] is not paces[0]
        return Range(least * (1 - fall), most * (1 + rise)) if beside else Range(least, most)
    return Range(
        move.before - max(move.before * fall, rule.absolute), move.before + max(move.before * rise, rule.absolute)
    )


def _finding(rule: str, move: Move, allowed: Range | None) -> Finding:
    """A move as a finding; a rule that says nothing of it cannot be evaluated there."""
    if allowed is None:
        return Finding(rule, "not_evaluable", f"{move.series}: {counted(move.months, 'month')} apart")
    outcome: Outcome = "holds" if allowed.lowest <= move.value <= allowed.highest else "fails"
    return Finding(
        rule,
        outcome,
        f"{move.series}: expected {number(allowed.lowest)} to {number(allowed.highest)} at {move.end} "
        f"after {number(move.before)} at {move.before_end} ({move.before_cell}), "
        f"found {number(move.value)} ({move.cell})",
    )


def _moves(connection: duckdb.DuckDBPyConnection, query: Query) -> list[Move]:
    """The moves a query gathers."""
    return [Move(*row) for row in connection.execute(query.sql, list(query.bound)).fetchall()]


def _repeats(rule: RevisionLimit, named: Sequence[str]) -> Query:
    """SQL for every figure beside the same one published before: in an earlier release or a table of less authority."""
    measures = tuple(named if rule.measures == "others" else rule.measures)
    chosen = f"measure {'not in' if rule.measures == 'others' else 'in'} ({', '.join('?' * len(measures)) or 'null'})"
    sql = f"""
        select
            {SERIES} as line,
            period_end as before_end,
            period_end,
            lag(value) over repeats as before,
            value,
            lag({CELL}) over repeats as before_cell,
            {CELL} as cell
        from {LANDED}
        where value is not null and measure is not null and {chosen if measures else "true"}
        window repeats as (
            partition by measure, breakdown, period_type, period_start, period_end, unit
            order by {vintage_order(latest_first=False)}
        )
        qualify before is not null
        order by line, period_end
    """
    return Query(sql, measures)


def _steps(rule: StepLimit, columns: Columns) -> Query:
    """SQL for every figure of a rule's series beside the one of the period before, each by its latest vintage."""
    if rule.measure:
        source, line, wanted = LANDED, SERIES, _of_measure(rule)
    else:
        named = " || ', ' || ".join(f"'{name} ' || \"{name}\"" for name in dimensions(columns[rule.table]))
        source, line, wanted = quoted(rule.table), f"'{rule.table}: ' || {named}", members_in(rule.where)
    chosen = all_of([wanted, ends_within(rule.first, None), Query("period_type = ?", (rule.period_type,))])
    sql = f"""
        with latest as (
            select
                {line} as line,
                unit,
                period_end,
                value,
                {CELL} as cell
            from {source}
            where value is not null and {chosen.sql}
            qualify row_number() over (
                partition by line, unit, period_end
                order by {vintage_order()}
            ) = 1
        )

        select
            line,
            lag(period_end) over periods as before_end,
            period_end,
            lag(value) over periods as before,
            value,
            lag(cell) over periods as before_cell,
            cell
        from latest
        window periods as (partition by line, unit order by period_end)
        qualify before is not null
        order by line, period_end
    """
    return Query(sql, chosen.bound)


def _of_measure(rule: StepLimit) -> Query:
    """The condition for the figures of a rule's measure, and of its breakdowns when it names some."""
    listed = Query(f"breakdown in ({', '.join('?' * len(rule.breakdowns))})", tuple(rule.breakdowns))
    return all_of([Query("measure = ?", (rule.measure,)), *([listed] if rule.breakdowns else [])])
