"""The releases in raw/: read their manifests, check their bytes, and tell which may be read at a given moment.

A release is a folder `raw/<publication>/<release_id>/` with its files and a `manifest.yml`. Nothing here writes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from orchestration.problems import Problem
from orchestration.sources.publications import Publication

if TYPE_CHECKING:
    from orchestration.archive.manifest_file import Manifest, ManifestFile

LONDON = ZoneInfo("Europe/London")
INTERNAL = "internal"
"""The folder of raw/ that holds record-level extracts; they are not releases."""
MANIFEST = "manifest.yml"
FAR_AHEAD = dt.timedelta(days=400)
"""Releases are announced twelve months ahead (Code of Practice for Statistics); a later day may be a slip."""
NOTES = ("README.md", "CITATIONS.csv")
"""Files of raw/ that describe releases and are of none."""
LITTER = re.compile(r"\.|~\$|Thumbs\.db$|desktop\.ini$|.*~$")
"""How the names of files begin that editors and file browsers leave behind; they hold no figures."""


@dataclass(frozen=True)
class Release:
    """A folder of raw/ and what its manifest says; no manifest when it cannot be read."""

    folder: Path
    manifest: Manifest | None = field(default=None, hash=False)

    @property
    def publication(self) -> str:
        """The publication, as the folder is named."""
        return self.folder.parent.name

    @property
    def release_id(self) -> str:
        """The release, as the folder is named."""
        return self.folder.name

    @property
    def name(self) -> str:
        """Publication and release, as people name it."""
        return f"{self.publication} {self.release_id}"

    @property
    def title(self) -> str:
        """The title of the release, which its CSV files have too."""
        return self.manifest.title if self.manifest else ""

    @property
    def covers_last(self) -> dt.date | None:
        """The last day the release covers, if a source says."""
        return self.manifest.covers.last if self.manifest and not self.manifest.covers.is_stand_in else None

    @property
    def paths(self) -> list[Path]:
        """The files the manifest lists."""
        return [self.folder / file.name for file in self.manifest.files] if self.manifest else []


@dataclass
class Survey:
    """What raw/ holds: releases that may be read, releases whose day has not come, those that a person set aside, those
    that cannot be taken, with why, and the problems of files and folders that belong to no release.
    """

    visible: list[Release] = field(default_factory=list)
    embargoed: list[Release] = field(default_factory=list)
    set_aside: list[Release] = field(default_factory=list)
    rejected: list[tuple[Release, list[Problem]]] = field(default_factory=list)
    strays: list[Problem] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong with raw/."""
        return [*(problem for _, problems in self.rejected for problem in problems), *self.strays]


def survey(
    raw: Path, sources: Mapping[str, Publication], now: dt.datetime, set_aside: Container[str] = frozenset()
) -> Survey:
    """Every release under raw/, its bytes checked, parted by whether it is public at `now`.

    The files of a release under embargo, and of one whose name is in `set_aside`, are not opened.
    """
    found = Survey(strays=list(_strays(raw, sources)))
    for folder in release_folders(raw):
        release, problems = open_release(folder, sources)
        if release.name in set_aside:
            found.set_aside.append(release)
        elif not problems and release.manifest and is_embargoed(release.manifest, sources[release.publication], now):
            found.embargoed.append(release)
        elif problems := problems or check_bytes(release):
            found.rejected.append((release, problems))
        else:
            found.visible.append(release)
    repeated = dict(with_files_of_others(_in_order(found.visible)))
    found.visible = [release for release in found.visible if release not in repeated]
    found.rejected += repeated.items()
    return found


def _in_order(releases: Iterable[Release]) -> list[Release]:
    """Releases by the day on which they were published; without those whose manifest cannot be read."""
    dated = [(release.manifest.published_on, release.release_id, release) for release in releases if release.manifest]
    return [release for *_, release in sorted(dated, key=lambda one: one[:2])]


