"""Files that survive a crash: hashing, copying and writing so that what is named is whole and on disk.

Belongs here: operations on any file. Does not belong here: what a publication is made of (swap, history).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

READ_ONLY = 0o444


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_durably(source: Path, target: Path) -> None:
    """Copy a file's bytes, on disk when this returns, and read-only: who opens the copy for writing is told so."""
    shutil.copyfile(source, target)
    target.chmod(READ_ONLY)
    _synchronise(target)


def write_durably(path: Path, content: str | bytes) -> None:
    """Write a small file so that a reader sees the old one or the whole new one, never a part; text as UTF-8."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    _synchronise(temporary)
    os.replace(temporary, path)
    synchronise_folder(path.parent)


def synchronise_folder(folder: Path) -> None:
    """Make the names in a folder durable: a rename is only as safe as the folder that records it."""
    _synchronise(folder)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
