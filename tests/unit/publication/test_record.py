"""The record of a publication is read strictly, and cannot name a folder outside the history."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from orchestration.publication.record import PublicationRecord, from_json, load, to_json

RECORD = PublicationRecord("p1", "run1", "2025-04-24T09:30:00.000+00:00", "aa", "bb", ("omsq 2024-q4",), "duckdb 2")


def test_what_is_written_is_read():
    assert from_json(to_json(RECORD)) == RECORD


@pytest.mark.parametrize("name", ["", ".", "..", "../p1", "a/b", ".hidden", "a b"])
def test_an_identifier_names_a_folder_of_the_history(name):
    with pytest.raises(ValueError, match="publication_id"):
        replace(RECORD, publication_id=name)


def test_a_time_that_is_none_is_refused():
    with pytest.raises(ValueError, match="isoformat"):
        replace(RECORD, published_at="yesterday")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({**json.loads(to_json(RECORD)), "more": 1}),
        json.dumps({**json.loads(to_json(RECORD)), "publication_id": "../p1"}),
        json.dumps({**json.loads(to_json(RECORD)), "publication_id": 7}),
        to_json(RECORD)[:-5],
    ],
)
def test_a_damaged_record_is_as_good_as_none(tmp_path, text):
    (tmp_path / "publication.json").write_text(text)

    assert load(tmp_path / "publication.json") is None
    assert load(tmp_path / "absent.json") is None
