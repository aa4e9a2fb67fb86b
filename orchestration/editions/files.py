"""Files that survive a crash, and who may read them: what is named is whole and on disk, and others see only what is
meant for them.

Belongs here: operations on any file. Does not belong here: what an edition is made of (edition, switch).
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE_FILE = 0o640
PRIVATE_FOLDER = 0o750
PASSAGE = 0o751
"""Others may pass through such a folder to what is meant for them, and cannot list it."""
OTHERS = 0o007
PRIVATE_UMASK = 0o027
logger = logging.getLogger("ipp")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_durably(source: Path, target: Path, mode: int) -> None:
    """Copy a file's bytes to a new file with these permissions, on disk when this returns."""
    shutil.copyfile(source, target)
    target.chmod(mode)
    _synchronise(target)


def write_durably(path: Path, content: str | bytes, mode: int | None = None) -> None:
    """Write a small file so that a reader sees the old one or the whole new one, never a part; text as UTF-8.

    The permissions are those of `mode`; without it, what the umask leaves.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    if mode is not None:
        temporary.chmod(mode)
    _synchronise(temporary)
    os.replace(temporary, path)
    synchronise_folder(path.parent)


def link_durably(link: Path, target: str) -> None:
    """Make `link` a symbolic link to `target` in one step: readers see what was there, or the new link.

    Raises OSError when a folder is where the link should be.
    """
    if link.is_symlink() and str(link.readlink()) == target:
        return
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    os.replace(temporary, link)
    synchronise_folder(link.parent)


def synchronise_folder(folder: Path) -> None:
    """Make the names in a folder durable: a rename is only as safe as the folder that records it."""
    _synchronise(folder)


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder if it is not there, with these permissions regardless of the umask.

    One that is there keeps what its owner and group may do beyond that; others may do what `mode` says, no more.
    """
    if not folder.exists():
        folder.mkdir(parents=True)
        _set_mode(folder, mode)
    else:
        now = stat.S_IMODE(folder.stat().st_mode)
        _set_mode(folder, ((now | mode) & ~OTHERS) | (mode & OTHERS))


def keep_from_others(folder: Path) -> None:
    """Take from others (not owner, not group) all access to a folder and everything in it; an absent one is left so."""
    if not folder.is_dir():
        return
    for place, _, files in os.walk(folder):
        for path in (Path(place), *(Path(place, name) for name in files)):
            if not path.is_symlink() and path.exists() and path.stat().st_mode & OTHERS:
                _set_mode(path, stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


@contextmanager
def private_by_default() -> Iterator[None]:
    """Everything this process and its children make meanwhile is for owner and group only: 0640, and 0750 for folders.

    The umask belongs to the whole process, so other threads get it too.
    """
    before = os.umask(PRIVATE_UMASK)
    try:
        yield
    finally:
        os.umask(before)


def _set_mode(path: Path, mode: int) -> None:
    """Change permissions. A folder keeps its set-group-ID bit, by which what is made in it gets its group."""
    now = stat.S_IMODE(path.stat().st_mode)
    wanted = mode | (now & stat.S_ISGID if path.is_dir() else 0)
    if now == wanted:
        return
    try:
        path.chmod(wanted)
    except PermissionError:
        # Only the owner may change permissions; another member of the group may still refresh.
        logger.warning("%s has permissions %o, expected %o: ask its owner to change them", path, now, wanted)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
