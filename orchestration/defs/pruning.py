"""Remove old runs from Dagster's history, and archive old verdicts that failed: `python -m orchestration.defs.pruning`,
which a timer starts every week. Editions are removed by the refresh.
"""

import datetime as dt

import dagster as dg

from orchestration.editions.retention import archive_failed_verdicts
from orchestration.problems import counted
from orchestration.settings import Settings

KEEP = dt.timedelta(days=400)
"""A year and a month: each release day can be compared with that of the year before."""
KEEP_NEWEST = 20


def prune(instance: dg.DagsterInstance, now: dt.datetime) -> int:
    """Remove the ended runs that began longer ago than KEEP, but for the newest ones. Returns how many were removed."""
    newest = {record.dagster_run.run_id for record in instance.get_run_records(limit=KEEP_NEWEST)}
    old = instance.get_run_records(dg.RunsFilter(created_before=now - KEEP))
    ended = [one.dagster_run for one in old if one.dagster_run.is_finished and one.dagster_run.run_id not in newest]
    for run in ended:
        instance.delete_run(run.run_id)
    return len(ended)


def main() -> None:
    """Prune the instance that `DAGSTER_HOME` names, and the ledger of the published folder."""
    with dg.DagsterInstance.get() as instance:
        removed = prune(instance, dt.datetime.now(dt.UTC))
    archived = archive_failed_verdicts(Settings.from_environment())
    # The journal of the service keeps this line.
    print(f"{counted(removed, 'old run')} removed from Dagster's history, {counted(archived, 'old verdict')} archived")  # noqa: T201


if __name__ == "__main__":
    main()
