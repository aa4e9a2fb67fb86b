"""The contracts of the internal extracts: what they promise of themselves."""

from __future__ import annotations

import re

import pytest

from orchestration.records.contract import LINKS
from orchestration.settings import ROOT
from synthetic_cohort.tables import Coded, Known, blank, take
from synthetic_cohort.write import EXTRACTS, contracts, schema

CONTRACTS = contracts()


def test_there_is_one_for_each_extract_of_the_cohort():
    assert set(CONTRACTS) == {LINKS, *EXTRACTS}
    assert {name for name, contract in CONTRACTS.items() if contract.extract != name} == set()


def test_the_documentation_lists_them_all_and_says_how_many():
    said = (ROOT / "docs/synthetic-cohort.md").read_text(encoding="utf-8")
    table = said.partition("## Extracts")[2].partition("[internal-extracts.md]")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(CONTRACTS)
    assert f"the {len(CONTRACTS)} extracts" in said


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_its_keys_are_required_columns_of_its_own(contract):
    assert contract.key
    for name in contract.key:
        assert {**contract.columns, **contract.landed}[name].required


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_whatever_names_a_person_or_a_record_is_an_identifier(contract):
    for name, column in contract.columns.items():
        is_person = name.endswith(("_number", "_identifier", "_in_use")) and name != "recall_number"
        assert (column.privacy == "person_identifier") == is_person, name
        assert (column.privacy == "record_identifier") == name.endswith("_id"), name


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_what_is_landed_has_no_identifier_as_a_system_writes_it(contract):
    kept = {name: column.privacy for name, column in contract.landed.items()}
    assert "person_identifier" not in kept.values()
    assert list(kept).count("person_key") == 1
    assert set(kept) - set(contract.columns) == {"person_key"}


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_a_year_mistyped_as_2911_breaks_a_rule(contract):
    for name, column in contract.columns.items():
        if column.type == "date" and name != "date_of_birth":  # birth is held to the day of reception
            assert [rule for rule in contract.rules if rule.violates.startswith(f"{name} > ")], name


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_it_says_where_rows_come_from(contract):
    assert contract.columns["source_kind"].codes == ["synthetic", "synthetic_scaled", "internal"]
    assert list(contract.columns)[-1] == "source_kind"


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_every_column_that_may_be_empty_says_when(contract):
    plain = ("sex", "sentence_type")
    for name, column in contract.columns.items():
        assert len(column.describes) > 2
        if name in plain:
            assert column.required


def test_types_become_arrow_types():
    assert [str(field.type) for field in schema(CONTRACTS["ppud_recall"])][:8] == [
        "string",
        "string",
        "string",
        "string",
        "string",
        "int64",
        "date32[day]",
        "date32[day]",
    ]


def test_only_what_can_be_empty_is_emptied():
    import numpy as np

    hidden = np.array([True, False])
    assert blank(Coded(np.array([1, 1]), ("a", "b")), hidden).codes.tolist() == [-1, 1]
    assert blank(Known(np.array([5, 6]), np.array([True, True])), hidden).known.tolist() == [False, True]
    with pytest.raises(TypeError, match="cannot be empty"):
        blank(np.array([1, 2]), hidden)
    assert take(Coded(np.array([0, 1]), ("a", "b")), np.array([1])).codes.tolist() == [1]
