"""Bringing `published/` into order: what a kill left behind, an earlier layout, and more editions than are kept.

Runs under the lock, before and after every publish and rollback.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.editions import decisions, edition, first_layout, switch
from orchestration.settings import Settings


def settle(settings: Settings) -> None:
    """Remove what a kill left behind, take over an earlier layout, and keep as many editions as the settings say.

    Safe to repeat, and to be killed in: every step leaves either the state before it or the state after it.
    """
    for partial in settings.editions.glob(f"{switch.PARTIAL}*"):
        shutil.rmtree(partial)
    for mark in settings.editions.glob(f"{switch.ARRIVING}*"):
        edition_id = mark.name.removeprefix(switch.ARRIVING)
        if edition_id != switch.in_place(settings):
            switch.remove_edition(settings, edition_id)
        mark.unlink()
    for log in settings.editions.glob("*/**/*.wal"):
        # A program opened a file of an edition for writing and was killed: DuckDB would show its changes.
        log.unlink()
    first_layout.take_over(settings)
    switch.link_published_file(settings)
    now = switch.in_place(settings)
    manifest = edition.load(settings.editions / now) if now else None
    decisions.settle(settings, now, manifest.inputs_sha256 if manifest else "")
    _prune(settings)


def _prune(settings: Settings) -> None:
    """Remove all but the editions last in place. One that a link leads to stays, the one in place among them."""
    links = [path for folder in (settings.published, settings.editions) for path in folder.glob("*")]
    linked = {_edition_of(settings, path) for path in links if path.is_symlink()}
    for old in switch.kept(settings)[settings.keep_editions :]:
        if old.edition_id not in linked:
            switch.remove_edition(settings, old.edition_id)


def _edition_of(settings: Settings, link: Path) -> str:
    """The identifier of the edition whose folder, or a file in it, a link leads to; '' for another."""
    target, editions = link.resolve(), settings.editions.resolve()
    return target.relative_to(editions).parts[0] if target != editions and target.is_relative_to(editions) else ""
