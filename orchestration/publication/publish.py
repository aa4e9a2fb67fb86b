"""Publish a candidate, fail-closed: the bytes that are put in place are the bytes that hold a recorded pass.

`publish` trusts no graph and no caller. It copies the sealed candidate, hashes the copy, and asks the ledger for a pass
for that very hash in that very run; a candidate changed after its verdict, judged in another run, or never judged stays
where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.problems import CheckFailed
from orchestration.publication import swap
from orchestration.publication.files import sha256_of
from orchestration.publication.history import present
from orchestration.publication.lock import exclusive
from orchestration.publication.record import PublicationRecord
from orchestration.quality.ledger import Verdict, read_ledger, recorded_pass
from orchestration.settings import Settings

PUBLICATION = "select publication_id, run_id, inputs_sha256, versions from meta.publication"
RELEASES = """
    select publication || ' ' || release_id
    from meta.releases
    where status = 'published'
    order by published_on, publication, release_id
"""


def publish(settings: Settings, run_id: str) -> PublicationRecord:
    """Put the candidate in place of the published file and return its record; publishing it again changes nothing.

    Raises CheckFailed, and leaves the published file as it is, without a recorded pass for these bytes in this run.
    """
    with exclusive(settings):
        before = present(settings)
        try:
            record = _judged(settings, _staged(settings), run_id, replaces=before.publication_id if before else "")
            if before and before.sha256 == record.sha256:
                return before
            swap.put_in_place(settings, record)
        finally:
            # Finishes what was put in place; discards what was refused.
            swap.settle(settings)
    return record


def require_pass(settings: Settings, file: Path, sha256: str, run_id: str) -> None:
    """Raise CheckFailed, naming `file`, unless the ledger holds a pass for a file of this hash in this run."""
    if recorded_pass(settings.ledger, sha256, run_id) is None:
        reason = (
            f"{file} may not be published: expected a pass for its SHA-256 {sha256} in run {run_id!r}, found in "
            f"{settings.ledger} {_found(read_ledger(settings.ledger).verdicts, sha256, run_id)}; "
            "run `ipp refresh`, which builds, judges and publishes a new candidate"
        )
        raise CheckFailed([reason])


def _found(verdicts: Sequence[Verdict], sha256: str, run_id: str) -> str:
    """What a ledger without the pass that is needed says instead: of these bytes or, failing that, in this run."""
    of_these_bytes = [
        f"a {'pass' if one.passed else 'fail'} for these bytes in run {one.run_id!r}"
        for one in verdicts
        if one.candidate_sha256 == sha256
    ]
    in_this_run = [
        f"a verdict of this run on other bytes, {one.candidate_sha256}" for one in verdicts if one.run_id == run_id
    ]
    return (of_these_bytes or in_this_run or ["no verdict on these bytes, and none of this run"])[-1]


def _staged(settings: Settings) -> Path:
    """A private copy of the sealed file. Raises CheckFailed when there is none, or part of it is not there yet."""
    sealed = settings.sealed
    if not sealed.exists():
        raise CheckFailed([f"{sealed} does not exist, so there is nothing to publish; run `ipp refresh`"])
    log = sealed.with_name(f"{sealed.name}.wal")
    if log.exists():
        raise CheckFailed([f"{sealed} is not closed: {log.name} holds changes that are not in it; run `ipp refresh`"])
    return swap.stage(settings, sealed)


def _judged(settings: Settings, staged: Path, run_id: str, replaces: str) -> PublicationRecord:
    """The record of a staged candidate. Raises CheckFailed without a pass, or when it says it is of another run."""
    sha256 = sha256_of(staged)
    require_pass(settings, settings.sealed, sha256, run_id)
    try:
        record = describe(staged, sha256, published_at=datetime.now(UTC), replaces=replaces)
    except (duckdb.Error, ValueError) as error:
        raise CheckFailed([f"{settings.sealed} does not say what it is, in meta.publication: {error}"]) from error
    if record.run_id != run_id:
        raise CheckFailed([f"{settings.sealed} says it was built in run {record.run_id!r}, expected run {run_id!r}"])
    taken = next((one for one in swap.kept(settings) if one.publication_id == record.publication_id), None)
    if taken and taken.sha256 != sha256:
        raise CheckFailed(
            [f"publication {record.publication_id} exists with other bytes; identifiers are not used twice"]
        )
    return record


def describe(file: Path, sha256: str, published_at: datetime, replaces: str) -> PublicationRecord:
    """The record of a warehouse, from what it says of itself.

    Raises duckdb.Error or ValueError when it does not say it, or not in one row.
    """
    with duckdb.connect(file, read_only=True) as connection:
        said = connection.execute(PUBLICATION).fetchall()
        releases = tuple(name for (name,) in connection.execute(RELEASES).fetchall())
    if len(said) != 1:
        raise ValueError(f"expected one row, found {len(said)}")
    publication_id, run_id, inputs_sha256, versions = said[0]
    return PublicationRecord(
        publication_id=publication_id,
        run_id=run_id,
        published_at=published_at.isoformat(timespec="milliseconds"),
        sha256=sha256,
        inputs_sha256=inputs_sha256,
        releases=releases,
        versions=versions,
        replaces=replaces,
    )
