"""The external pack in a refresh: made from the judged candidate, checked, and put into the sealed edition."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.problems import CheckFailed
from orchestration.quality.results import CheckResult, not_checked
from orchestration.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from orchestration.external.audit import Finding

SUITE = "external.pack"
FOLDER = "external"
"""The folder of the pack in an edition."""


def make_pack(settings: Settings) -> tuple[CheckResult, ...]:
    """Write the pack of the candidate into the work folder, check it, and add its workbooks if it passed. Returns the
    results, failed ones included; a pack that cannot be protected is a failed one.
    """
    from orchestration.external.audit import CAN_BE_PROTECTED, Finding, pack_findings
    from orchestration.external.pack import FILE, write_pack
    from orchestration.external.workbooks import write_workbooks

    folder, present = made_in(settings), settings.external_file
    shutil.rmtree(folder, ignore_errors=True)
    previous = present if present.exists() else None
    places = (settings.candidate, folder / FILE, previous)
    try:
        write_pack(settings.candidate, folder, previous, expectations=settings.expectations)
        findings = pack_findings(*places, expectations=settings.expectations)
        if findings and previous:  # such as after a change of the settings of the control
            write_pack(settings.candidate, folder, previous, expectations=settings.expectations, keeps_last=False)
            findings = pack_findings(*places, expectations=settings.expectations)
    except CheckFailed as refused:
        findings = [Finding(CAN_BE_PROTECTED, reason) for reason in refused.reasons]
    if not findings:
        write_workbooks(folder / FILE, folder)
    return _judged(settings, findings)


def made_in(settings: Settings) -> Path:
    """Where the pack waits to be sealed."""
    return settings.work / FOLDER


def _judged(settings: Settings, findings: Sequence[Finding]) -> tuple[CheckResult, ...]:
    """The results of the suite of packs on what was found; a failed one when there is no such suite to be read."""
    from orchestration.quality.judge import UNJUDGED, WHOLE
    from orchestration.quality.runner import Target, run_suite
    from orchestration.quality.suites import SuiteError, read_suite

    target = Target("external pack", _by_check(findings), place=("check", "says"))
    file = settings.expectations.joinpath(*SUITE.split(".")).with_suffix(".json")
    try:
        suite = read_suite(file, settings.expectations)
    except SuiteError as error:
        return (not_checked(SUITE, target.name, WHOLE, str(error), UNJUDGED),)
    return run_suite(suite, target)


def _by_check(findings: Sequence[Finding]) -> pd.DataFrame:
    """One row for each check of a pack: how much it found, and in words."""
    import pandas as pd

    from orchestration.external.audit import CHECKS

    of_check = {check: [finding.words for finding in findings if finding.check == check] for check in CHECKS}
    rows = [(check, len(words), "; ".join(words[:5])) for check, words in of_check.items()]
    return pd.DataFrame(rows, columns=["check", "findings", "says"])
