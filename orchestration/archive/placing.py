"""Put a whole release into raw/: on disk, complete or not at all, and never over what is there."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import yaml

from orchestration.archive.manifest_file import Manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a release's manifest into its folder."""
    said = manifest.model_dump(mode="python", exclude_defaults=True)
    with (folder / "manifest.yml").open("w", encoding="utf-8") as file:
        yaml.safe_dump(said, file, sort_keys=False, allow_unicode=True, width=120)
        file.flush()
        os.fsync(file.fileno())


def place(staged: Path, target: Path) -> None:
    """Move a folder of files that are on disk to its place in raw/. Raises OSError; then there is nothing in its place
    that was not there before.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _synchronise(staged)
    try:
        staged.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _place_across_disks(staged, target)
    _synchronise(target.parent)


def _place_across_disks(staged: Path, target: Path) -> None:
    """The same where work/ and raw/ lie on different disks: copied under a hidden name first."""
    hidden = target.with_name(f".arriving-{target.name}")
    shutil.rmtree(hidden, ignore_errors=True)
    shutil.copytree(staged, hidden)
    for path in (*hidden.iterdir(), hidden):
        _synchronise(path)
    hidden.rename(target)


def _synchronise(path: Path) -> None:
    """Have a file or folder on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
