"""Who reads the feed, as the exposures of the dbt project say."""

from __future__ import annotations

import re

import yaml

from orchestration.feed.definition import FIGURES, ROWS
from orchestration.settings import ROOT

EXPOSURES = ROOT / "dbt_project" / "models" / "exposures.yml"
TABLE_OF_FEED = re.compile(r"feed\.(\w+)")


def tables_of(consumer: str) -> set[str]:
    """The tables that the exposure of a consumer names."""
    exposures = yaml.safe_load(EXPOSURES.read_text(encoding="utf-8"))["exposures"]
    (found,) = (one for one in exposures if one["name"] == consumer)
    return {re.fullmatch(r"ref\('(\w+)'\)", text)[1] for text in found["depends_on"]}


def test_the_dashboard_reads_the_tables_of_its_definition() -> None:
    assert tables_of("ipp_dashboard") == {ROWS, FIGURES}


def test_the_site_names_each_table_of_the_feed_that_it_reads() -> None:
    modules = (ROOT / "orchestration" / "site").glob("*.py")
    read = {name for module in modules for name in TABLE_OF_FEED.findall(module.read_text(encoding="utf-8"))}
    assert ROWS in read
    assert read & {ROWS, FIGURES} <= tables_of("site")
