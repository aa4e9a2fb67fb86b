"""The last editions: which there are, and which of them is in place.

Reads only, and takes no lock: what it says during a switch is true of the moment before or after it.
"""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.editions import edition, first_layout, switch
from orchestration.editions.edition import Edition
from orchestration.query.names import find
from orchestration.settings import Settings

GO_BACK = "run `ipp rollback` to put an earlier edition in place, or `ipp refresh`"
PUTS_RIGHT = "the next `ipp refresh` or `ipp rollback` corrects that"


def history(settings: Settings) -> list[Edition]:
    """Every edition that is kept, the one last put in place first."""
    earlier = [*first_layout.editions(settings), first_layout.in_place(settings)]
    found = {one.edition_id: one for one in [*earlier, *switch.kept(settings)] if one}
    return switch.newest_first(settings, found.values())


def present(settings: Settings) -> Edition | None:
    """The edition in place, with every file of it read and compared with its manifest; None when there is none, or it
    is not whole.
    """
    return examine(settings)[0]


def disagreement(settings: Settings) -> str:
    """How what is in place differs from what was published, and what to do; '' when it does not."""
    return examine(settings)[1]


def examine(settings: Settings) -> tuple[Edition | None, str]:
    """What `present` and `disagreement` say, with every file of the edition in place read once."""
    if not os.path.lexists(settings.current):
        return first_layout.in_place(settings), _without_link(settings)
    if not settings.current.is_symlink():
        return None, f"{settings.current} is not a link: move it away, then run `ipp rollback` or `ipp refresh`"
    now = switch.in_place(settings)
    if not now or not settings.current.exists():
        earlier = None if settings.current.exists() else first_layout.in_place(settings)
        return earlier, f"{settings.current} leads to {settings.current.readlink()}, where no edition is: {GO_BACK}"
    manifest = edition.load(settings.editions / now)
    if found := _damage(settings.editions / now, manifest):
        return None, f"edition {now} is not what was published: {'; '.join(found)}. To do: {GO_BACK}"
    if not settings.published_file.is_symlink() or not settings.published_file.exists():
        place = settings.current / edition.WAREHOUSE
        return manifest, f"{settings.published_file} is not the link to {place}: {PUTS_RIGHT}"
    return manifest, ""


def _damage(folder: Path, manifest: Edition | None) -> list[str]:
    """How the folder of an edition differs from its manifest."""
    if manifest is None:
        return [f"{folder / edition.MANIFEST} is missing or damaged"]
    return edition.differences(folder, manifest)


def _without_link(settings: Settings) -> str:
    """What is wrong where no link says which edition is in place; '' when nothing is."""
    if settings.published_file.exists():
        if first_layout.in_place(settings):
            return ""
        return f"{settings.published_file} is not what was published: no record has its SHA-256; {GO_BACK}"
    if history(settings):
        return f"{settings.current} is missing: run `ipp rollback` to put the last edition in place, or `ipp refresh`"
    return ""


def file_of(settings: Settings, one: Edition) -> Path:
    """The warehouse of an edition."""
    kept = settings.editions / one.edition_id / edition.WAREHOUSE
    return kept if kept.exists() else first_layout.warehouse_of(settings, one.edition_id)


def before(settings: Settings, one: Edition | None) -> Edition | None:
    """The edition that another replaced. Where the edition in place is not known or not whole: the one it replaced, or
    the one last in place.
    """
    others = [other for other in history(settings) if other.edition_id != switch.in_place(settings)]
    if one is None and (one := edition.load(settings.editions / (switch.in_place(settings) or "."))) is None:
        return next(iter(others), None)
    return next((other for other in history(settings) if other.edition_id == one.replaces), None)


def edition_named(settings: Settings, edition_id: str) -> Edition:
    """The kept edition of an identifier. Raises UnknownName with the nearest identifiers."""
    by_name = {one.edition_id: one for one in history(settings)}
    return by_name[find("edition", edition_id, by_name)]


def unreadable(settings: Settings) -> list[str]:
    """What to say of each folder that holds no whole edition."""
    arriving = {mark.name.removeprefix(switch.ARRIVING) for mark in settings.editions.glob(f"{switch.ARRIVING}*")}
    whole = {settings.editions / one.edition_id for one in switch.kept(settings) if _has_files(settings, one)}
    whole |= {first_layout.history_folder(settings) / one.edition_id for one in first_layout.editions(settings)}
    folders = [*settings.editions.glob("[!.]*"), *first_layout.history_folder(settings).glob("[!.]*")]
    return [
        f"{folder} does not hold all files of an edition: it cannot be put in place. You can remove it"
        for folder in sorted(folders)
        if folder not in whole and folder.name not in arriving
    ]


def _has_files(settings: Settings, one: Edition) -> bool:
    """Whether every file of an edition is there; their content is not read."""
    return all((settings.editions / one.edition_id / file.path).exists() for file in one.files)
