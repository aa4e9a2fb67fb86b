"""The examples of docs/sql.md and the notebook docs/questions.py, run on a finished refresh.

Expected values are the published ones: Offender management statistics quarterly, October to December 2024, Table 1.Q.14
for the prison population, and for each question the document it names.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

import duckdb
import pytest

from orchestration.query.snippets import QUERY, SNIPPETS, snippet
from orchestration.settings import ROOT, Settings
from tests.command_line import ipp

PAGE = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
PATH = "published/ipp.duckdb"
IN_PRISON = {"all": 2544, "unreleased": 1012, "recalled": 1532}


def blocks(language: str) -> list[str]:
    """The examples of the page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("program", SNIPPETS)
def test_the_page_has_the_snippet_that_ipp_open_shows(program: str) -> None:
    assert snippet(program, PATH) in PAGE


@pytest.mark.parametrize("code", blocks("python"))
def test_an_example_in_python_answers(code: str, published: Settings) -> None:
    names: dict[str, object] = {}
    exec(code.replace(PATH, str(published.published_file)), names)
    figures = names["figures"]
    assert dict(zip(figures["custody_status"], figures["value"], strict=True)) == IN_PRISON


def test_the_query_of_the_other_programs_answers(published: Settings) -> None:
    with duckdb.connect(str(published.published_file), read_only=True) as warehouse:
        rows = warehouse.sql(f"select custody_status, value from ({QUERY})").fetchall()
    assert dict(rows) == IN_PRISON


def test_an_example_in_the_terminal_answers(published: Settings) -> None:
    commands = [block for block in blocks("sh") if block.startswith("ipp sql")]
    assert len(commands) == 2
    for command in commands:
        (query,) = re.findall(r'"(.*?)"', command, re.DOTALL)
        outcome = ipp(published, "sql", "--format", "csv", query)
        assert outcome.exit_code == 0, outcome.output
        answers = [line.split(",")[:2] for line in outcome.stdout.splitlines()[1:]]
        assert {status: float(value) for status, value in answers} == IN_PRISON


@pytest.fixture(scope="module")
def answers(published: Settings) -> dict[str, object]:
    """What the cells of the notebook leave: an answer each. Its connection is closed: commands open the file with other
    settings, which DuckDB refuses in one process.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPP_PUBLISHED", str(published.published))
        module = _notebook()
        _, names = module.app.run()
    for place in (vars(module), names):
        place["warehouse"].close()
    return dict(names)


def _notebook() -> ModuleType:
    """The notebook as a module."""
    spec = importlib.util.spec_from_file_location("questions", ROOT / "docs" / "questions.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up by name.
    sys.modules["questions"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "answered", "published_as"),
    [
        # HMPPS annual report 2024/25: 619 recalls in 2024.
        ("recalls_in_a_year", ["In 2024 there were 619 recalls of "], ["619 recalls (omsq 2024-q4"]),
        # Figure quoted from a Freedom of Information answer: 21 releases to 20 March 2025; time is not published.
        (
            "time_on_recall_before_rarr",
            [" people were released by such a review"],
            ["no time on recall", "21 releases"],
        ),
        # Action 6 of the minutes asks for it; nothing is published. There are 12 probation regions.
        ("adjournments_by_region", ["adjournments in the 12 regions"], ["nothing by region"]),
        # Written answer HL1503.
        (
            "dpp_by_quarter",
            ["On 31 March 2025, "],
            [
                "36 unreleased on 30 September 2023",
                "49 recalled on 30 September 2023",
                "99 community on 30 June 2023",
            ],
        ),
        # House of Lords, 24 March 2025: 695, or 67% of those past tariff.
        ("unreleased_over_tariff", ["1,035 were past their tariff"], ["1,035 past", "695 by ten years or more"]),
        # Minutes of 4 March 2025, item 5.
        (
            "termination_outcomes",
            ["527 cases were referred and 439 decided", "terminated 45.1%", "oral hearing 0.5%"],
            ["527 referred, 439 decided, most in 18 days", "refused 31%", "licence varied 15%", "deferred 8%"],
        ),
        # Written answer UIN 153109: 812 of 1,338.
        ("recalled_over_a_year", ["of 1,338 recalled people"], ["812 people"]),
        # Written answer UIN 121861.
        ("first_releases", ["562 in 2015, 576 in 2016"], ["562 in 2015", "576 in 2016"]),
        # Written answer UIN 24924.
        ("in_hospital", ["241 people were in secure hospital", "37 transfers"], ["241 people", "37 transfers"]),
        # Written answer of 12 April 2023.
        (
            "self_harm_rate",
            ["In 2021 there were 1,108 incidents for every 1,000 people, and 895 in 2017"],
            ["1,129.5 in 2018, 1,271.2 in 2019, 1,095.5 in 2020"],
        ),
    ],
)
def test_a_question_is_answered_as_published(
    answers: dict[str, object], name: str, answered: list[str], published_as: list[str]
) -> None:
    answer = answers[name]
    assert [text for text in answered if text not in answer.sentence] == []
    assert [text for text in published_as if text not in answer.published] == []
    if " from marts." in answer.sql.replace("\n", " "):
        assert "synthetic" in answer.sentence, "an answer from synthetic records must say so"


def test_an_answer_from_synthetic_records_is_near_the_published_figure(answers: dict[str, object]) -> None:
    """Counts that the cohort is not held to exactly: within 3% of 812 people, and of 695."""
    counted = re.search(r"2020, ([\d,]+) of", answers["recalled_over_a_year"].sentence)
    over_tariff = re.search(r"([\d,]+) of them by ten", answers["unreleased_over_tariff"].sentence)
    assert int(counted[1]) == pytest.approx(812, rel=0.03)
    assert int(over_tariff[1]) == pytest.approx(695, rel=0.03)
