"""What has been published of each release, and how raw/ differs from it now.

A file that was published keeps its bytes: other bytes are a re-issue, a separate release. The ledger knows the
checksum of every file that was ever published, so that this holds when the published file is built anew or lost.

Belongs here: raw/ against what was published. Does not belong here: whether a release can be read (extraction) or its
bytes are those of its manifest (archive).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.archive.releases import MANIFEST, Release, Survey, issue_of, release_folders
from orchestration.editions import history
from orchestration.problems import Problem
from orchestration.quality.ledger import PublishedFile, read_ledger
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

SET_ASIDE = ("set_aside", "quarantined")
"""The status of a release that is left out, in editions of today and in earlier ones."""
FILES = "select publication || ' ' || release_id, file_name, sha256 from meta.files"
RELEASES = "select * from meta.releases"
FACTS = ("title", "published_on", "published_on_precision", "known_on", "source_kind", "covers_first", "covers_last")
"""What an edition says of a release and its manifest decides; all but the title decide which figures are shown when."""


@dataclass(frozen=True)
class Published:
    """Every file that was ever published, and what the edition in place says of each release, by its name."""

    files: frozenset[PublishedFile] = frozenset()
    releases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def hashes(self, release: str) -> dict[str, set[str]]:
        """The checksums under which each file of a release was published, by the file's name."""
        found: dict[str, set[str]] = {}
        for file in self.files:
            if file.release == release:
                found.setdefault(file.name, set()).add(file.sha256)
        return found

    def is_published(self, release: str) -> bool:
        """Whether the edition in place holds a release, or would, had it not been set aside."""
        status = (self.releases or {}).get(release, {}).get("status")
        return status == "published" or (status in SET_ASIDE and any(file.release == release for file in self.files))


def read_published(settings: Settings) -> Published:
    """What was published, by the ledger and by the editions whose verdicts are older than its lists of files.

    The edition in place says which releases it holds; where it cannot be read, the last verdict that passed does.
    """
    passed = [verdict for verdict in read_ledger(settings.ledger).verdicts if verdict.passed]
    files = {file for verdict in passed for file in verdict.files}
    unlisted = {verdict.edition_sha256 for verdict in passed if not verdict.files}
    editions = [history.file_of(settings, one) for one in history.history(settings) if one.sha256 in unlisted]
    for edition in editions:
        files |= _files_of(edition)
    in_place, rows = _read(settings.published_file, FILES, RELEASES)
    files |= {PublishedFile(*row.values()) for row in in_place}
    releases = {f"{row['publication']} {row['release_id']}": row for row in rows}
    if not releases and passed:
        releases = {name: {"status": "published"} for name in passed[-1].releases}
    return Published(frozenset(files), releases)


def known_releases(settings: Settings) -> set[str]:
    """The names of the releases in raw/ and of those that were published, regardless of their state."""
    in_raw = {Release(folder).name for folder in release_folders(settings.raw)}
    return in_raw | set(read_published(settings).releases)


def problems_with_published(release: Release, published: Published) -> list[Problem]:
    """The files of a release that are not those that were published, and the release that is no longer public."""
    listed = {file.name: file.sha256 for file in release.manifest.files} if release.manifest else {}
    hashes = published.hashes(release.name) if release.manifest else {}
    return [
        *(
            _altered(release, name, known, listed[name])
            for name, known in sorted(hashes.items())
            if name in listed and listed[name] not in known
        ),
        *(
            _missing_file(release, name)
            for name, known in sorted(hashes.items())
            if name not in listed and known.isdisjoint(listed.values())
        ),
    ]


def releases_that_left(found: Survey, settings: Settings, published: Published) -> list[tuple[Release, list[Problem]]]:
    """The releases of the edition in place that raw/ no longer holds, each with its problem."""
    held = {release.name for release in (*found.visible, *found.embargoed, *(one for one, _ in found.rejected))}
    gone = [
        Release(settings.raw.joinpath(*name.split(" ", 1)))
        for name in sorted(published.releases)
        if name not in held and published.is_published(name)
    ]
    return [(release, [_gone(release, found, published)]) for release in gone]


