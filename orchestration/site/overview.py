"""The overview: where people are now and over time, the six targets, and what changed since the last edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.problems import CheckFailed
from orchestration.site import wording
from orchestration.site.figures import Figure, Table, Visual, make_figure
from orchestration.site.pages import Page, table_of
from orchestration.site.warehouse import Point, Row, fetch, open_warehouse

if TYPE_CHECKING:
    import duckdb

SHOWN = ("caseload_by_location", "caseload_over_time", "prison_by_status", "action_plan_targets")
"""Blocks that the overview shows, the targets last."""
CHANGES_SHOWN = 20
RELEASES = "select publication, release_id, title, published_on from meta.releases where status = 'published'"
ROWS = "select * from feed.dashboard_rows where block <> 'edge' order by block, ts, row_order"
LATEST_RELEASE = """
select publication, release_id, title, published_on
from meta.releases
where status = 'published'
order by published_on desc, publication, release_id
limit 1
"""
CHANGED_COLUMNS = {
    "block": "Block",
    "what": "Figure",
    "period": "Period",
    "before": "Before",
    "now": "Now",
}


def make_overview(
    connection: duckdb.DuckDBPyConnection,
    visuals: Mapping[str, Visual],
    points: Mapping[str, Sequence[Point]],
    last: Path | None,
) -> Page:
    """The first page. `last` is the folder of the edition before, or None."""
    figures = tuple(_overview_figure(visuals[block], points) for block in SHOWN if block in visuals)
    changes, changed = _changes(connection, last)
    return Page(
        file="index.html",
        title="People serving IPP and DPP sentences",
        short="Overview",
        group="Start",
        template="overview.html",
        context={
            "freshness": _freshness(connection, points),
            "targets": figures[-1] if figures else None,
            "shown": figures[:-1],
            "changes": changes,
            "changed": changed,
        },
        figures=figures,
    )


def compare_rows(before: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    """Figures of both editions whose text differs, as rows of `CHANGED_COLUMNS`, in the order of `now`."""
    earlier = {_key(row): row for row in before}
    return [
        {
            "block": row["block"].replace("_", " "),
            "what": ", ".join(filter(None, (row["series"], row["category"]))),
            "period": row["period"],
            "before": earlier[_key(row)]["value_text"],
            "now": row["value_text"],
        }
        for row in now
        if _key(row) in earlier and earlier[_key(row)]["value_text"] != row["value_text"]
    ]


def _overview_figure(visual: Visual, points: Mapping[str, Sequence[Point]]) -> Figure:
    """A figure of a section page on the overview, under an id that no other page has."""
    return make_figure(replace(visual, id=f"overview-{visual.id}"), points.get(visual.block, ()))


def _freshness(connection: duckdb.DuckDBPyConnection, points: Mapping[str, Sequence[Point]]) -> tuple[str, ...]:
    """To which day the figures go, and the newest release among the inputs."""
    days = {point.ts for point in points.get("prison_by_status", ())}
    newest = fetch(connection, LATEST_RELEASE)
    return (
        *([f"Counts go up to {wording.day_text(max(days))}."] if days else []),
        *(
            f"The newest release used is “{row['title']}”, published on {wording.day_text(row['published_on'])}."
            for row in newest
        ),
    )


def _changes(connection: duckdb.DuckDBPyConnection, last: Path | None) -> tuple[tuple[str, ...], Table]:
    """What changed since the edition before, in sentences and as a table of changed figures."""
    empty = table_of("Changed figures", [], CHANGED_COLUMNS)
    if last is None or not (last / "ipp.duckdb").exists():
        return ("There is no earlier edition to compare this one with.",), empty
    with open_warehouse(last / "ipp.duckdb") as before:
        releases, rows = fetch(before, RELEASES), _rows_if_any(before)
    now_releases, now = fetch(connection, RELEASES), fetch(connection, ROWS)
    lines = _release_lines(releases, now_releases)
    if rows is None:
        return (*lines, "The earlier edition has no dashboard figures to compare."), empty
    changed = compare_rows(rows, now)
    keys, earlier = {_key(row) for row in now}, {_key(row) for row in rows}
    counts = (
        f"New figures on the dashboard: {len(keys - earlier):,}. Changed: {len(changed):,}. "
        f"No longer shown: {len(earlier - keys):,}."
    )
    return (*lines, counts), table_of("Changed figures", changed[:CHANGES_SHOWN], CHANGED_COLUMNS)


def _release_lines(before: Sequence[Row], now: Sequence[Row]) -> tuple[str, ...]:
    """Which releases came and went between two editions."""
    earlier, later = ({(row["publication"], row["release_id"]): row["title"] for row in rows} for rows in (before, now))
    came = [later[key] for key in sorted(later.keys() - earlier.keys())]
    went = [earlier[key] for key in sorted(earlier.keys() - later.keys())]
    if not came and not went:
        return ("Both editions use the same releases.",)
    return (
        *([f"New releases: {wording.listed(came)}."] if came else []),
        *([f"Releases no longer used: {wording.listed(went)}."] if went else []),
    )


def _rows_if_any(connection: duckdb.DuckDBPyConnection) -> list[Row] | None:
    """The dashboard rows of an edition; None for one made before there were any."""
    try:
        return fetch(connection, ROWS)
    except CheckFailed:
        return None


def _key(row: Row) -> tuple[str, str, str, date]:
    """What makes a figure of the dashboard the same in two editions."""
    return row["block"], row["series"] or "", row["category"] or "", row["ts"]
