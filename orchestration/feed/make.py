"""Make the files of the feed from the finished warehouse: those of each mart, contracts, changes, index and zip.

The platform's definition and the workbook are made elsewhere: put them into the folder first, so that the index lists
them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.editions.edition import INTERNAL
from orchestration.editions.files import sha256_of
from orchestration.external.workbook_words import TEAM
from orchestration.feed import csvw
from orchestration.feed.changes import changed_figures, mart_changes, readme
from orchestration.feed.contract import FEED, Contract, from_data, read_code_lists, read_contracts, to_data
from orchestration.feed.files import csv_bytes, parquet_bytes, read_rows, zip_bytes
from orchestration.feed.notes import NOTES, Note, arrival_notes, read_notes, written_notes
from orchestration.feed.sections import read_sections
from orchestration.feed.versions import (
    COLUMNS,
    FIRST,
    Breaking,
    Change,
    Values,
    check_entries,
    compare_contracts,
    major_of,
    next_version,
    require_declared,
)
from orchestration.problems import CheckFailed

INDEX, CONTRACTS, CHANGES, README = "index.json", "contracts.json", "changes.json", "README.txt"
FEED_FOLDER = "feed"
"""The folder of the feed in an edition."""
OWNER = "HMPPS IPP Progression"
METHODOLOGY = ("../site/definitions.html", "../site/data-quality.html")
"""The pages of the edition that say how figures are made and how far to trust them, from the folder of the feed."""
BREAKING = Path(__file__).with_name("breaking.yml")
NO_FIGURES: Mapping[str, Any] = {"counts": {}, "list": []}


@dataclass(frozen=True)
class Kept:
    """The last files of an old version of a mart: where they are, until when, and the edition they are of."""

    mart: str
    version: str
    folder: str
    until: str
    edition: str


@dataclass(frozen=True)
class LastFeed:
    """What the feed of the last edition says of itself; empty without one. `values` has the SHA-256 of the CSV of each
    mart, `notes` what it says of the changes of each.
    """

    folder: Path | None = None
    edition: str = ""
    built_on: dt.date = dt.date.min
    made_from: Sequence[str] = ()
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: Sequence[Kept] = ()

    def parquet(self, mart: str) -> Path | None:
        """The Parquet file of a mart; None where there is none."""
        contract = self.contracts.get(mart)
        if self.folder is None or contract is None:
            return None
        return self.folder / folder_of(contract.version) / f"{mart}.parquet"


@dataclass(frozen=True)
class Made:
    """The files of one mart: its contract with the version, their bytes by suffix, and what the index says of it."""

    contract: Contract
    files: Mapping[str, bytes]
    about: Mapping[str, Any]
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class EditionFacts:
    """What the warehouse says about itself. `made_from` names its releases, and the day of its extracts; `about` has
    the coverage and class of each mart.
    """

    edition: str
    built_at: dt.datetime
    made_from: Sequence[str]
    consumers: Sequence[Mapping[str, Any]]
    about: Mapping[str, Mapping[str, Any]]


def make_feed(
    warehouse: Path,
    folder: Path,
    last_edition: Path | None = None,
    *,
    next_release: dt.date | None = None,
    breaking: Path = BREAKING,
    notes: Path = NOTES,
) -> None:
    """Write the feed of a finished warehouse into a folder. `last_edition` is the folder of the edition in place;
    `next_release` is the day on which the next release is due, if it is known.

    Raises CheckFailed for each change that breaks readers without an entry in `breaking`, with the entry to write, for
    a warehouse that describes no marts, and for entries of `breaking` or `notes` that cannot be read.
    """
    last = read_last_feed(last_edition)
    entries, written = read_breaking(breaking), read_notes(notes)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        contracts = {contract.mart: contract for contract in read_contracts(connection)}
        if not contracts:
            raise CheckFailed([f"{warehouse} describes no marts in meta.tables; to do: `ipp refresh --full`"])
        facts = _read_facts(connection, contracts.values())
        changes = _contract_changes(contracts, last, read_code_lists(connection) | {"block": _declared_blocks()})
        declared = require_declared(changes, entries, facts.built_at.date())
        made = [
            _make_mart(connection, contract, last, changes.get(name, ()), (declared.get(name, ()), written), facts)
            for name, contract in contracts.items()
        ]
    gone = {mart: last.contracts[mart] for mart in last.contracts if mart not in contracts}
    kept = _copy_kept(last, folder, facts.built_at.date(), declared)
    _write_files(folder, made)
    report = {
        "edition": facts.edition,
        "since": last.edition,
        "marts": {one.contract.mart: one.changes for one in made}
        | {
            mart: mart_changes((contract.version, None), changes[mart], NO_FIGURES, declared.get(mart, ()))
            for mart, contract in gone.items()
        },
    }
    _write_json(folder / folder_of(FIRST) / CHANGES, report)
    _write_json(folder / CONTRACTS, {one.contract.mart: to_data(one.contract) for one in made})
    _write_zip(folder, made, facts, report)
    _write_json(folder / INDEX, _index(folder, facts, made, kept, next_release))


def _declared_blocks() -> frozenset[str]:
    """The blocks that sections.yml names, whether they have a row now or not: one without is not removed."""
    return frozenset(one.block for section in read_sections().sections for one in section.visualisations)


def folder_of(version: str) -> str:
    """The folder of a version: `v1` for 1.4.0."""
    return f"v{major_of(version)}"


def read_last_feed(last_edition: Path | None) -> LastFeed:
    """The feed of the last edition. Without one, versions begin at 1.0.0.

    Raises CheckFailed when it has an index but no contracts that can be read.
    """
    folder = last_edition / FEED_FOLDER if last_edition else None
    if folder is None or not (folder / INDEX).exists():
        return LastFeed()
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        contracts = json.loads((folder / CONTRACTS).read_text(encoding="utf-8"))
        changes = json.loads((folder / folder_of(FIRST) / CHANGES).read_text(encoding="utf-8"))["marts"]
        return LastFeed(
            folder=folder,
            edition=index["edition"],
            built_on=dt.date.fromisoformat(index["built_at"][: len("2025-03-31")]),
            made_from=index["made_from"],
            contracts={mart: from_data(found) for mart, found in contracts.items()},
            values={mart: about["values_sha256"] for mart, about in index["marts"].items()},
            notes={mart: about["notes"] for mart, about in changes.items()},
            kept=[Kept(**found) for found in index["kept"]],
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = f"{folder}: the contracts of the last edition cannot be read ({error})"
        raise CheckFailed([f"{reason}; to do: `ipp rollback` to an edition whose feed is whole"]) from error


def read_breaking(path: Path) -> list[Breaking]:
    """The entries of `breaking.yml`. Raises CheckFailed with everything wrong with them."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        entries = [
            Breaking(
                mart=entry["mart"],
                changes=tuple(entry["changes"] or ()),
                what=entry["what"],
                why=entry["why"],
                informed=tuple(entry["informed"] or ()),
                starts=_day(entry["from"]),
                until=_day(entry["until"]),
                renamed=entry.get("renamed") or {},
            )
            for entry in found
        ]
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise CheckFailed(
            [f"{path} cannot be read: {error}; to do: write each entry as its first lines say"]
        ) from error
    if mistakes := check_entries(entries):
        raise CheckFailed(mistakes)
    return entries


