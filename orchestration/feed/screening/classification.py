"""Stage classification: rows, files and index.json say the same class, and public files hold nothing internal."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.editions.files import sha256_of
from orchestration.feed.screening.feed import INDEX, DataFile, Feed
from orchestration.feed.screening.findings import Finding, find

CLASSES = ("official", "rebuilt", "internal", "synthetic")
"""Classes of a row, the most open first."""
SYNTHETIC = ("synthetic", "synthetic_scaled")
"""Kinds of sources that are invented."""


def check_classification(feed: Feed) -> Iterator[Finding]:
    """Classes of every file. In the external pack, every file is public."""
    for file in feed.files:
        yield from _check_rows(feed, file)
    if feed.kind == "pack":
        for file in feed.files:
            yield from _check_public(feed, file)
        return
    yield from _check_index(feed)


def find_row_classes(feed: Feed, file: DataFile) -> set[str]:
    """The classes of the rows of a file: as the rows say, or as their kind of source does. Empty if neither is held."""
    if "classification" in file.columns:
        sql = "classification"
    elif "source_kind" in file.columns:
        # What has the day of an extract is counted from records.
        open_class = (
            "'internal'"
            if "extract_as_at" in file.columns
            else ("case source_kind when 'official' then 'official' else 'rebuilt' end")
        )
        sql = f"case when source_kind in {SYNTHETIC} then 'synthetic' else {open_class} end"
    else:
        return set()
    return {str(row[0]) for row in feed.rows(f"select distinct {sql} from {file.table}")}


def _check_rows(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows of no known class, and synthetic rows that do not say so."""
    if "classification" not in file.columns:
        return
    conditions = {"classification": f"coalesce(classification, '') not in {CLASSES}"}
    for rows, keys in feed.bad_rows(file, conditions).values():
        yield find("unknown_class", file.name, "classification", rows, keys, classes=", ".join(CLASSES))
    if {"source", "status_text"} <= set(file.columns):
        says_so = "(contains(source, 'synthetic') or contains(status_text, 'synthetic'))"
        for rows, keys in feed.bad_rows(file, {"status_text": f"(classification = 'synthetic') <> {says_so}"}).values():
            yield find("synthetic_not_marked", file.name, "classification", rows, keys)


def _check_public(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows that must not be public, and synthetic rows."""
    classes = find_row_classes(feed, file)
    if "classification" in file.columns and "internal" in classes:
        yield find("not_public", file.name, "classification")
    if "synthetic" in classes:
        yield find("public_synthetic", file.name, "source_kind")


def _check_index(feed: Feed) -> Iterator[Finding]:
    """Files that the index does not list as they are, and files whose class is not that of their rows."""
    for file in feed.files:
        said = feed.index.get("marts", {}).get(file.name, {}).get("classification")
        # The class of a file is that of its least open row.
        held = sorted(find_row_classes(feed, file), key=lambda one: CLASSES.index(one) if one in CLASSES else -1)
        if held and said != held[-1]:
            yield find("other_class", INDEX, file.name, said=said or "no class", held=", ".join(held))
    listed = {one["path"]: one for one in feed.index.get("files", ())}
    for path in sorted(feed.folder.rglob("*")):
        name = path.relative_to(feed.folder).as_posix()
        if not path.is_file() or name == INDEX:
            continue
        if name not in listed:
            yield find("not_in_index", INDEX, name)
        elif listed[name].get("sha256") != sha256_of(path):
            yield find("other_bytes", INDEX, name)
        elif listed[name].get("classification") != feed.index.get("classification"):
            yield find("class_of_feed", INDEX, name)
