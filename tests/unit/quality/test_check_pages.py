"""The page of checks lists every declared check, with its reason."""

import json

from orchestration.quality.check_pages import PAGE, page
from orchestration.settings import ROOT, Settings
from orchestration.yaml_reader import read_yaml


def test_the_page_of_checks_is_written_from_what_is_declared() -> None:
    expected = page(Settings.from_environment())
    assert (ROOT / PAGE).read_text(encoding="utf-8") == expected, "run python -m orchestration.quality.check_pages"


def test_every_reason_in_the_files_is_on_the_page() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    suites = [json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "expectations").rglob("*.json")]
    reasons = [one["meta"]["reason"] for suite in suites for one in suite["expectations"]]
    rules = [
        rule
        for name in ("arithmetic", "continuity", "reconciliation", "published_identities")
        for listed in read_yaml(ROOT / f"expectations/{name}.yml").values()
        for rule in listed
        if isinstance(rule, dict) and "name" in rule
    ]
    assert len(reasons) > 500
    assert len(rules) > 100
    assert [reason for reason in reasons if " ".join(reason.split()).replace("|", "\\|") not in text] == []
    assert [rule["name"] for rule in rules if f"| `{rule['name']}` |" not in text] == []


def test_a_check_has_its_identifier_rule_and_reason_in_one_row() -> None:
    rows = (ROOT / PAGE).read_text(encoding="utf-8").splitlines()
    (sums,) = (row for row in rows if row.startswith("| `ipp_population_is_unreleased_and_recalled` |"))
    assert "parts: `unreleased, recalled`" in sums
    assert "OMSQ 1.Q.14" in sums