def _day(found: object) -> dt.date:
    """A day of YAML. Raises TypeError for anything else."""
    if isinstance(found, dt.datetime) or not isinstance(found, dt.date):
        raise TypeError(f"expected a day such as 2025-03-31, found {found!r}")
    return found


def _read_facts(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> EditionFacts:
    """What the warehouse says about itself."""
    edition, built_at = connection.execute("select publication_id, built_at from meta.publication").fetchall()[0]
    releases = connection.execute(
        "select publication || ' ' || release_id from meta.releases where status = 'published' order by 1"
    ).fetchall()
    consumers = connection.sql("select * from meta.consumers order by consumer").to_arrow_table().to_pylist()
    about = {contract.mart: _coverage(connection, contract) for contract in contracts}
    extracts = sorted({f"extracts {one['extract_as_at']}" for one in about.values() if one["extract_as_at"]})
    return EditionFacts(edition, built_at, [*(name for (name,) in releases), *extracts], consumers, about)


def _contract_changes(
    contracts: Mapping[str, Contract], last: LastFeed, code_lists: Mapping[str, frozenset[str]]
) -> dict[str, list[Change]]:
    """The changes of each mart that the last edition had."""
    removed = [Change(COLUMNS, "mart removed", is_major=True)]
    return {
        mart: compare_contracts(old, contracts[mart], code_lists) if mart in contracts else removed
        for mart, old in last.contracts.items()
    }


def _make_mart(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    last: LastFeed,
    changes: Sequence[Change],
    said: tuple[Sequence[Breaking], Sequence[Note]],
    facts: EditionFacts,
) -> Made:
    """The files of one mart and what is to be said about them. `said` is what people wrote: the entries that declare
    its major changes, and all notes.
    """
    rows = read_rows(connection, contract)
    as_csv = csv_bytes(rows)
    about = {"rows": len(rows), **facts.about[contract.mart], "values_sha256": hashlib.sha256(as_csv).hexdigest()}
    old, before = last.contracts.get(contract.mart), last.parquet(contract.mart)
    differ = old is not None and last.values[contract.mart] != about["values_sha256"]
    values = Values(differ, same_inputs=facts.made_from == last.made_from)
    version = next_version(old.version, changes, values) if old else FIRST
    contract = replace(contract, version=version)
    figures = changed_figures(connection, contract, old, before) if differ and old and before else NO_FIGURES
    notes = _notes(contract.mart, last, facts, said[1]) if differ else []
    is_public = about["classification"] in ("official", "rebuilt")
    citation = f"IPP figures, {contract.mart}, version {version}, covering to {about['covers_to'] or 'no stated day'}"
    described = csvw.metadata(contract, citation, is_public=is_public)
    return Made(
        contract,
        {
            ".csv": as_csv,
            ".csv-metadata.json": _json(described),
            ".parquet": parquet_bytes(rows, contract),
        },
        about,
        mart_changes((old.version if old else None, version), changes, figures, said[0], notes),
    )


def _notes(mart: str, last: LastFeed, facts: EditionFacts, written: Sequence[Note]) -> list[str]:
    """Why the values of a mart differ from those of the last edition: what arrived, and what a person wrote."""
    arrived = arrival_notes(last.made_from, facts.made_from)
    day = facts.built_at.date()
    return [*arrived, *written_notes(written, mart, last.built_on, day, last.notes.get(mart, ()))]


def _coverage(connection: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, Any]:
    """To which day a mart covers, the day of the records it counts, and the class of its rows."""
    names = contract.names
    last_day = next((name for name in ("period_end", "ts") if name in names), "cast(null as date)")
    extract = "extract_as_at" if "extract_as_at" in names else "cast(null as date)"
    kind = next((name for name in ("source_kind", "classification") if name in names), "cast(null as varchar)")
    query = (
        f"select max({last_day}), max({extract}), list_sort(list(distinct {kind}) filter ({kind} is not null)) "
        f"from {contract.table}"
    )
    covers_to, extract_as_at, kinds = connection.execute(query).fetchall()[0]
    return {
        "covers_to": covers_to.isoformat() if covers_to else None,
        "extract_as_at": extract_as_at.isoformat() if extract_as_at else None,
        "source_kinds": kinds or [],
        "classification": classification(kinds or [], is_counted="extract_as_at" in names),
    }


def classification(source_kinds: Sequence[str], *, is_counted: bool) -> str:
    """The class of a file by the kinds of its rows, the strictest first: synthetic, internal, rebuilt or official.

    A file without kinds describes codes and measures: it is official.
    """
    if any(kind.startswith("synthetic") for kind in source_kinds):
        return "synthetic"
    if is_counted or "internal" in source_kinds:
        return "internal"
    return "rebuilt" if any(kind != "official" for kind in source_kinds) else "official"


def _copy_kept(last: LastFeed, folder: Path, day: dt.date, declared: Mapping[str, Sequence[Breaking]]) -> list[Kept]:
    """Copy the last files of old versions from the last edition: of marts that change now in a way that breaks readers,
    and of earlier such changes whose time is not over.
    """
    new = [
        Kept(mart, contract.version, folder_of(contract.version), _latest_day(declared[mart]), last.edition)
        for mart, contract in last.contracts.items()
        if mart in declared
    ]
    kept = [*(one for one in last.kept if dt.date.fromisoformat(one.until) > day), *new]
    for one in kept:
        if last.folder:
            for path in sorted((last.folder / one.folder).glob(f"{one.mart}.*")):
                (folder / one.folder).mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / one.folder / path.name)
    return sorted(kept, key=lambda one: (one.mart, one.version))