def with_files_of_others(releases: Iterable[Release]) -> Iterator[tuple[Release, list[Problem]]]:
    """Releases with a file that a release of their publication before them has, byte for byte by their manifests, and
    the problems of these: its figures would count as published twice. A re-issue may repeat what did not change.
    """
    first: dict[tuple[str, str], tuple[Release, str]] = {}
    for release in releases:
        problems = []
        for file in release.manifest.files if release.manifest else ():
            before, name = first.setdefault((release.publication, file.sha256), (release, file.name))
            if issue_of(before.release_id) != issue_of(release.release_id):
                expected, found = "a file that no other release holds", f"the bytes of {before.name} / {name}"
                remedy = (
                    "put the file of this release there; where the publisher repeats the other one, "
                    f"leave it out of this release and its {MANIFEST}"
                )
                problems.append(Problem(release.name, file.name, expected=expected, found=found, remedy=remedy))
        if problems:
            yield release, problems


def release_folders(raw: Path) -> list[Path]:
    """The folders two levels under raw/ that should be releases."""
    return sorted(path for path in raw.glob("*/*") if path.is_dir() and _is_published(path.parent) and _is_kept(path))


def _is_published(folder: Path) -> bool:
    """Whether a folder of raw/ should be a publication."""
    return folder.name != INTERNAL and _is_kept(folder)


def _is_kept(path: Path) -> bool:
    """Whether a file or folder is more than what an editor or a file browser leaves behind."""
    return not (path.name.startswith(".") if path.is_dir() else LITTER.match(path.name))


def _strays(raw: Path, sources: Mapping[str, Publication]) -> Iterator[Problem]:
    """The files and folders of raw/ that belong to no publication or release, so that their figures would be lost."""
    for path in sorted(raw.iterdir()) if raw.is_dir() else []:
        if not _is_published(path):
            continue
        if not path.is_dir():
            yield from _stray_file(path, raw)
        elif path.name not in sources and not any(child.is_dir() and _is_kept(child) for child in path.iterdir()):
            expected = f"a publication that is declared ({', '.join(sources)})"
            remedy = f"move it to raw/<publication>/{path.name} with a {MANIFEST}, or take it out of raw/"
            yield Problem(f"raw/{path.name}", expected=expected, found="a folder of no publication", remedy=remedy)
        else:
            for child in sorted(path.iterdir()):
                yield from () if child.is_dir() else _stray_file(child, raw)


def _stray_file(path: Path, raw: Path) -> Iterator[Problem]:
    """The problem of a file that lies beside releases, unless it is a note or litter."""
    if path.name not in NOTES and _is_kept(path):
        remedy = (
            f"move it to raw/<publication>/<release_id> and list it in the {MANIFEST} there, or take it out of raw/"
        )
        place = f"raw/{path.relative_to(raw).as_posix()}"
        yield Problem(place, expected="a file of a release", found="a file of no release", remedy=remedy)


