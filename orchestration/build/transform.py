"""One dbt invocation, in this process: the models and data tests of the candidate, and nothing left open afterwards.

dbt's reading of its project takes longer than most builds, so it is kept beside the project under a name that holds the
checksum of every file it was read from: a changed project is read again, an unchanged one is not.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.build.dbt_sources import write_sources
from orchestration.build.lineage import Lineage, lineage_of
from orchestration.problems import CheckFailed
from orchestration.settings import Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

INTERNAL = "internal"
"""The database that holds records."""
WITHOUT_ROWS = re.compile("(Binder|Catalog|Parser|Compilation) Error")
"""Errors met before any row is read: they cover the code."""
KIND = re.compile("[A-Z][A-Za-z-]+ Error(?=:)")
WITHHELD = "the rest is withheld, it could hold a record"
LOG, RUN_RESULTS = Path("logs/dbt.log"), Path("dbt/run_results.json")
"""Files in the work folder: dbt's log, and what it says of each node of its last build."""
PROJECT_FILES = (".sql", ".py", ".yml", ".csv", ".md")


@dataclass(frozen=True)
class BuiltNode:
    """A seed, model or test that dbt built or ran: where it is, and the SQL it came to (empty for a seed)."""

    kind: str
    database: str
    schema: str
    name: str
    sql: str
    reads_records: bool = False


def read_lineage(settings: Settings) -> Lineage:
    """What each node of the project is built from."""
    with _environment(settings):
        keep_reading(settings)
    return lineage_of(read_manifest(settings))


def read_manifest(settings: Settings) -> Mapping[str, Any]:
    """The manifest.json of the project, as dbt wrote it when it last read the project."""
    path = settings.dbt_project / "target" / "manifest.json"
    if not path.exists():
        with _environment(settings):
            keep_reading(settings)
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def build_models(settings: Settings, paths: Sequence[str] = ()) -> tuple[BuiltNode, ...]:
    """Build seeds and models in the candidate and run data tests: all of them, or those of the given paths in the
    project. Returns what succeeded, in the order of building.

    Raises CheckFailed naming each model and test that failed or could not run, with dbt's own words.
    """
    # Unit tests are of the code, not of the data: they run with the project's own tests. An exposure names a reader:
    # there is nothing of it to build.
    without = [option for kind in ("unit_test", "exposure") for option in ("--exclude-resource-type", kind)]
    # dbt would write its whole project again as JSON: what it made of each node is written below.
    command = ["build", "--no-write-json", *without]
    if paths:
        # `empty`: the paths name the tests too, and a test of a table that was copied is not run again.
        command += ["--indirect-selection", "empty", "--select", *(f"fqn:{path}" for path in paths)]
    with _environment(settings):
        manifest = read_project(settings)
        try:
            outcome = run_dbt(settings, command, manifest)
        finally:
            _close()
    results = list(getattr(outcome, "results", []))
    _withhold(settings.work / LOG, [result for result in results if _could_hold_a_record(result, manifest)])
    if results:
        outcome.write(str(settings.work / RUN_RESULTS))
    failed = [_said(result) for result in results if str(result.status) not in ("success", "pass", "warn")]
    if failed or not results:
        raise CheckFailed(failed or [f"dbt built nothing; see {LOG} in the work folder"])
    return tuple(_built(result.node) for result in results if hasattr(result, "node"))


def _built(node: Any) -> BuiltNode:
    """What is kept of a node of dbt's."""
    sql = str(getattr(node, "compiled_code", None) or "")
    table = str(getattr(node, "alias", node.name))
    return BuiltNode(str(node.resource_type), str(node.database), str(node.schema), table, sql)