def no_longer_public(release: Release, published: Published) -> list[Problem]:
    """The problem of a release that was published and that its manifest now puts under embargo."""
    if not release.manifest or not published.is_published(release.name):
        return []
    return [
        Problem(
            release.name,
            MANIFEST,
            "",
            "published_on",
            expected="a day that has come, as the release is in the edition in place",
            found=str(release.manifest.published_on),
            remedy=f"correct published_on in {MANIFEST}",
        )
    ]


def changes_since_published(release: Release, published: Published) -> Iterator[str]:
    """What the manifest of a release says otherwise than the edition in place does, a line each."""
    before, manifest = published.releases.get(release.name, {}), release.manifest
    if manifest is None or before.get("status") != "published":
        return
    now: dict[str, Any] = manifest.model_dump() | {
        "known_on": manifest.known_on,
        "source_kind": manifest.kind,
        "covers_first": manifest.covers.first,
        "covers_last": manifest.covers.last,
    }
    for fact in FACTS:
        if fact in before and before[fact] != now[fact]:
            yield f"{release.name}: {fact} was {before[fact]} in the edition in place, and is {now[fact]} now"
    hashes = published.hashes(release.name)
    for file in manifest.files:
        if hashes and file.name not in hashes:
            former = sorted(name for name, known in hashes.items() if file.sha256 in known)
            said = f"was published as {former[0]}" if former else "is new in a release that was published without it"
            yield f"{release.name}: {file.name} {said}"


def _files_of(warehouse: Path) -> set[PublishedFile]:
    """The files of the releases an edition holds."""
    (rows,) = _read(warehouse, FILES)
    return {PublishedFile(*row.values()) for row in rows}


def _read(warehouse: Path, *queries: str) -> list[list[dict[str, Any]]]:
    """What each query returns of a warehouse; nothing where there is none, or it is not ours to read."""
    # DuckDB takes longer to import than `ipp status` takes where nothing is new.
    import duckdb

    from orchestration.query.reading import SEALED

    if not warehouse.exists():
        return [[] for _ in queries]
    try:
        with duckdb.connect(warehouse, read_only=True, config=SEALED) as connection:
            return [_rows(connection, query) for query in queries]
    except duckdb.Error:
        return [[] for _ in queries]


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """What a query returns, each row by the names of its columns; nothing of a table that an earlier edition lacks."""
    import duckdb

    try:
        result = connection.execute(query)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    except duckdb.Error:
        return []


def _altered(release: Release, name: str, known: Iterable[str], now: str) -> Problem:
    """The problem of a file whose bytes are not those that were published."""
    return Problem(
        release.name,
        name,
        expected=f"the bytes that were published, with sha256 {' or '.join(sorted(known))}",
        found=f"other bytes under the same name, with sha256 {now}",
        remedy=(
            f"put the published file back; add the other bytes as a re-issue, in a folder {_free_folder(release)} with "
            "a separate manifest.yml"
        ),
    )


def _missing_file(release: Release, name: str) -> Problem:
    """The problem of a file that was published and that the release no longer has."""
    return Problem(
        release.name,
        name,
        expected="every file of the release that was published",
        found=f"none with this name in {MANIFEST}, and none with its bytes",
        remedy="put the file back, and its entry in the manifest",
    )


def _gone(release: Release, found: Survey, published: Published) -> Problem:
    """The problem of a release that has left raw/."""
    bytes_gone = {sha256 for known in published.hashes(release.name).values() for sha256 in known}
    others = [
        other.name
        for other in (*found.visible, *found.embargoed)
        if other.manifest and not bytes_gone.isdisjoint(file.sha256 for file in other.manifest.files)
    ]
    return Problem(
        release.name,
        expected=f"the folder raw/{release.publication}/{release.release_id}: the edition in place holds the release",
        found="none" + (f"; {', '.join(others)} holds files of it" if others else ""),
        remedy="put the folder back, or leave the release out with `ipp set-aside`",
    )


def _free_folder(release: Release) -> str:
    """The first folder in which a re-issue of a release can be."""
    issue, number = issue_of(release.release_id), 2
    while (release.folder.parent / f"{issue}-reissue-{number}").exists():
        number += 1
    return f"raw/{release.publication}/{issue}-reissue-{number}"