def open_release(folder: Path, sources: Mapping[str, Publication]) -> tuple[Release, list[Problem]]:
    """A release by its manifest, and what is wrong with the manifest. Files are not opened."""
    # pydantic takes longer to import than `ipp status` takes where nothing is new.
    from pydantic import ValidationError

    from orchestration.archive.manifest_file import Manifest
    from orchestration.yaml_reader import UnreadableYaml, read_yaml

    path, nameless = folder / MANIFEST, Release(folder)
    if path.is_symlink():
        return nameless, [_linked(nameless, path)]
    remedy = "write the manifest as raw/README.md describes"
    try:
        manifest = Manifest.model_validate(read_yaml(path))
    except FileNotFoundError:
        return nameless, [
            Problem(nameless.name, path.name, expected="a manifest beside the files", found="none", remedy=remedy)
        ]
    except (OSError, UnreadableYaml) as error:
        found = " ".join(str(error).split())
        return nameless, [Problem(nameless.name, path.name, expected="readable YAML", found=found, remedy=remedy)]
    except ValidationError as error:
        places = [(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
        return nameless, [
            Problem(
                nameless.name,
                path.name,
                cell=place,
                expected="a valid manifest",
                found=message.removeprefix("Value error, "),
                remedy=remedy,
            )
            for place, message in places
        ]
    release = Release(folder, manifest)
    return release, list(_misplaced(release, manifest, sources))


def far_ahead(release: Release, now: dt.datetime) -> str:
    """What to say of a release whose day of publication is so far ahead that the year may be wrong; '' if it is not."""
    day = release.manifest.published_on if release.manifest else None
    if day is None or day <= now.date() + FAR_AHEAD:
        return ""
    return f"{release.name}: published_on is {day}, more than a year ahead; correct {MANIFEST} if the year is wrong"


def issue_of(release_id: str) -> str:
    """The name of the release that a folder is an issue of."""
    return re.sub(r"-(official|reissue-\d+)$", "", release_id)


def find_replacement(release: Release, others: Iterable[Release]) -> Release | None:
    """The release among others that is another issue of the same one: a re-issue, or the publisher's own file where
    the first was rebuilt. The last of several; None where there is none.
    """
    issue = (release.publication, issue_of(release.release_id))
    found = [
        other
        for other in others
        if (other.publication, issue_of(other.release_id)) == issue and other.release_id != release.release_id
    ]
    return max(found, key=lambda other: other.release_id, default=None)


def _misplaced(release: Release, manifest: Manifest, sources: Mapping[str, Publication]) -> Iterator[Problem]:
    """A manifest that does not say what its folder says, or names a publication that is not declared."""
    said = (manifest.publication, manifest.release_id)
    if said != (release.publication, release.release_id):
        expected = f"publication {release.publication!r} and release {release.release_id!r}, as the folders are named"
        remedy = "move the folder or correct the manifest"
        yield Problem(release.name, MANIFEST, expected=expected, found=repr(said), remedy=remedy)
    if release.publication not in sources:
        expected = f"a publication that is declared ({', '.join(sources)})"
        remedy = "declare it under orchestration/sources"
        yield Problem(release.name, MANIFEST, expected=expected, found=manifest.publication, remedy=remedy)


def visible_from(manifest: Manifest, source: Publication) -> dt.datetime:
    """The moment a release becomes public: its day at the publication's own time, Europe/London."""
    hour, minute = map(int, source.published_at.split(":"))
    return dt.datetime.combine(manifest.published_on, dt.time(hour, minute), LONDON)


def is_embargoed(manifest: Manifest, source: Publication, now: dt.datetime) -> bool:
    """Whether a release is not public yet at `now` (which carries a time zone)."""
    return now < visible_from(manifest, source)


def check_bytes(release: Release) -> list[Problem]:
    """Files that are missing, differ from the manifest, or are not in it."""
    files = release.manifest.files if release.manifest else []
    problems = [problem for file in files for problem in _check_file(release, file)]
    names = [file.name for file in files]
    for name in sorted({name for name in names if names.count(name) > 1}):
        remedy = "list it once in the manifest"
        problems.append(Problem(release.name, name, expected="each file once", found="it again", remedy=remedy))
    listed = {*names, MANIFEST}
    expected, found = "only files the manifest lists", "a file it does not list"
    remedy = "list it in the manifest with its checksum, or take it out of the folder"
    return problems + [
        Problem(release.name, path.name, expected=expected, found=found, remedy=remedy)
        for path in sorted(release.folder.iterdir())
        if path.name not in listed and _is_kept(path)
    ]


def _check_file(release: Release, file: ManifestFile) -> Iterator[Problem]:
    """One file against its line in the manifest."""
    path = release.folder / file.name
    remedy = "fetch the file again; a re-issued file is a new release, beside the first"
    if path.is_symlink():
        yield _linked(release, path)
        return
    if not path.is_file():
        found = "a folder" if path.is_dir() else "none"
        yield Problem(release.name, file.name, expected="the file the manifest lists", found=found, remedy=remedy)
        return
    with path.open("rb") as content:
        sha256, size = hashlib.file_digest(content, "sha256").hexdigest(), content.tell()
    if (sha256, size) != (file.sha256, file.bytes):
        expected, found = (
            f"{length} bytes with sha256 {said}" for length, said in ((file.bytes, file.sha256), (size, sha256))
        )
        yield Problem(release.name, file.name, expected=expected, found=found, remedy=remedy)


def _linked(release: Release, path: Path) -> Problem:
    """The problem of a symbolic link where a file should be: what it leads to can change without the release."""
    # Unlike Path.resolve, realpath takes a link that leads to itself.
    leads_out = not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(release.folder))
    return Problem(
        release.name,
        path.name,
        expected="a file in the release's own folder",
        found="a symbolic link that leads out of the release" if leads_out else "a symbolic link",
        remedy="put the file itself into the folder",
    )
