"""Stage release: amended figures have a note, and readers can find out how, when and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.feed.screening.feed import CHANGES, INDEX, Feed
from orchestration.feed.screening.findings import Finding, find

FILLED = {
    "owner": "who owns the figures",
    "contact": "whom readers ask",
    "methodology": "where readers find how the figures are made",
    "next_release_due": "the day of the next release",
}
"""What index.json must say."""


def check_release(feed: Feed) -> Iterator[Finding]:
    """What index.json and changes.json say."""
    for key, what in FILLED.items():
        if not feed.index.get(key):
            yield find("not_filled", INDEX, key, what=what)
    for mart, changes in feed.changes.get("marts", {}).items():
        yield from _check_notes(mart, changes)
    yield from _check_caveats(feed)


def _check_notes(mart: str, changes: Mapping[str, Any]) -> Iterator[Finding]:
    """Figures that are corrected between releases, which the third part of the version counts, without a note."""
    before, after = (str(changes.get(f"version_{when}") or "").split(".") for when in ("before", "after"))
    is_correction = len(before) == len(after) == 3 and before[:2] == after[:2] and before != after
    revised = changes.get("figures", {}).get("counts", {}).get("revised", 0)
    if is_correction and not changes.get("notes"):
        yield find("no_note", CHANGES, mart, revised)


def _check_caveats(feed: Feed) -> Iterator[Finding]:
    """Tables with a caveat that has no text."""
    for schema, table in feed.rows(
        """
        select schema_name, table_name from warehouse.meta.tables
        where schema_name in ('marts', 'feed') and len(list_filter(caveats, lambda one: trim(one) = '')) > 0
        order by all
        """
    ):
        yield find("empty_caveat", f"{schema}.{table}")
