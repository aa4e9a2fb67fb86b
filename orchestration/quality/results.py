"""What one check says about one table: the row of `meta.checks`."""

from __future__ import annotations

from dataclasses import dataclass

NOT_CHECKED = "could not be checked"
FINDINGS = "findings of the rules"
"""The target of a suite that judges what all rules of a file found together."""


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one expectation or rule on one table.

    `success` is True only when the check ran and held; `could_run` is False when it could not be evaluated at all.
    `observed` says in a few words what was found and where, `reason` why the check exists.
    """

    suite: str
    target: str
    expectation: str
    success: bool
    could_run: bool
    observed: str
    reason: str

    def __str__(self) -> str:
        """One line for a person: the table, the check, what was found and why it matters."""
        return f"{self.target}: {self.expectation} ({self.suite}): {self.observed}. {self.reason}"


def not_checked(suite: str, target: str, expectation: str, why: str, reason: str) -> CheckResult:
    """A check that could not be evaluated; it counts as failed."""
    return CheckResult(suite, target, expectation, False, False, f"{NOT_CHECKED}: {why}", reason)