def _latest_day(entries: Sequence[Breaking]) -> str:
    """The day until which the old files are kept: the latest of those declared."""
    return max(entry.until for entry in entries).isoformat()


def _write_files(folder: Path, made: Sequence[Made]) -> None:
    """Write the files of every mart. The platform reads Parquet, so what is made for it alone has no CSV."""
    (folder / folder_of(FIRST)).mkdir(parents=True, exist_ok=True)
    for one in made:
        place = folder / folder_of(one.contract.version)
        place.mkdir(exist_ok=True)
        for suffix, content in one.files.items():
            if suffix == ".parquet" or not one.contract.table.startswith(f"{FEED}."):
                (place / f"{one.contract.mart}{suffix}").write_bytes(content)


def _write_zip(folder: Path, made: Sequence[Made], facts: EditionFacts, changes: Mapping[str, Any]) -> None:
    """Write the dated zip: every CSV file with its metadata, and a README."""
    files = {
        f"{one.contract.mart}{suffix}": one.files[suffix]
        for one in made
        if not one.contract.table.startswith(f"{FEED}.")
        for suffix in (".csv", ".csv-metadata.json")
    }
    text = readme(facts.edition, facts.built_at.date().isoformat(), changes)
    (folder / f"ipp-{facts.built_at:%Y-%m-%d}.zip").write_bytes(zip_bytes(files | {README: text.encode()}))


