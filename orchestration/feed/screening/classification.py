"""Stage classification: rows, files and index.json say the same class, and public files hold nothing internal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.feed.screening.feed import INDEX, VERSION_FOLDER, DataFile, Feed
from orchestration.feed.screening.findings import Finding

STAGE = "classification"
CLASSES = ("official", "rebuilt", "internal", "synthetic")
"""Classes of a row, the most open first."""
SYNTHETIC = ("synthetic", "synthetic_scaled")
"""Kinds of sources that are made up."""


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
        # What the marts count is from records; a mart of published figures says its kind.
        kinds = ", ".join(f"'{kind}'" for kind in SYNTHETIC)
        sql = f"""case when source_kind in ({kinds}) then 'synthetic' when source_kind = 'official' then 'official'
            when source_kind in ('rebuilt', 'transcribed', 'derived') then 'rebuilt' else 'internal' end"""
    else:
        return set()
    return {str(row[0]) for row in feed.rows(f"select distinct {sql} from {file.table}")}


def _check_rows(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows of no known class, and made-up rows that do not say so."""
    if "classification" not in file.columns:
        return
    conditions = {"classification": f"coalesce(classification, '') not in {CLASSES}"}
    for rows, keys in feed.bad_rows(file, conditions).values():
        yield Finding(STAGE, "unknown_class", "F", file.name, "classification", "rows have no class that we know",
                      f"use one of {', '.join(CLASSES)}", rows, keys)  # fmt: skip
    if {"source", "status_text"} <= set(file.columns):
        says_so = "(contains(source, 'synthetic') or contains(status_text, 'synthetic'))"
        for rows, keys in feed.bad_rows(
            file, {"status_text": f"(classification = 'synthetic') <> {says_so}"}
        ).values():
            yield Finding(STAGE, "synthetic_not_marked", "F", file.name, "classification",
                          "class and source do not both say that rows are synthetic",
                          "name the synthetic cohort in the source of exactly the synthetic rows", rows, keys)  # fmt: skip


def _check_public(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows that must not be public, and made-up rows."""
    classes = find_row_classes(feed, file)
    if "classification" in file.columns and "internal" in classes:
        yield Finding(STAGE, "not_public", "F", file.name, "classification", "a public file holds internal rows",
                      "take them out")  # fmt: skip
    if "synthetic" in classes:
        yield Finding(STAGE, "public_synthetic", "W", file.name, "source_kind", "a public file holds synthetic rows",
                      "give it out as an example only")  # fmt: skip


def _check_index(feed: Feed) -> Iterator[Finding]:
    """Files whose class in index.json is missing or is not that of their rows."""
    said = read_index_classes(feed.index)
    for file in feed.files:
        listed = {path: one for path, one in said.items() if path.startswith(f"{VERSION_FOLDER}/{file.name}.")}
        if not listed:
            yield Finding(STAGE, "not_in_index", "F", INDEX, file.name, "the file is not in the index", "add it")
        # The class of a file is that of its least open row.
        held = sorted(find_row_classes(feed, file), key=lambda one: CLASSES.index(one) if one in CLASSES else -1)
        for path, classes in listed.items():
            if held and held[-1] not in classes:
                yield Finding(STAGE, "other_class", "F", INDEX, path,
                              f"the index says {', '.join(sorted(classes)) or 'no class'}; rows are {', '.join(held)}",
                              "say the class of the least open row")  # fmt: skip


def read_index_classes(index: Mapping[str, Any]) -> dict[str, set[str]]:
    """The classes that the index gives each file, by its path in the feed."""
    return {one["path"]: {one["classification"]} for one in index.get("files", ()) if one.get("classification")}
