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
    yield from _check_notes(feed)
    yield from _check_caveats(feed)


def _check_notes(feed: Feed) -> Iterator[Finding]:
    """Marts whose figures are corrected without a note: one entry of notes.yml can be about all of them."""
    marts = feed.changes.get("marts", {})
    without = [mart for mart, changes in marts.items() if _is_correction(changes) and not changes.get("notes")]
    if without:
        revised = sum(marts[mart].get("figures", {}).get("counts", {}).get("revised", 0) for mart in without)
        entry = (
            f"- {{marts: [{', '.join(without)}], day: {feed.now:%Y-%m-%d}, reason: WHAT WAS WRONG AND IS RIGHT NOW}}"
        )
        yield find("no_note", CHANGES, "", revised, without, entry=entry)


def _is_correction(changes: Mapping[str, Any]) -> bool:
    """Whether figures of a mart changed but no input did: the third part of the version counts that."""
    before, after = (str(changes.get(f"version_{when}") or "").split(".") for when in ("before", "after"))
    return len(before) == len(after) == 3 and before[:2] == after[:2] and before != after


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
