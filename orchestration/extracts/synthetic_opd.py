"""A small made-up OPD activity extract, so that the pathway's mart can be built and tested without any real record.

Every row says `synthetic`. The rates and delays are plausible round numbers, not estimates of anything.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import random
from collections.abc import Iterator

from orchestration.extracts.contract import read_contracts

PEOPLE = 900
FIRST_SCREENING = dt.date(2022, 4, 1)
STAGES = (("triage", 0.80, 35), ("consultation", 0.75, 60), ("formulation", 0.60, 90), ("service", 0.45, 150))
"""Later stages: share of those before who go on, and mean days of waiting for it."""


def synthetic_opd(as_at: dt.date, people: int = PEOPLE, seed: int = 1) -> str:
    """The extract as CSV text with one header row; the same for the same arguments. `as_at` is the last day any row
    knows of.
    """
    columns = list(read_contracts()["opd_activity"].columns)
    generator = random.Random(seed)  # noqa: S311 - made-up data, no secret
    rows = [row for person in range(people) for row in _person(generator, person, seed, as_at)]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _person(generator: random.Random, person: int, seed: int, as_at: dt.date) -> Iterator[dict[str, str]]:
    """The pathway of one made-up person: screened, and if screened in, stage after stage while the days last."""
    columns = read_contracts()["opd_activity"].columns
    who = {
        "person_key": hashlib.sha256(f"synthetic {seed} {person}".encode()).hexdigest()[:16],
        "sex": "female" if generator.random() < 0.04 else "male",
        "region": generator.choice(columns["region"].codes),
        "location": "custody" if generator.random() < 0.65 else "community",
        "source_kind": "synthetic",
    }
    started = FIRST_SCREENING + dt.timedelta(days=generator.randrange((as_at - FIRST_SCREENING).days))
    completed = started + dt.timedelta(days=generator.randrange(1, 21))
    screened_in = generator.random() < 0.85
    outcome = "screened_in" if screened_in else "screened_out"
    yield {**who, **_activity(person, "screening", started), **_end(completed, outcome, as_at)}
    for stage, share, wait in STAGES if screened_in else ():
        started = completed + dt.timedelta(days=1 + int(generator.expovariate(1 / wait)))
        completed = started + dt.timedelta(days=1 + int(generator.expovariate(1 / (wait * 1.5))))
        outcome = generator.choices(("completed", "declined", "withdrew"), (0.85, 0.09, 0.06))[0]
        kind = generator.choice(columns["service_type"].codes) if stage == "service" else ""
        if generator.random() >= share or started > as_at:
            return
        yield {**who, **_activity(person, stage, started, kind), **_end(completed, outcome, as_at)}
        if outcome != "completed" or completed > as_at:
            return


def _activity(person: int, stage: str, started: dt.date, kind: str = "") -> dict[str, str]:
    """The beginning of one stage."""
    return {
        "activity_id": f"{person:05d}-{stage}",
        "stage": stage,
        "service_type": kind,
        "started_on": started.isoformat(),
    }


def _end(completed: dt.date, outcome: str, as_at: dt.date) -> dict[str, str]:
    """The end of a stage, as far as it is known on the day of the extract."""
    over = completed <= as_at
    return {"completed_on": completed.isoformat() if over else "", "outcome": outcome if over else ""}
