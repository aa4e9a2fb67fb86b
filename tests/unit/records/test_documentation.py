"""What is written from the contracts is what the contracts now say."""

from __future__ import annotations

from orchestration.records.contract import read_contracts
from orchestration.records.documentation import PAGE, page
from orchestration.settings import ROOT


def test_the_page_is_up_to_date() -> None:
    expected = page(read_contracts())
    assert (ROOT / PAGE).read_text(encoding="utf-8") == expected, "run python -m orchestration.records.documentation"
