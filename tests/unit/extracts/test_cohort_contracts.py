"""The contracts of the internal extracts: what they promise of themselves."""

from __future__ import annotations

import pytest

from orchestration.extracts.cohort.tables import Coded, Known, blank, take
from orchestration.extracts.cohort.write import EXTRACTS, contracts, schema
from orchestration.extracts.contract import read_contracts

CONTRACTS = contracts()


def test_there_is_one_for_each_extract_of_the_cohort():
    assert set(CONTRACTS) == set(EXTRACTS)
    assert {name for name, contract in CONTRACTS.items() if contract.extract != name} == set()


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_its_keys_are_required_columns_of_its_own(contract):
    assert contract.key
    for name in (*contract.key, *contract.order):
        assert contract.columns[name].required


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_whatever_names_a_person_or_a_record_is_an_identifier(contract):
    for name, column in contract.columns.items():
        names_somebody = name.endswith(("_key", "_number", "_id")) and name != "recall_number"
        assert (column.privacy == "identifier") == names_somebody, name


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_it_says_where_rows_come_from(contract):
    assert contract.columns["source_kind"].codes == ["synthetic", "internal"]
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
        "string",
        "int64",
        "date32[day]",
    ]


def test_the_pathway_keeps_the_contract_it_has():
    assert CONTRACTS["opd_activity"] == read_contracts()["opd_activity"]


def test_only_what_can_be_empty_is_emptied():
    import numpy as np

    hidden = np.array([True, False])
    assert blank(Coded(np.array([1, 1]), ("a", "b")), hidden).codes.tolist() == [-1, 1]
    assert blank(Known(np.array([5, 6]), np.array([True, True])), hidden).known.tolist() == [False, True]
    with pytest.raises(TypeError, match="cannot be empty"):
        blank(np.array([1, 2]), hidden)
    assert take(Coded(np.array([0, 1]), ("a", "b")), np.array([1])).codes.tolist() == [1]
