"""Whether a refresh has work to do: the inputs at a moment, held against the edition in place and what people decided.

A module by itself, so that a command that finds nothing new does not import what builds an edition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.archive.fingerprint import fingerprint
from orchestration.editions import decisions, history, switch
from orchestration.editions.edition import Edition
from orchestration.settings import Settings
from orchestration.sources.publications import Publication


def why_refresh_not_needed(settings: Settings, sources: Mapping[str, Publication], now: dt.datetime) -> str:
    """Why a refresh at `now` would change nothing, in a sentence; empty when there is work to do.

    The edition in place must be whole and made of just these inputs; or a person must hold these inputs back.
    """
    present, disagreement = history.examine(settings)
    inputs = _fingerprint(settings, sources, now, present)
    if present and present.inputs_sha256 == inputs and not disagreement:
        return f"nothing new: edition {present.edition_id} holds everything in {settings.raw}"
    return _held_back(settings, inputs)


def held_back(settings: Settings, sources: Mapping[str, Publication], now: dt.datetime) -> str:
    """Which decision of a person holds back the inputs at `now`, in a sentence; empty when none does."""
    present = history.present(settings)
    inputs = _fingerprint(settings, sources, now, present)
    return "" if present and present.inputs_sha256 == inputs else _held_back(settings, inputs)


def _fingerprint(
    settings: Settings, sources: Mapping[str, Publication], now: dt.datetime, present: Edition | None
) -> str:
    """The checksum of what a refresh at `now` would be made of, with the releases that are set aside now."""
    known = present.inputs_sha256 if present else ""
    return fingerprint(settings, sources, now, decisions.releases_set_aside(settings), known)


def _held_back(settings: Settings, inputs: str) -> str:
    """Which decision of a person holds back inputs of this checksum."""
    held = decisions.hold(decisions.rollbacks(settings, switch.in_place(settings)), inputs)
    if held is None:
        return ""
    return f"held back: edition {held}; nothing has changed since. `ipp refresh --full` publishes these inputs again"
