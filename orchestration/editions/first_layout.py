"""The first layout of `published/`: `ipp.duckdb` a plain file, the last ones in `history/`, papers in
`publication.json`. Editions are read from it as they are, and taken over by the first program that may write.

Delete this module when no folder of that layout is left.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from orchestration.editions import decisions, edition, switch
from orchestration.editions.decisions import Rollback
from orchestration.editions.edition import Edition, ManifestFile
from orchestration.editions.files import sha256_of
from orchestration.quality.ledger import edition_sha256
from orchestration.settings import Settings

RECORD = "publication.json"
PAPERS = (RECORD, f"incoming/{RECORD}")


def history_folder(settings: Settings) -> Path:
    """Where the first layout keeps earlier files."""
    return settings.published / "history"


def editions(settings: Settings) -> list[Edition]:
    """The editions kept in the first layout that are not taken over yet."""
    found = [made for folder in _folders(settings) if (made := _edition(_record(folder / RECORD), folder))]
    return [one for one in found if not (settings.editions / one.edition_id).exists()]


def in_place(settings: Settings) -> Edition | None:
    """The edition that is the plain published file, found by its hash; None when there is none, or no paper has it."""
    file = settings.published_file
    if file.is_symlink() or not file.is_file():
        return None
    sha256 = sha256_of(file)
    records = [_record(settings.published / paper) for paper in PAPERS]
    records += [_record(folder / RECORD) for folder in _folders(settings)]
    known = next((record for record in records if record.get("sha256") == sha256), {})
    return _edition(known, settings.published)


def warehouse_of(settings: Settings, edition_id: str) -> Path:
    """The file of an edition of the first layout: its copy in the history, or the published file."""
    kept = history_folder(settings) / edition_id / edition.WAREHOUSE
    return kept if kept.exists() else settings.published_file


def take_over(settings: Settings) -> None:
    """Make editions of everything the first layout keeps, and the published file a link to the one in place.

    A kill leaves each edition in one layout or in both; repeating it ends the same. What it cannot make an edition of
    stays where it is.
    """
    now = in_place(settings)
    if now:
        _adopt(settings, now, settings.published_file)
        _remember(settings, _record(settings.published / RECORD))
    for folder in _folders(settings):
        record = _record(folder / RECORD)
        if one := _edition(record, folder):
            _adopt(settings, one, folder / edition.WAREHOUSE)
            _remember(settings, record)
            # Renamed first: a folder of which half is removed would look like a damaged edition.
            leaving = folder.with_name(f"{switch.PARTIAL}{folder.name}")
            os.replace(folder, leaving)
            shutil.rmtree(leaving)
    # The copy of the file in place could differ from it; then the file stays in place, and `ipp status` says so.
    if now and not settings.current.exists() and not edition.differences(settings.editions / now.edition_id, now):
        switch.point_to(settings, now.edition_id)
    if settings.current.exists():
        _remove_papers(settings)


def _adopt(settings: Settings, one: Edition, warehouse: Path) -> None:
    """Make an edition of a file, unless it is one already."""
    if not (settings.editions / one.edition_id).exists():
        switch.name_staged(settings, one, switch.stage_files(settings, {edition.WAREHOUSE: warehouse}))


def _remember(settings: Settings, record: dict[str, Any]) -> None:
    """Write down the rollback that a record of the first layout tells of, with the inputs it holds back."""
    left = str(record.get("restored_in_place_of", ""))
    if not record.get("restored_at") or not left:
        return
    known = [*editions(settings), *switch.kept(settings)]
    inputs = next((one.inputs_sha256 for one in known if one.edition_id == left), "")
    rollback = Rollback(left, str(record["publication_id"]), str(record["restored_at"]), "unknown", inputs)
    decisions.add(settings, rollback)


def _remove_papers(settings: Settings) -> None:
    """Remove what only the first layout needs. Folders of the history that hold no whole edition stay."""
    for partial in history_folder(settings).glob(".*"):
        shutil.rmtree(partial)
    if history_folder(settings).is_dir() and not any(history_folder(settings).iterdir()):
        history_folder(settings).rmdir()
    shutil.rmtree(settings.published / "incoming", ignore_errors=True)
    (settings.published / RECORD).unlink(missing_ok=True)


def _folders(settings: Settings) -> list[Path]:
    """The folders of the history, in the order of their names."""
    return sorted(path for path in history_folder(settings).glob("[!.]*") if path.is_dir())


def _record(path: Path) -> dict[str, Any]:
    """What a paper of the first layout says; empty when it is absent or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _edition(record: dict[str, Any], folder: Path) -> Edition | None:
    """The edition that a paper describes, of the file in a folder; None when one of them is not whole."""
    file = folder / edition.WAREHOUSE
    if not file.is_file():
        return None
    try:
        only = ManifestFile(edition.WAREHOUSE, record["sha256"], file.stat().st_size, edition.INTERNAL)
        return Edition(
            edition_id=record["publication_id"],
            run_id=record["run_id"],
            published_at=record["published_at"],
            sha256=edition_sha256([only]),
            inputs_sha256=record["inputs_sha256"],
            releases=tuple(record["releases"]),
            versions=record["versions"],
            files=(only,),
            replaces=record["replaces"],
        )
    except (KeyError, TypeError, ValueError):
        return None