def read_project(settings: Settings) -> Manifest:
    """What dbt makes of its project. Each caller reads another: dbt leaves in it what it compiled."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    return Manifest.from_msgpack(keep_reading(settings).read_bytes(), decoder=extended_mashumuro_decoder)


def keep_reading(settings: Settings) -> Path:
    """Have dbt read its project, unless what it made of the same files is kept. Returns the file that keeps it.

    Also leaves dbt's manifest.json, and its sources, which are written from the specs and contracts.
    """
    write_sources(settings.dbt_project)
    target = settings.dbt_project / "target"
    kept = target / f"manifest-{_checksum(settings.dbt_project)}.msgpack"
    if kept.exists() and (target / "manifest.json").exists():
        return kept
    from dbt.parser.manifest import extended_mashumaro_encoder

    manifest = run_dbt(settings, ["parse", "--target-path", str(target)])
    for outdated in target.glob("manifest-*.msgpack"):
        outdated.unlink(missing_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_bytes(manifest.to_msgpack(extended_mashumaro_encoder))
    part.replace(kept)
    return kept


def _checksum(project: Path) -> str:
    """A checksum of every file dbt reads, and of where they are."""
    files = [path for path in sorted(project.rglob("*")) if path.suffix in PROJECT_FILES and "target" not in path.parts]
    digest = hashlib.sha256(str(project).encode())
    for path in files:
        digest.update(f"{path.relative_to(project)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def run_dbt(settings: Settings, command: list[str], manifest: Manifest | None = None) -> Any:
    """Run one dbt command in this process and return its result. Raises CheckFailed when dbt itself could not run."""
    from dbt.cli.main import dbtRunner

    project = str(settings.dbt_project)
    places = ["--project-dir", project, "--profiles-dir", project]
    if "--target-path" not in command:
        places += ["--target-path", str((settings.work / RUN_RESULTS).parent)]
    quiet = ["--log-level", "none", "--log-level-file", "info", "--log-path", str((settings.work / LOG).parent)]
    outcome = dbtRunner(manifest=manifest).invoke([*quiet, *command, *places])
    if outcome.exception:
        raise CheckFailed([f"dbt could not run: {outcome.exception}"]) from outcome.exception
    return outcome.result


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """The files and limits dbt's profile asks for by environment variable."""
    wanted = {
        "IPP_CANDIDATE": str(settings.candidate),
        "IPP_INTERNAL": str(settings.internal),
        "IPP_DATABASE_MEMORY_MB": str(settings.database.memory_megabytes),
        "IPP_SPILL_FOLDER": str(settings.database.spill_folder(settings.work)),
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _close() -> None:
    """Close the connections dbt keeps: while one is open for writing, no other process can open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    DuckDBConnectionManager.close_all_connections()
    reset_adapters()


def _could_hold_a_record(result: Any, manifest: Manifest) -> bool:
    """Whether what dbt says of a result could repeat a value of a record: an error met while records were read."""
    if str(result.status) != "error" or WITHOUT_ROWS.search(str(result.message)):
        return False
    parents = [manifest.expect(name) for name in result.node.depends_on_nodes]
    return any(getattr(node, "database", "") == INTERNAL for node in (result.node, *parents))


def _withhold(log: Path, results: Sequence[Any]) -> None:
    """Take from results, and from what dbt wrote of them into its log, all but the kind of error: the text behind it
    may hold a value of a record.
    """
    for result in results:
        lines = [line.strip() for line in str(result.message).splitlines() if line.strip()]
        kind = KIND.search(str(result.message))
        result.message = f"{kind[0] if kind else 'an error'}; {WITHHELD}"
        text = log.read_text(encoding="utf-8") if log.exists() else ""
        for line in lines:
            text = text.replace(line, WITHHELD)
        if text:
            log.write_text(text, encoding="utf-8")


def _said(result: Any) -> str:
    """What dbt says of one failed model or test, on one line; its macro call stack is in the log."""
    node = result.node
    message = " ".join(str(result.message or "").partition("  > in macro")[0].split())
    return f"dbt {node.resource_type} {node.name} ({node.original_file_path}): {result.status}, {message}"


if __name__ == "__main__":
    keep_reading(Settings.from_environment())
