"""The reading side in a refresh: the feed, the site and the summary for `ipp status`, made from the sealed warehouse
and put beside it. The feed and the external pack are screened as written.

Everything here is part of the edition: the verdict covers its files and what the screener finds, and one switch puts
all of it in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.build.external_pack import FOLDER as PACK
from orchestration.editions.files import PRIVATE_FOLDER, make_folder
from orchestration.problems import CheckFailed, SpecError
from orchestration.quality.results import CheckResult
from orchestration.query.edition_summary import EditionSummary, summarise, write_summary
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.feed.screening import Finding

FEED, SITE = "feed", "site"
"""The folders of the reading side in an edition."""
FIRST_VERSION = "v1"
"""The folder of the first version of the feed, which the platform reads."""
SUITE, SUITE_OF_PACK = "feed.screening", "external.screening"
CAN_BE_MADE = "the feed and the site can be made"
REASON = "Readers outside this project rely on the feed: a fault in it reaches the dashboard"
REASON_OF_PACK = "The pack leaves HMPPS: a fault in it reaches Parliament and the public"


def make_reading_side(settings: Settings, now: dt.datetime) -> tuple[CheckResult, ...]:
    """Write the feed, the site and the summary of the sealed warehouse into the sealed edition, and screen the feed
    and the external pack at `now`.

    Returns the results of the screener, failed ones included. What cannot be made is a failed one.
    """
    from orchestration.feed.definition import write_definition
    from orchestration.feed.make import make_feed
    from orchestration.feed.screening import screen, screen_pack
    from orchestration.feed.screening.run import STAGES_OF_PACK
    from orchestration.feed.workbook import write_workbook
    from orchestration.site.make import make_site

    warehouse, feed, site = settings.sealed_warehouse, settings.sealed / FEED, settings.sealed / SITE
    last = settings.current.resolve() if settings.current.exists() else None
    try:
        make_folder(feed / FIRST_VERSION, PRIVATE_FOLDER)
        write_definition(warehouse, feed / FIRST_VERSION)
        write_workbook(warehouse, feed)
        summary = _summarise(warehouse)
        make_feed(warehouse, feed, last, next_release=summary.next_omsq)
        make_site(warehouse, site, last)
        write_summary(summary, settings.sealed)
    except CheckFailed as refused:
        return tuple(CheckResult(SUITE, FEED, CAN_BE_MADE, False, True, reason, REASON) for reason in refused.reasons)
    except SpecError as mistaken:
        return (CheckResult(SUITE, FEED, CAN_BE_MADE, False, True, str(mistaken), REASON),)
    of_pack = screen_pack(settings.sealed / PACK, warehouse, now)
    return (
        *judge_findings(screen(feed, warehouse, now), (SUITE, FEED, REASON)),
        *judge_findings(of_pack, (SUITE_OF_PACK, PACK, REASON_OF_PACK), STAGES_OF_PACK),
    )


def judge_findings(
    findings: Sequence[Finding], about: tuple[str, str, str], only: Collection[str] = ()
) -> tuple[CheckResult, ...]:
    """One result for each check of the screener, and for each finding of another name: it fails when it found a fault
    that stops publication. Warnings are in the observed text and stop nothing. `about` has the suite, target and reason
    of the results; `only` names the stages that were asked for, if not all.

    The screener ends with the stage that fails, so checks of later stages have no result then.
    """
    from orchestration.feed.screening.findings import read_checks

    stages = {name: check.stage for name, check in read_checks().items() if not only or check.stage in only}
    stages |= {finding.check: finding.stage for finding in findings}
    failed = {finding.stage for finding in findings if finding.severity == "F"}
    reached = list(dict.fromkeys(stages.values()))
    if failed:
        reached = reached[: max(reached.index(stage) for stage in failed) + 1]
    return tuple(
        _judge(name, stage, [finding for finding in findings if finding.check == name], about)
        for name, stage in stages.items()
        if stage in reached
    )


def _judge(check: str, stage: str, findings: Sequence[Finding], about: tuple[str, str, str]) -> CheckResult:
    """The result of one check of the screener."""
    stops = any(finding.severity == "F" for finding in findings)
    observed = "; ".join(map(str, findings)) or "nothing found"
    suite, target, reason = about
    return CheckResult(suite, target, f"{stage}: {check}", not stops, True, observed, reason)


def _summarise(warehouse: Path) -> EditionSummary:
    """What `ipp status` says of the figures of a sealed warehouse."""
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return summarise(connection)
