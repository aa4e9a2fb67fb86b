"""A good release in which one thing is changed is refused, or its figures show the change, or say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.attack.mutations import MUTATIONS
from tests.attack.siege import SILENT, Bench, RememberingReader, attack, bench

ROUNDS, OF_EACH = 8, 250
OF_FIGURES = ("value changed", "neighbours swapped", "blank", "symbol", "label letter", "heading period")
"""Kinds of which most change what the file says of a figure."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The bench on every release of raw/."""
    with bench(tmp_path_factory.mktemp("bench")) as made:
        yield made


def require_nothing_silent(prepared: Bench, folder: Path, seed: int, count: int, record_property) -> None:
    seen = attack(prepared, folder, seed, count)
    table = [[kind, ending, number] for (kind, ending), number in sorted(seen.counts.items())]
    record_property("Single mutations of good releases", table)
    assert sum(seen.counts.values()) == count
    assert seen.wrong == []


@pytest.mark.slow
def test_some_mutations_of_each_kind_end_well(prepared: Bench, tmp_path: Path, record_property) -> None:
    """Without the suites, which take longest; in the long form they are run."""
    rules_alone = replace(prepared, landing=replace(prepared.landing, suites={}))
    require_nothing_silent(rules_alone, tmp_path, 0, 2 * len(MUTATIONS), record_property)


@pytest.mark.slow
@pytest.mark.torture
@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_two_thousand_mutations_end_well(prepared: Bench, tmp_path: Path, seed: int, record_property) -> None:
    require_nothing_silent(prepared, tmp_path, seed, OF_EACH, record_property)


class BlindReader(RememberingReader):
    """Reads a file as it was when it was first read under its name."""

    def __init__(self, before: RememberingReader) -> None:
        super().__init__(before.reader)
        self.by_name = {key[1:4]: reading for key, reading in before.known.items()}

    def read_file(self, path, source, release_id, title, covers_last=None):
        return self.by_name[path.name, source.publication, release_id]


@pytest.mark.slow
def test_a_change_that_is_not_read_is_found(prepared: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack itself can fail: with a reader that sees no change, most changes of figures are silent."""
    monkeypatch.setattr("tests.attack.siege.MUTATIONS", {kind: MUTATIONS[kind] for kind in OF_FIGURES})
    seen = attack(replace(prepared, reader=BlindReader(prepared.reader)), tmp_path, 1, 2 * len(OF_FIGURES))
    assert all(seen.counts[kind, SILENT] for kind in OF_FIGURES), seen.counts
