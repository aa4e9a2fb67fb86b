"""The codes that models make have labels, also those that no record of a small cohort leads to."""

from __future__ import annotations

import csv
import re

from orchestration.settings import ROOT

PROJECT = ROOT / "dbt_project"
MADE = re.compile(r"'(\w+_or_more)'")
"""The code for all that is above the other codes of a breakdown."""


def test_the_highest_code_of_every_breakdown_has_a_label() -> None:
    made = {code for path in (PROJECT / "models").rglob("*.sql") for code in MADE.findall(path.read_text("utf-8"))}
    with (PROJECT / "seeds" / "category_codes.csv").open(encoding="utf-8", newline="") as file:
        labelled = {row["code"] for row in csv.DictReader(file)}
    assert made
    assert made - labelled == set()