def _index(
    folder: Path, facts: EditionFacts, made: Sequence[Made], kept: Sequence[Kept], next_release: dt.date | None
) -> dict[str, Any]:
    """The index: what the feed is, who owns and reads it, whom to ask, each mart's version and coverage, every hash."""
    return {
        "edition": facts.edition,
        "built_at": f"{facts.built_at.isoformat()}Z",
        "classification": INTERNAL,
        "owner": OWNER,
        "contact": TEAM,
        "methodology": METHODOLOGY,
        "next_release_due": next_release.isoformat() if next_release else None,
        "consumers": facts.consumers,
        "made_from": facts.made_from,
        "marts": {
            one.contract.mart: {
                "table": one.contract.table,
                "version": one.contract.version,
                "folder": folder_of(one.contract.version),
                **one.about,
            }
            for one in made
        },
        "kept": [one.__dict__ for one in kept],
        "files": list(_listed(folder)),
    }


def _listed(folder: Path) -> Iterator[dict[str, Any]]:
    """Every file of the feed but for the index, by path: its hash and its size in bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / INDEX:
            yield {
                "path": path.relative_to(folder).as_posix(),
                "sha256": sha256_of(path),
                "bytes": path.stat().st_size,
                "classification": INTERNAL,
            }


def _json(data: Any) -> bytes:
    """JSON for people and programs; the order is that of the data."""
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def _write_json(path: Path, data: Any) -> None:
    """Write a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_json(data))
