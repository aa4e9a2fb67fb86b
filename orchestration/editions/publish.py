"""Publish a sealed edition, fail-closed: the files that are put in place are those that hold a recorded pass.

`publish` trusts no graph and no caller. It copies the sealed folder, hashes every file of the copy, and asks the ledger
for a pass for exactly these files in that very run. An edition changed after its verdict, judged in another run, or
never judged is not published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.editions import edition, switch
from orchestration.editions.edition import Edition, ManifestFile
from orchestration.editions.history import present
from orchestration.editions.lock import exclusive
from orchestration.editions.settle import settle
from orchestration.problems import CheckFailed
from orchestration.quality.ledger import Verdict, edition_sha256, read_ledger, recorded_pass
from orchestration.settings import Settings

PUBLICATION = "select publication_id, run_id, inputs_sha256, versions from meta.publication"
RELEASES = """
    select publication || ' ' || release_id
    from meta.releases
    where status = 'published'
    order by published_on, publication, release_id
"""


def publish(settings: Settings, run_id: str) -> Edition:
    """Put the sealed edition in place and return it; publishing it again changes nothing.

    Raises CheckFailed, and leaves what is in place as it is, without a recorded pass for these files in this run.
    """
    with exclusive(settings), switch.write_errors(settings):
        now = present(settings)
        try:
            staged = _staged(settings)
            new = _judged(settings, staged, run_id, replaces=switch.in_place(settings))
            if now and (now.edition_id, now.sha256) == (new.edition_id, new.sha256):
                return now
            if kept := _kept(settings, new):
                switch.point_to(settings, kept.edition_id)
                return kept
            switch.put_in_place(settings, new, staged)
        finally:
            # Finishes what was put in place; removes what was refused.
            settle(settings)
    return new


def require_pass(settings: Settings, folder: Path, sha256: str, run_id: str) -> None:
    """Raise CheckFailed, naming `folder`, unless the ledger holds a pass for an edition of this hash in this run."""
    if recorded_pass(settings.ledger, sha256, run_id) is None:
        reason = (
            f"{folder} may not be published: expected a pass for its SHA-256 {sha256} in run {run_id!r}, found in "
            f"{settings.ledger} {_found(read_ledger(settings.ledger).verdicts, sha256, run_id)}; "
            "run `ipp refresh`, which builds, judges and publishes a new edition"
        )
        raise CheckFailed([reason])


def _found(verdicts: Sequence[Verdict], sha256: str, run_id: str) -> str:
    """What a ledger without the pass that is needed says instead: of these files or, failing that, in this run."""
    of_these_files = [
        f"a {'pass' if one.passed else 'fail'} for these files in run {one.run_id!r}"
        for one in verdicts
        if one.edition_sha256 == sha256
    ]
    in_this_run = [
        f"a verdict of this run on other files, {one.edition_sha256}" for one in verdicts if one.run_id == run_id
    ]
    return (of_these_files or in_this_run or ["no verdict on these files, and none of this run"])[-1]


def _staged(settings: Settings) -> Path:
    """A private copy of the sealed folder. Raises CheckFailed when it has no warehouse, or a file that cannot be
    published.
    """
    if not settings.sealed_warehouse.exists():
        raise CheckFailed(
            [f"{settings.sealed_warehouse} does not exist: there is nothing to publish; run `ipp refresh`"]
        )
    return switch.stage(settings, settings.sealed)


def _judged(settings: Settings, staged: Path, run_id: str, replaces: str) -> Edition:
    """A staged folder as an edition. Raises CheckFailed without a pass, or when it says it is of another run."""
    files = edition.list_files(staged)
    require_pass(settings, settings.sealed, edition_sha256(files), run_id)
    try:
        new = describe(staged, files, published_at=datetime.now(UTC), replaces=replaces)
    except (duckdb.Error, ValueError) as error:
        raise CheckFailed([f"{settings.sealed} does not say what it is, in meta.publication: {error}"]) from error
    if new.run_id != run_id:
        raise CheckFailed([f"{settings.sealed} says it was built in run {new.run_id!r}, expected run {run_id!r}"])
    return new


def _kept(settings: Settings, new: Edition) -> Edition | None:
    """The kept edition with the identifier of a new one: after a rollback it can be put in place again.

    Raises CheckFailed when it has other files, or is damaged.
    """
    folder = settings.editions / new.edition_id
    if not folder.exists():
        return None
    kept = edition.load(folder)
    if kept is None or kept.sha256 != new.sha256:
        raise CheckFailed([f"edition {new.edition_id} exists with other files; identifiers are not used twice"])
    if damage := edition.differences(folder, kept):
        raise CheckFailed([*damage, "run `ipp refresh --full`, which builds, judges and publishes a new edition"])
    return kept


def describe(folder: Path, files: Sequence[ManifestFile], published_at: datetime, replaces: str) -> Edition:
    """A folder of these files as an edition, from what its warehouse says of itself.

    Raises duckdb.Error or ValueError when the warehouse does not say it, or not in one row.
    """
    with duckdb.connect(folder / edition.WAREHOUSE, read_only=True) as connection:
        said = connection.execute(PUBLICATION).fetchall()
        releases = tuple(name for (name,) in connection.execute(RELEASES).fetchall())
    if len(said) != 1:
        raise ValueError(f"expected one row, found {len(said)}")
    edition_id, run_id, inputs_sha256, versions = said[0]
    return Edition(
        edition_id=edition_id,
        run_id=run_id,
        published_at=published_at.isoformat(timespec="milliseconds"),
        sha256=edition_sha256(files),
        inputs_sha256=inputs_sha256,
        releases=releases,
        versions=versions,
        files=tuple(files),
        replaces=replaces,
    )
