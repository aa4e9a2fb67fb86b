"""The least a full refresh can be: the same reads, the same landing and the same SQL, without Dagster, dbt and Great
Expectations. Nothing is tested, judged, sealed or published.

Usage: python -m benchmarks.bare_refresh STATEMENTS FOLDER

STATEMENTS is a JSON list of SQL, every seed and model in an order in which they can be made; FOLDER receives the files.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

from orchestration.build import candidate
from orchestration.build.database import quoted
from orchestration.build.inputs import gather
from orchestration.build.refresh import extracts
from orchestration.records.contract import read_contracts
from orchestration.records.loader import load
from orchestration.settings import Settings
from orchestration.sources.spec import read_sources


def main() -> None:
    """Read raw/, land it, and make every seed and model."""
    settings = Settings.from_environment(work=sys.argv[2])
    sources = read_sources()
    outcomes = gather(settings, sources, dt.datetime.now(dt.UTC))
    with candidate.create(settings.candidate) as connection:
        candidate.begin(connection, run_id="bare", inputs_sha256="")
        candidate.land(connection, outcomes, sources)
        if problems := load(settings.internal, extracts(settings), read_contracts()):
            raise SystemExit("\n".join(map(str, problems)))
        connection.execute(f"attach {quoted(str(settings.internal))} as internal")
        for statement in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
            connection.execute(statement)
        connection.execute("checkpoint candidate")


if __name__ == "__main__":
    main()
