"""Going back to an earlier edition: the same switch as publishing, with the same proof.

Every kept file must have the hash its manifest says, and the ledger a pass for the edition in the run that built it.
"""

from __future__ import annotations

from orchestration.editions import decisions, edition, switch
from orchestration.editions.decisions import Rollback
from orchestration.editions.edition import Edition
from orchestration.editions.history import before, edition_named, history, present
from orchestration.editions.lock import exclusive
from orchestration.editions.publish import require_pass
from orchestration.editions.settle import settle
from orchestration.problems import CheckFailed
from orchestration.settings import Settings

OTHERS = "go back to another edition; `ipp history` lists them"


def rollback(settings: Settings, edition_id: str | None = None, reason: str = "") -> Edition:
    """Put a kept edition back in place, by default the one that the present one replaced, and return it.

    The inputs of the edition it replaces are held back until a person publishes them again. Going back to the edition
    in place changes nothing. Raises UnknownName for an identifier that is not kept, and CheckFailed when there is
    nothing to go back to, or the kept files are not those that were judged and published.
    """
    # Taking the lock restores a link that was deleted. Then the edition it led to is back, and no other is wanted.
    link_was_lost = not settings.published_file.exists()
    with exclusive(settings), switch.write_errors(settings):
        now = present(settings)
        target = now if now and link_was_lost and edition_id is None else _target(settings, now, edition_id)
        if now and target.edition_id == now.edition_id:
            return now
        _prove(settings, target)
        decided = Rollback(
            from_edition=switch.in_place(settings),
            to_edition=target.edition_id,
            at=decisions.now(),
            by=decisions.person(),
            # An edition that was damaged may be published again from its inputs.
            inputs_sha256=now.inputs_sha256 if now else "",
            reason=reason,
            done=False,
        )
        # Before the switch: a kill after it must not leave a rollback that holds nothing back.
        decisions.add(settings, decided)
        try:
            switch.point_to(settings, target.edition_id)
        finally:
            settle(settings)
    return target


def _target(settings: Settings, now: Edition | None, edition_id: str | None) -> Edition:
    """The edition to go back to."""
    if edition_id is not None:
        return edition_named(settings, edition_id)
    target = before(settings, now)
    if target is None:
        kept = ", ".join(one.edition_id for one in history(settings)) or "none"
        raise CheckFailed([f"there is no earlier edition to go back to; kept in {settings.editions}: {kept}"])
    return target


def _prove(settings: Settings, target: Edition) -> None:
    """Raise CheckFailed unless the kept files are those of the edition, and the ledger holds a pass for it."""
    folder = settings.editions / target.edition_id
    if found := edition.differences(folder, target):
        raise CheckFailed([*found, f"edition {target.edition_id} cannot be put in place: {OTHERS}"])
    require_pass(settings, folder, target.sha256, target.run_id)
