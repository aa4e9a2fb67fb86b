"""Screen the feed or the external pack before it is published, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from orchestration.feed.screening.breakdowns import check_breakdowns
from orchestration.feed.screening.classification import check_classification
from orchestration.feed.screening.dictionary import check_dictionary
from orchestration.feed.screening.disclosure import check_disclosure
from orchestration.feed.screening.embargo import check_embargo
from orchestration.feed.screening.feed import Feed, open_feed, open_pack
from orchestration.feed.screening.figures import check_figures
from orchestration.feed.screening.findings import (
    ExceptionToCheck,
    Finding,
    drop_accepted,
    read_exceptions,
    report_unused,
)
from orchestration.feed.screening.keys import check_keys
from orchestration.feed.screening.names import check_names
from orchestration.feed.screening.periods import check_periods
from orchestration.feed.screening.places import check_places
from orchestration.feed.screening.platform import check_platform
from orchestration.feed.screening.release import check_release
from orchestration.feed.screening.sums import check_sums
from orchestration.feed.sections import read_sections

Stage = Callable[[Feed], Iterable[Finding]]
STAGES: Mapping[str, Stage] = {
    "names": check_names,
    "dictionary": check_dictionary,
    "keys": check_keys,
    "time": check_periods,
    "breakdowns": check_breakdowns,
    "places": check_places,
    "figures": check_figures,
    "sums": check_sums,
    "disclosure": check_disclosure,
    "embargo": check_embargo,
    "classification": check_classification,
    "platform": check_platform,
    "release": check_release,
}
"""The stages in their order."""
STAGES_OF_PACK = ("names", "dictionary", "keys", "time", "figures", "disclosure", "classification")
"""The stages that apply to the external pack. What it discloses is proved where it is made."""


def screen(feed_folder: Path, warehouse: Path, now: datetime) -> list[Finding]:
    """What is wrong with the feed as written, in the order of the stages; the last stage is the one that failed.

    `now` has a time zone: a later one previews a release that is under embargo. Publication must stop if a finding has
    the severity F. Raises SpecError if sections.yml or exceptions.yml is not what it should be.
    """
    with open_feed(feed_folder, warehouse, read_sections().sections, now) as feed:
        return run_stages(feed, STAGES, read_exceptions())


def screen_pack(pack_folder: Path, warehouse: Path, now: datetime) -> list[Finding]:
    """What is wrong with the CSV files of the external pack, in the order of the stages that apply to it."""
    with open_pack(pack_folder, warehouse, now) as pack:
        return run_stages(pack, {name: STAGES[name] for name in STAGES_OF_PACK}, ())


def run_stages(feed: Feed, stages: Mapping[str, Stage], exceptions: Sequence[ExceptionToCheck]) -> list[Finding]:
    """The findings of the stages up to the first that fails, with all of its findings. If none fails, an exception
    that covers nothing is a finding too.
    """
    found: list[Finding] = []
    for check in stages.values():
        found += check(feed)
        left = drop_accepted(found, exceptions)
        if any(finding.severity == "F" for finding in left):
            return left
    return drop_accepted(found, exceptions) + report_unused(exceptions, found)
