"""Stage release: amended figures have a note, and readers can find out how, when and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.feed.screening.feed import CHANGES, INDEX, Feed
from orchestration.feed.screening.findings import Finding

STAGE = "release"
FILLED = {
    "methodology": "where readers find how the figures are made",
    "next_release": "the day of the next release",
    "contact": "whom readers ask",
}
"""What index.json must say."""


def check_release(feed: Feed) -> Iterator[Finding]:
    """What index.json and changes.json say."""
    for key, what in FILLED.items():
        if not feed.index.get(key):
            yield Finding(STAGE, "not_filled", "F", INDEX, key, f"the index does not say {what}", "fill it")
    for mart, changes in feed.changes.get("marts", {}).items():
        yield from _check_notes(mart, changes)
    yield from _check_caveats(feed)


def _check_notes(mart: str, changes: dict[str, object]) -> Iterator[Finding]:
    """Amended figures without a note of the day and the reason."""
    amended = changes.get("revised") or ()
    notes = changes.get("notes") or ()
    complete = [one for one in notes if isinstance(one, dict) and one.get("day") and one.get("reason")] \
        if isinstance(notes, list | tuple) else []  # fmt: skip
    if amended and not complete:
        count = len(amended) if isinstance(amended, list | tuple) else 1
        yield Finding(STAGE, "no_note", "F", CHANGES, mart, "figures are amended without a note",
                      "add the day and the reason to the revision list", count)  # fmt: skip


def _check_caveats(feed: Feed) -> Iterator[Finding]:
    """Tables with a caveat that has no text."""
    for schema, table in feed.rows(
        """
        select schema_name, table_name from warehouse.meta.tables
        where schema_name in ('marts', 'feed') and len(list_filter(caveats, lambda one: trim(one) = '')) > 0 order by all
        """
    ):
        yield Finding(STAGE, "empty_caveat", "W", f"{schema}.{table}", "", "a caveat has no text", "write it, or delete it")
