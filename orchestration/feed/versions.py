"""The version of each contract, computed from the last edition's contract and this one. It is never typed in.

A change that a reader may break on is major and needs an entry in `breaking.yml`; what adds or revises is minor; a
correction between releases is a patch.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.feed.contract import Column, Contract
from orchestration.problems import CheckFailed

FIRST = "1.0.0"
COLUMNS, MEASURES, OPTIONS, PERIODS = "columns", "measures", "options", "periods"
SUBJECTS = (COLUMNS, MEASURES, OPTIONS, PERIODS)
TWO_QUARTERS = dt.timedelta(days=181)
"""The least time for which the files of an old version are kept."""


@dataclass(frozen=True, order=True)
class Change:
    """One difference between two contracts: its subject (one of SUBJECTS), and what changed in words."""

    subject: str
    says: str
    is_major: bool = False


@dataclass(frozen=True)
class Breaking:
    """An entry of `breaking.yml`: major changes of one mart that were decided, and how long the old files are kept.

    `renamed` gives new names by old name.
    """

    mart: str
    changes: tuple[str, ...]
    what: str
    why: str
    informed: tuple[str, ...]
    starts: dt.date
    until: dt.date
    renamed: Mapping[str, str]


@dataclass(frozen=True)
class Values:
    """What changed in the values of a mart's files: whether anything did, and whether its inputs are the same."""

    differ: bool = False
    same_inputs: bool = False


def compare_contracts(old: Contract, new: Contract, code_lists: Mapping[str, frozenset[str]]) -> list[Change]:
    """The changes from one contract to the next, in order.

    `code_lists` has the codes a member can have, by dimension: an option without rows now, whose code is still there,
    is not removed.
    """
    return sorted(
        {
            *_column_changes(old, new),
            *_key_changes(old, new),
            *_text_changes(old, new),
            *_member_changes(MEASURES, "measure", old.measures, new.measures),
            *_option_changes(old, new, code_lists),
            *_period_changes(old, new),
        }
    )


def next_version(last: str, changes: Sequence[Change], values: Values) -> str:
    """The version after `last`, by what changed; `last` itself when nothing did."""
    major, minor, patch = (int(part) for part in last.split("."))
    if any(change.is_major for change in changes):
        return f"{major + 1}.0.0"
    if changes or (values.differ and not values.same_inputs):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if values.differ else last


def major_of(version: str) -> int:
    """The major version: the number in the name of the folder."""
    return int(version.partition(".")[0])


def require_declared(
    changes: Mapping[str, Sequence[Change]], entries: Sequence[Breaking], day: dt.date
) -> dict[str, list[Breaking]]:
    """The entries that declare the major changes of each mart, of those in force on a day.

    Raises CheckFailed naming each mart and major change without an entry, with the entry to write.
    """
    in_force = [entry for entry in entries if entry.until > day]
    declared = {(entry.mart, text): entry for entry in in_force for text in entry.changes}
    missing: dict[str, list[str]] = {}
    used: dict[str, list[Breaking]] = {}
    for mart, of_mart in changes.items():
        for change in (one for one in of_mart if one.is_major):
            if entry := declared.get((mart, change.says)):
                if entry not in used.setdefault(mart, []):
                    used[mart].append(entry)
            else:
                missing.setdefault(mart, []).append(change.says)
    if missing:
        raise CheckFailed([_undeclared(mart, texts, day) for mart, texts in sorted(missing.items())])
    return used


def check_entries(entries: Iterable[Breaking]) -> list[str]:
    """What is wrong with the entries of `breaking.yml`, a line each."""
    return [line for entry in entries for line in _mistakes(entry)]


def _mistakes(entry: Breaking) -> Iterator[str]:
    """What is wrong with one entry."""
    place = f"breaking.yml: the entry of {entry.mart}"
    for name in ("changes", "what", "why", "informed"):
        if not getattr(entry, name):
            yield f"{place} has an empty `{name}`; to do: fill it in"
    if entry.until - entry.starts < TWO_QUARTERS:
        yield (
            f"{place} keeps the old files from {entry.starts} until {entry.until}; "
            "to do: keep them for two quarters at least"
        )


def _undeclared(mart: str, texts: Sequence[str], day: dt.date) -> str:
    """What to do about major changes of a mart without an entry."""
    lines = "".join(f"\n    - {json.dumps(text)}" for text in texts)
    until = day + TWO_QUARTERS + dt.timedelta(days=3)
    entry = (
        f"\n- mart: {mart}\n  changes:{lines}\n  what: WHAT CHANGES, FOR A READER\n  why: THE REASON\n"
        f"  informed: [WHO WAS INFORMED]\n  from: {day}\n  until: {until}\n  renamed: {{}}"
    )
    said = "; ".join(texts)
    return (
        f"feed: {mart} changes in a way that breaks its readers ({said}); to do: undo it, or inform the readers and "
        f"add this entry to orchestration/feed/breaking.yml:{entry}"
    )


