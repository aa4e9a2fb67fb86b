"""The manifest of an edition is read strictly, and cannot name a folder or a file outside the editions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from orchestration.editions.edition import Edition, ManifestFile, from_json, load, to_json
from orchestration.quality.ledger import edition_sha256

FILES = (
    ManifestFile("external/ipp.csv", "a" * 64, 7, "external"),
    ManifestFile("ipp.duckdb", "b" * 64, 8, "official-sensitive internal"),
)
EDITION = Edition(
    edition_id="p1",
    run_id="run1",
    published_at="2025-04-24T09:30:00.000+00:00",
    sha256=edition_sha256(FILES),
    inputs_sha256="bb",
    releases=("omsq 2024-q4",),
    versions="duckdb 2",
    files=FILES,
)


def test_what_is_written_is_read():
    assert from_json(to_json(EDITION)) == EDITION


@pytest.mark.parametrize("name", ["", ".", "..", "../p1", "a/b", ".hidden", "a b"])
def test_an_identifier_names_a_folder_of_the_editions(name):
    with pytest.raises(ValueError, match="edition_id"):
        replace(EDITION, edition_id=name)


@pytest.mark.parametrize("path", ["", ".", "/etc/passwd", "../p2/ipp.duckdb", "feed/../../x", "a\nb", "a//b"])
def test_a_path_names_a_file_of_the_folder(path):
    with pytest.raises(ValueError, match="path of a file"):
        ManifestFile(path, "a" * 64, 7, "official-sensitive internal")


@pytest.mark.parametrize(("path", "said"), [("feed/index.json", "external"), ("external/a.csv", "internal")])
def test_a_classification_follows_from_the_path(path, said):
    with pytest.raises(ValueError, match=path):
        ManifestFile(path, "a" * 64, 7, said)


def test_the_hash_of_an_edition_is_that_of_its_files():
    with pytest.raises(ValueError, match="not that of its files"):
        replace(EDITION, files=FILES[:1])
    assert edition_sha256(FILES) == edition_sha256(FILES[::-1]) != edition_sha256(FILES[:1])


def test_a_time_that_is_none_is_refused():
    with pytest.raises(ValueError, match="isoformat"):
        replace(EDITION, published_at="yesterday")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({**json.loads(to_json(EDITION)), "more": 1}),
        json.dumps({**json.loads(to_json(EDITION)), "edition_id": "../p1"}),
        json.dumps({**json.loads(to_json(EDITION)), "edition_id": 7}),
        to_json(EDITION)[:-5],
    ],
)
def test_a_damaged_manifest_is_as_good_as_none(tmp_path, text):
    folder = tmp_path / "p1"
    folder.mkdir()
    assert load(folder) is None

    (folder / "edition.json").write_text(text)
    assert load(folder) is None


def test_a_manifest_of_another_edition_is_as_good_as_none(tmp_path):
    (tmp_path / "p2").mkdir()
    (tmp_path / "p2" / "edition.json").write_text(to_json(EDITION))
    assert load(tmp_path / "p2") is None
