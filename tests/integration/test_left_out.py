"""Releases that stay out of what is published, each with its reason, while the rest goes on."""

from __future__ import annotations

import duckdb
import pytest

from tests.editions import Refreshed

pytestmark = pytest.mark.slow

FIGURES = "select count(*) from marts.figures where publication = 'omsq' and release_id = ?"
STATUS = "select status, reason from meta.releases where publication = 'omsq' and release_id = ?"


def outcome(changed: Refreshed, release_id: str) -> tuple[int, str, str]:
    """How many figures of a release are published, what became of it, and why."""
    with duckdb.connect(str(changed.settings.published_file), read_only=True) as connection:
        ((figures,),) = connection.execute(FIGURES, [release_id]).fetchall()
        ((status, reason),) = connection.execute(STATUS, [release_id]).fetchall()
    return figures, status, reason


def test_a_release_under_embargo_stays_out(changed: Refreshed) -> None:
    figures, status, _ = outcome(changed, "2024-q2")
    assert (figures, status) == (0, "embargoed")
    assert "omsq 2024-q2 is under embargo" in changed.said


def test_a_release_that_was_set_aside_says_why(changed: Refreshed) -> None:
    figures, status, reason = outcome(changed, "2024-q1")
    assert (figures, status) == (0, "set_aside")
    assert reason.endswith(": the population file is cut off")
    assert "omsq 2024-q1 is left out: set aside by" in changed.said