def _column_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Columns removed, added, changed or put in another order."""
    for column in old.columns:
        now = new.column(column.name)
        if now is None:
            yield Change(_subject(column), f"column removed: {column.name}", is_major=True)
        else:
            yield from _changes_of_a_column(column, now)
    added = [column for column in new.columns if not old.column(column.name)]
    at_the_end = new.columns[len(new.columns) - len(added) :]
    for column in added:
        # A measure has its place among the measures; another column is added at the end.
        is_safe = column.is_measure or column in at_the_end
        place = "" if is_safe else " before others"
        yield Change(_subject(column), f"column added{place}: {column.name}", is_major=not is_safe)
    kept_before = [name for name in old.names if new.column(name)]
    kept_now = [name for name in new.names if old.column(name)]
    if kept_before != kept_now:
        yield Change(COLUMNS, "columns in another order", is_major=True)


def _changes_of_a_column(old: Column, new: Column) -> Iterator[Change]:
    """What changed of a column that is still there."""
    if old.type != new.type:
        yield Change(_subject(new), f"type of {new.name}: {old.type} is now {new.type}", is_major=True)
    if old.unit != new.unit:
        yield Change(_subject(new), f"unit of {new.name}: {old.unit} is now {new.unit}", is_major=True)
    if old.is_nullable != new.is_nullable:
        now = "can now be empty" if new.is_nullable else "is now never empty"
        yield Change(_subject(new), f"{new.name} {now}", is_major=new.is_nullable)
    for name in ("label", "description"):
        if getattr(old, name) != getattr(new, name):
            yield Change(_subject(new), f"{name} changed: {new.name}")


def _key_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Another key."""
    if old.key != new.key:
        before, now = (", ".join(key) or "none" for key in (old.key, new.key))
        yield Change(COLUMNS, f"key: {before} is now {now}", is_major=True)


def _text_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Other words about the mart."""
    if old.description != new.description:
        yield Change(COLUMNS, "description of the mart changed")
    if old.caveats != new.caveats:
        yield Change(COLUMNS, "caveats of the mart changed")


def _member_changes(subject: str, noun: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    """Members of a list removed and added."""
    before, now = set(old), set(new)
    yield from (Change(subject, f"{noun} removed: {name}", is_major=True) for name in before - now)
    yield from (Change(subject, f"{noun} added: {name}") for name in now - before)


def _option_changes(old: Contract, new: Contract, code_lists: Mapping[str, frozenset[str]]) -> Iterator[Change]:
    """Breakdowns and their options removed and added."""
    yield from _member_changes(OPTIONS, "breakdown", old.options, new.options)
    for breakdown in old.options.keys() & new.options.keys():
        for column, before in old.options[breakdown].items():
            now = new.options[breakdown].get(column, ())
            still_codes = code_lists.get(dimension_of(breakdown, column), frozenset())
            for change in _member_changes(OPTIONS, f"option of {breakdown}", before, now):
                is_listed = change.says.rpartition(": ")[2] in still_codes
                without_rows = Change(OPTIONS, f"{change.says.replace(' removed', ' without rows now')}")
                yield without_rows if change.is_major and is_listed else change


def dimension_of(breakdown: str, column: str) -> str:
    """The dimension whose members a column holds in a breakdown: `sex_by_tariff_band` is of two."""
    first, _, second = breakdown.partition("_by_")
    return second if column == "category_2" else first


def _period_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Kinds of period removed and added, and days at either end."""
    yield from _member_changes(PERIODS, "kind of period", old.periods, new.periods)
    for kind in old.periods.keys() & new.periods.keys():
        (first, last), (first_now, last_now) = old.periods[kind], new.periods[kind]
        if first_now > first:
            yield Change(PERIODS, f"{kind} periods removed: they start on {first_now}, not {first}", is_major=True)
        if last_now < last:
            yield Change(PERIODS, f"{kind} periods removed: they end on {last_now}, not {last}", is_major=True)
        if first_now < first or last_now > last:
            yield Change(PERIODS, f"{kind} periods added: {first_now} to {last_now}")


def _subject(column: Column) -> str:
    """What a change of a column is about."""
    return MEASURES if column.is_measure else COLUMNS
