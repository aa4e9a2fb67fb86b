"""What is written from the contracts is what the contracts now say."""

from __future__ import annotations

import pytest

from orchestration.extracts.contract import read_contracts
from orchestration.extracts.derived import SUITES, derived
from orchestration.settings import ROOT

FILES = derived(read_contracts())


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_derived_file_is_up_to_date(path):
    assert (ROOT / path).read_text(encoding="utf-8") == FILES[path], "run python -m orchestration.extracts.derived"


def test_no_suite_is_left_of_an_extract_that_went():
    assert {path.relative_to(ROOT) for path in (ROOT / SUITES).glob("*")} == {
        path for path in FILES if path.parent == SUITES
    }
