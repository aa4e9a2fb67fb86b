"""What changed since the last edition, for a reader: versions, figures, and the README of the zip in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.feed.contract import NUMBERS, Contract
from orchestration.feed.versions import SUBJECTS, Breaking, Change

if TYPE_CHECKING:
    import duckdb

KINDS = ("newly_suppressed", "revised", "withdrawn", "newly_available", "added")
"""What can happen to a figure, in the order in which changes are listed."""
MOST_LISTED = 200
"""Figures of a mart that are listed; all are counted. An extract of a new day changes thousands."""
LATEST_KEY = ("measure", "breakdown", "period_type", "period_start", "period_end")
"""What tells published figures apart: their key holds the release and cell too, which differ when one is revised."""
PAIRS = """
with before_figures as (
    unpivot (select {key}, {measures} from read_parquet($before) {latest})
    on {listed} into name figure value before_value
),
after_figures as (
    unpivot (select {key}, {measures} from {table} {latest})
    on {listed} into name figure value after_value
),
before_rows as (select distinct {key}, true as was_there from read_parquet($before) {latest}),
after_rows as (select {key}, {status} as status_now from {table} {latest}),
classified as (
    select
        case
            when
                after_value is null and status_now = 'suppressed' and figure in ('value', 'published_value')
                then 'newly_suppressed'
            when after_value is null then 'withdrawn'
            when before_value is null and was_there then 'newly_available'
            when before_value is null then 'added'
            else 'revised'
        end as kind,
        {key},
        figure,
        before_value,
        after_value
    from before_figures
    full join after_figures using ({key}, figure)
    left join before_rows using ({key})
    left join after_rows using ({key})
    where before_value is distinct from after_value
)
"""
ORDERED = "select * from classified order by list_position($kinds, kind), {key}, figure"
REVISIONS = """
    select measure, breakdown, period_type, period_start, period_end, publication || ' ' || release_id
    from meta.revisions where is_current
"""


def changed_figures(
    connection: duckdb.DuckDBPyConnection, contract: Contract, old: Contract, before: Path
) -> dict[str, Any]:
    """The figures of a mart that changed since the Parquet file `before`: their number by kind, and a list of those
    that are not simply new. Without a common key nothing can be compared: all numbers are 0.
    """
    latest = "is_latest" in contract.names and set(LATEST_KEY) <= set(contract.key)
    key = LATEST_KEY if latest else contract.key
    measures = [name for name in _figures(contract) if name in _figures(old)]
    counts = dict.fromkeys(KINDS, 0)
    if not key or not measures or old.key != contract.key:
        return {"counts": counts, "list": []}
    status = next((name for name in ("value_status", "published_status") if name in contract.names), "''")
    listed_key = ", ".join(f'"{name}"' for name in key)
    query = PAIRS.format(
        key=listed_key,
        measures=", ".join(f'cast("{name}" as double) as "{name}"' for name in measures),
        listed=", ".join(f'"{name}"' for name in measures),
        latest="where is_latest" if latest else "",
        table=contract.table,
        status=status,
    )
    given = {"before": str(before), "kinds": list(KINDS)}
    rows = connection.execute(query + ORDERED.format(key=listed_key), given).fetchall()
    counts |= Counter(kind for kind, *_ in rows)
    releases = _releases(connection) if latest else {}
    listed = [row for row in rows if row[0] != KINDS[-1]][:MOST_LISTED]
    return {"counts": counts, "list": [_figure(row, key, releases) for row in listed]}


def _figures(contract: Contract) -> list[str]:
    """The columns of a mart that hold figures."""
    return [
        column.name
        for column in contract.columns
        if column.is_measure or (column.type in NUMBERS and column.unit == "in_unit_column")
    ]


def _releases(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, ...], str]:
    """The release that gives the present value of each published figure."""
    rows = connection.execute(REVISIONS).fetchall()
    return {tuple(str(part) for part in row[:-1]): row[-1] for row in rows}


def _figure(row: Sequence[Any], key: Sequence[str], releases: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    """One changed figure for the list."""
    kind, *parts, figure, before, after = row
    place = {name: str(part) if part is not None else None for name, part in zip(key, parts, strict=True)}
    release = releases.get(tuple(str(part) for part in parts))
    return {"change": kind, **place, "figure": figure, "before": before, "after": after} | (
        {"release": release} if release else {}
    )


def mart_changes(
    versions: tuple[str | None, str | None],
    changes: Sequence[Change],
    figures: Mapping[str, Any],
    entries: Sequence[Breaking],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """The entry of `changes.json` for one mart; `versions` are those before and after, None where it has none. `notes`
    say why its figures changed.
    """
    return {
        "version_before": versions[0],
        "version_after": versions[1],
        "major": _by_subject(changes, is_major=True),
        "minor": _by_subject(changes, is_major=False),
        "figures": figures,
        "renamed": {old: new for entry in entries for old, new in entry.renamed.items()},
        "notes": [*_notes(entries), *notes],
    }


def _by_subject(changes: Sequence[Change], *, is_major: bool) -> dict[str, list[str]]:
    """Changes in words, by their subject."""
    return {
        subject: [one.says for one in changes if one.subject == subject and one.is_major == is_major]
        for subject in SUBJECTS
    }


def _notes(entries: Sequence[Breaking]) -> Iterator[str]:
    """What people wrote about major changes."""
    for entry in entries:
        informed = ", ".join(entry.informed)
        yield f"{entry.what} Why: {entry.why} Informed: {informed}. The old files are kept until {entry.until}."


def readme(edition: str, built_on: str, changes: Mapping[str, Any]) -> str:
    """The README of the zip: what it is, how to read it, and what changed since the last edition."""
    marts = changes["marts"]
    lines = [
        f"IPP figures, edition {edition} of {built_on}",
        "",
        "One CSV file for each mart, and beside it its CSVW metadata: types, key, codes, units and descriptions.",
        "Files are UTF-8. Days are written 2025-03-31. A cell is empty where no figure can be given.",
        "Join on column names and codes: labels may change. What the codes mean is in categories.csv.",
        "Management information, for use in HMPPS only: counts are not suppressed.",
        "",
        *(["What changed since edition " + changes["since"]] if changes["since"] else ["This is the first edition."]),
    ]
    return "\n".join([*lines, *(line for name in sorted(marts) for line in _readme_lines(name, marts[name]))]) + "\n"


def _readme_lines(name: str, mart: Mapping[str, Any]) -> Iterator[str]:
    """What changed of one mart; nothing where nothing did."""
    before, after = mart["version_before"], mart["version_after"]
    if before == after or before is None:
        if before is None:
            yield f"- {name}: new, version {after}"
        return
    yield f"- {name}: version {before} is now {after or 'withdrawn'}"
    counts = mart["figures"]["counts"]
    said = [f"{counts[kind]:,} {kind.replace('_', ' ')}" for kind in KINDS if counts.get(kind)]
    if said:
        yield f"  figures: {', '.join(said)}"
    for level in ("major", "minor"):
        for texts in mart[level].values():
            yield from (f"  {level}: {text}" for text in texts)
    yield from (f"  note: {text}" for text in mart["notes"])
