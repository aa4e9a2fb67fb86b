"""Putting an edition in place so that readers see the old edition or the new one, never parts of both.

A new edition is written under a partial name, made durable and renamed; then `published/current`, a symbolic link, is
replaced in one step. A kill leaves the link as it was or as it will be (`settle` removes the rest). Processes that have
a file of the old edition open keep it.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from orchestration.editions import decisions, edition
from orchestration.editions.edition import Edition
from orchestration.editions.files import (
    PASSAGE,
    copy_durably,
    link_durably,
    make_folder,
    synchronise_folder,
    write_durably,
)
from orchestration.problems import CheckFailed
from orchestration.settings import Settings

PARTIAL = ".partial-"
"""A folder with such a name is being written or removed; it is no edition."""
ARRIVING = ".arriving-"
"""Marks an edition that has its name and is not in place yet: `settle` removes it when it never gets there."""
REMEDIES = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space, or ask for more",
    errno.EROFS: "make the file system writable",
    errno.EACCES: "ask the owner of the folder for permission to write",
    errno.EPERM: "ask the owner of the folder for permission to write",
    errno.EISDIR: "move that folder away: a link should be there",
}


def stage(settings: Settings, source: Path) -> Path:
    """Copy a folder to where it can become an edition; judge the copy, which has no other writer, not the source.

    Raises CheckFailed when the folder holds what cannot be a file of an edition.
    """
    return stage_files(settings, {path: source / path for path in edition.paths_in(source)})


def stage_files(settings: Settings, sources: Mapping[str, Path]) -> Path:
    """Copy files, each to its path in a new folder, to where that can become an edition."""
    make_folder(settings.editions, PASSAGE)
    folder = settings.editions / f"{PARTIAL}new"
    if folder.exists():
        shutil.rmtree(folder)
    make_folder(folder, edition.folder_mode("."))
    for path, source in sorted(sources.items()):
        for parent in reversed(Path(path).parents[:-1]):
            make_folder(folder / parent, edition.folder_mode(parent.as_posix()))
        copy_durably(source, folder / path, edition.file_mode(path))
    return folder


def put_in_place(settings: Settings, new: Edition, staged: Path) -> None:
    """Make a staged folder an edition, and the one in place."""
    settings.editions.joinpath(f"{ARRIVING}{new.edition_id}").touch()
    name_staged(settings, new, staged)
    point_to(settings, new.edition_id)


def name_staged(settings: Settings, new: Edition, staged: Path) -> None:
    """Give a staged folder its manifest and its name, by which a whole edition appears at once."""
    write_durably(staged / edition.MANIFEST, edition.to_json(new), edition.INTERNAL_FILE)
    for place, _, _ in os.walk(staged):
        synchronise_folder(Path(place))
    synchronise_folder(settings.editions)
    os.replace(staged, settings.editions / new.edition_id)
    synchronise_folder(settings.editions)


def point_to(settings: Settings, edition_id: str) -> None:
    """Put a kept edition in place, in one step."""
    # Left by a program that opened the published file for writing; beside another file it would make that unreadable.
    settings.published_file.with_name(f"{edition.WAREHOUSE}.wal").unlink(missing_ok=True)
    if not os.path.lexists(settings.published_file):
        # Before the first edition is in place the link leads nowhere: nothing is published until the next line.
        link_durably(settings.published_file, f"{settings.current.name}/{edition.WAREHOUSE}")
    link_durably(settings.current, f"{settings.editions.name}/{edition_id}")
    link_published_file(settings)


def in_place(settings: Settings) -> str:
    """The identifier of the edition that `current` leads to, whether it is there or not; '' when it leads to none."""
    if not settings.current.is_symlink():
        return ""
    target = settings.published / settings.current.readlink()
    is_edition = target.parent.resolve() == settings.editions.resolve()
    return target.name if is_edition and edition.IDENTIFIER.fullmatch(target.name) else ""


def kept(settings: Settings) -> list[Edition]:
    """The editions that are kept, the one last put in place first; a folder whose manifest cannot be read is left out.

    One that is only about to be put in place is left out too.
    """
    now = in_place(settings)
    arriving = {mark.name.removeprefix(ARRIVING) for mark in settings.editions.glob(f"{ARRIVING}*")} - {now}
    found = [edition.load(folder) for folder in settings.editions.glob("[!.]*") if folder.name not in arriving]
    return newest_first(settings, [one for one in found if one])


def newest_first(settings: Settings, editions: Iterable[Edition]) -> list[Edition]:
    """Editions by the time they were last put in place: one that came back is newer than the one it replaced."""
    moments = {one.to_edition: one.at for one in decisions.rollbacks(settings, in_place(settings))}
    return sorted(
        editions,
        key=lambda one: (max(one.published_at, moments.get(one.edition_id, "")), one.edition_id),
        reverse=True,
    )


@contextmanager
def write_errors(settings: Settings) -> Iterator[None]:
    """Say what cannot be written, why, what is in place now and what to do. Raises CheckFailed for any OSError."""
    try:
        yield
    except OSError as error:
        now = in_place(settings)
        reason = (
            f"{error.filename or settings.published} cannot be written: {error.strerror or error}; "
            f"{f'edition {now} is in place' if now else 'nothing was put in place'}; "
            f"{REMEDIES.get(error.errno or 0, 'correct that')}, then run the command again"
        )
        raise CheckFailed([reason]) from error


def link_published_file(settings: Settings) -> None:
    """Have `published/ipp.duckdb` lead to the warehouse of the edition in place, if there is one."""
    if (settings.current / edition.WAREHOUSE).exists():
        link_durably(settings.published_file, f"{settings.current.name}/{edition.WAREHOUSE}")


def remove_edition(settings: Settings, edition_id: str) -> None:
    """Remove the folder of an edition, which stops being one at once."""
    folder = settings.editions / edition_id
    if folder.exists():
        leaving = settings.editions / f"{PARTIAL}{edition_id}"
        os.replace(folder, leaving)
        shutil.rmtree(leaving)
