"""Going back to an earlier publication: the same swap as publishing, with the same proof.

The kept file must have the hash its record says, and the ledger a pass for that hash in the run that built it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from orchestration.problems import CheckFailed
from orchestration.publication import swap
from orchestration.publication.files import sha256_of
from orchestration.publication.history import before, history, present, record_of
from orchestration.publication.lock import exclusive
from orchestration.publication.publish import require_pass
from orchestration.publication.record import PublicationRecord
from orchestration.settings import Settings

OTHERS = "go back to another publication; `ipp history` lists them"


def rollback(settings: Settings, publication_id: str | None = None) -> PublicationRecord:
    """Put a kept publication back in place, by default the one that the present one replaced, and return its record.

    Going back to the present publication changes nothing. Raises UnknownName for an identifier that is not kept, and
    CheckFailed when there is nothing to go back to, or the kept file is not the one that was judged and published.
    """
    with exclusive(settings):
        now = present(settings)
        target = _target(settings, now, publication_id)
        if now and target.sha256 == now.sha256:
            return now
        try:
            _prove(settings, target)
            restored = replace(
                target,
                restored_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                restored_in_place_of=now.publication_id if now else "",
            )
            swap.put_in_place(settings, restored)
        finally:
            swap.settle(settings)
    return restored


def _target(settings: Settings, now: PublicationRecord | None, publication_id: str | None) -> PublicationRecord:
    """The publication to go back to."""
    if publication_id is not None:
        return record_of(settings, publication_id)
    target = before(settings, now)
    if target is None:
        kept = ", ".join(one.publication_id for one in history(settings)) or "none"
        raise CheckFailed([f"there is no earlier publication to go back to; kept in {settings.history}: {kept}"])
    return target


def _prove(settings: Settings, target: PublicationRecord) -> None:
    """Stage the kept file of a publication. Raises CheckFailed when it is not the one that was judged and published."""
    kept = settings.history / target.publication_id / swap.FILE
    if not kept.exists():
        raise CheckFailed([f"{kept} is missing: {OTHERS}"])
    found = sha256_of(swap.stage(settings, kept))
    if found != target.sha256:
        raise CheckFailed([f"{kept} is damaged: expected SHA-256 {target.sha256}, found {found}; {OTHERS}"])
    require_pass(settings, kept, found, target.run_id)
