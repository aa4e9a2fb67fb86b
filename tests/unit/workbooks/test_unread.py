"""Figures about the sentence that no spec reads are refused, anywhere in a file."""

from __future__ import annotations

import pytest

from orchestration.sources.spec import NotNeeded, Source
from orchestration.workbooks.release import ReleaseReading, read_release
from orchestration.workbooks.unread import names_sentence
from tests.fixtures.published_layouts.make_fixtures import write_ods
from tests.readings import read_sheets
from tests.small_tables import Rows, source, spec

GENERAL = "Table 2: Self-harm incidents by type of custody, 2023 to 2024"
LINES: Rows = [["This worksheet contains one table."], [""], ["Link to Contents tab"]]
HEADINGS: list[str | float] = ["Type of custody", "2023", "2024"]
NOTES: Rows = [
    ["Notes"],
    ["Note number", "Note text"],
    ["[note 1]", "IPP figures include detention for public protection (DPP)"],
]
LONG_NAME = (
    "Number of people serving an indeterminate sentence of imprisonment for public protection (including detention for "
    "public protection) who were convicted of a serious further offence"
)
NAMES = (
    *("IPP", "IPPs", "DPP", "ISPP", "I.P.P.", "IPP [note 3]", "IPP (1)", "IPP prisoners", "of which: IPP"),
    *("Imprisonment for Public Protection", "of which, imprisonment for Public Protection"),
    *("Detention for public protection", "Indeterminate sentences for public protection"),
    *("Indeterminate Sentence for Public\nProtection", "Imprisonment for public\xa0protection", "custody_ipp"),
    *("Public protection sentence", "Imprisonment for the protection of the public", "Life and IPP sentences"),
    *(
        "I P P",
        "I. P. P.",
        "I‑PP",
        "D.P.P",
        "IPPa",
        "\uff29\uff30\uff30",
        "Imprisonment for Public Prot.",
        "Pub Protection",
    ),
    *("Impr. for pub. prot.", "Indet. (public prot.)", "Public- Protection", "Public –Protection", "Public/Protection"),
    *(
        "Public-\nProtection",
        "public_protection",
        "PublicProtection",
        "Public\u200bProtection",
        "Public\ufeffProtection",
    ),
    *("Imprisonment for the public's protection", "Protection of public", "Carchar er mwyn amddiffyn y cyhoedd"),
    *("Diogelu’r Cyhoedd", "Imprisonment for public protection section 225", "Public protection, s.226"),
    "Indeterminate and extended sentences for public protection",
)
OTHERS = (
    *("Indeterminate sentences", "4 years or more (excluding indeterminate sentences)", "Life", "Shipping", "Chipping"),
    *("Multi-agency public protection arrangements", "Public protection casework section"),
    *("Extended sentences for public protection (EPP)", "Director of Public Prosecutions (DPP)"),
    *("Protection of public funds", "Public protection section", "Public house", "Hippo", "Republic protocol", "MIPPS"),
)


@pytest.fixture
def declared(sources) -> Source:
    """A publication with one small table that names no sentence, and the names of the sentence."""
    return source(
        spec(total_labels=sources["omsq"].tables["recalls_by_region"].total_labels, ignored_columns=[CHANGE]),
        files=[{"name": ".", "tables": [], "may_hold": ["small"]}],
        must_be_mapped="(?i)IPP prisoners by",
        sentence=sources["omsq"].sentence,
    )


CHANGE = {"says": "change", "reason": "computed"}
SMALL: Rows = [["Table 1: People by sex"], ["Sex", "30 Jun 2024", "30 Sep 2024"], ["Male", 3.0, 4.0]]


def found(declared: Source, **sheets: Rows) -> ReleaseReading:
    """What is read of a file with these sheets."""
    return read_sheets(declared, "file.ods", sheets)


def table(*rows: list[str | float], title: str = GENERAL, headings: list[str | float] = HEADINGS) -> Rows:
    """A table that no spec reads."""
    return [[title], *LINES, headings, *[list(row) for row in rows]]


def refused_at(reading: ReleaseReading) -> list[str]:
    """The cells that name the sentence beside figures that are not read."""
    assert all("figures that none reads" in problem.found for problem in reading.problems), reading.problems
    return [problem.cell for problem in reading.problems]


@pytest.mark.parametrize("name", NAMES)
def test_a_row_that_names_the_sentence_under_a_general_title_is_refused(declared, name):
    assert names_sentence(name, declared.sentence)
    rows = table(["All", 20.0, 21.0], [name, 3.0, 4.0], ["Life", 5.0, 6.0])

    assert refused_at(found(declared, Notes=NOTES, Table_2=rows)) == ["A7"]


@pytest.mark.parametrize("name", OTHERS)
def test_a_row_about_other_people_is_not_needed(declared, name):
    assert not names_sentence(name, declared.sentence)
    assert found(declared, Small=SMALL, Table_2=table([name, 3.0, 4.0])).problems == []


@pytest.mark.parametrize(
    "figure",
    [
        *("[c]", "[x]", "1,012", "18 (r)", "18 [e]", "<5", "c. 100", "45%", "18p", "18*", "18†", "20¹", "(20)", "+5"),
        *("approx. 20", "1.2 million", "18 people", "20 per cent", "10-20", "18/20", "£18", "10 years 3 months"),
        *("[low]", ".."),
    ],
)
def test_a_figure_counts_however_it_is_published(declared, figure):
    assert refused_at(found(declared, Table_2=table(["All", 1.0], ["IPP", figure]))) == ["A7"]


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        (table(["Male", 1.0, 2.0], headings=["Sex", "IPP", "Life"]), "B5"),
        (table(["Male", 1.0, 2.0], headings=["Sex", "All", "of which: IPP [note 2]"]), "C5"),
        ([[GENERAL], ["", "IPP", "", "Life"], ["Sex", "2023", "2024", "2023"], ["Male", 1.0, 2.0, 3.0]], "B2"),
        (table(["IPP"], ["Male", 1.0, 2.0], ["Female", 3.0, 4.0]), "A6"),
        (table(["Male", "IPP", 1.0, 2.0], headings=["Sex", "Sentence", "2023", "2024"]), "B6"),
        (table(["Male", 1.0, 2.0], title="Table 3: DPP prisoners by sex"), "A1"),
        ([["", "IPP by sex"], ["Sex", "2023"], ["Male", 1.0]], "B1"),
        ([["Imprisonment for public protection"], ["Sex", "2023"], ["Male", 1.0]], "A1"),
        ([["Figures on IPP"], [""], ["Male", 1.0]], "A1"),
        ([[GENERAL], ["Sentence;2024"], ["IPP;1012"]], "A3"),
        ([[GENERAL], ["Life: 7,000"], ["IPP: 1,012"]], "A3"),
        ([[GENERAL], ["Life 7,000"], ["IPP 1,012"]], "A3"),
        ([[GENERAL], ["Life - 7,000"], ["IPP - 1,012"]], "A3"),
        ([[GENERAL], ["Sentence", "Sex", "2024"], ["IPP", "Male", 1.0], ["", "Female", 2.0]], "A3"),
        *(
            (table(["Sexual", 9.0, 4.0], ["Violent", 3.0, 1.0], headings=["Offence", "All", name]), "C5")
            for name in ("I.P.P.", "IPP no.", "*IPP", "[note 1] IPP", "(1) IPP", LONG_NAME, f"{LONG_NAME}.")
        ),
        (table(["Imprisonment for public protection."], ["Male", 1.0, 2.0], ["Female", 3.0, 4.0]), "A6"),
        ([["Figures are for people serving IPP only."], *table(["Male", 1.0, 2.0])], "A1"),
        ([[GENERAL], ["of people serving imprisonment for public protection."], HEADINGS, ["Male", 1.0, 2.0]], "A2"),
    ],
    ids=[
        *("a heading", "a later heading", "a heading over several columns", "the head of a block", "a second label"),
        *(
            "a title with another name",
            "a title beside the first column",
            "a title in words",
            "a title without a number",
            "fields parted by semicolons",
            "a name and its figure in one cell",
            "a name before its figure",
            "a name, a dash and its figure",
            "a label for several rows",
        ),
        *("a full stop after letters", "a short word", "an asterisk first", "a note first", "a number first"),
        *("a long heading", "a heading that is a sentence", "a block with a full stop"),
        *("a sentence above the title", "a title over two rows"),
    ],
)
def test_a_name_anywhere_in_a_table_that_no_spec_reads_is_refused(declared, rows, cell):
    assert refused_at(found(declared, Sheet=rows)) == [cell]


def test_a_sheet_that_names_the_sentence_under_a_general_title_is_refused(declared):
    reading = found(declared, IPP_1=table(["Male", 1.0, 2.0]))

    assert refused_at(reading) == [f"table {GENERAL!r}"]


def test_a_table_on_a_sheet_of_notes_is_refused(declared):
    rows = [*NOTES, [""], ["Sentence", "2023", "2024"], ["IPP", 14.0, 15.0]]

    assert refused_at(found(declared, Small=SMALL, Notes=rows)) == ["A6"]


def test_every_row_of_a_table_is_one_problem_with_a_count(declared):
    (problem,) = found(declared, Table_2=table(["IPP", 1.0], ["DPP", 2.0], ["ISPP", 3.0])).problems

    assert problem.cell == "A6"
    assert problem.found == "'IPP' with figures that none reads, and the sentence in 2 more cells"
    assert "declare the table as not_needed in source.yml" in problem.remedy


def test_a_title_that_must_be_mapped_is_reported_once(declared):
    (problem,) = found(declared, Table_2=table(["IPP", 1.0], title="Table 2: IPP prisoners by age")).problems

    assert problem.expected == "a spec for every table about these sentences"


def test_a_hidden_sheet_is_searched(tmp_path, declared):
    from openpyxl import Workbook

    book, path = Workbook(), tmp_path / "file.xlsx"
    for sheet, rows in (("Small", SMALL), ("Table_2", table(["IPP", 14.0, 15.0]))):
        page = book.create_sheet(sheet)
        for row in rows:
            page.append(row)
    book["Table_2"].sheet_state = "veryHidden"
    book.save(path)

    assert refused_at(read_release([path], declared, "1", "Small tables")) == ["A6"]


def test_a_csv_is_searched(tmp_path, declared):
    (tmp_path / "a.csv").write_text("Custody,Date,Population\nAll,2024-06,80000\nIPP,2024-06,2700\n", encoding="utf-8")

    assert refused_at(read_release([tmp_path / "a.csv"], declared, "1", "Population by custody")) == ["A3"]


@pytest.mark.parametrize(
    ("added", "cell"),
    [
        ([["", ""], ["of which: IPP", 1.0, 1.0]], "A5"),
        ([["", ""], ["Sentence", "People"], ["IPP", 1.0]], "A6"),
        ([["Table 2: Recalls by sentence"], ["Sentence", "2023"], ["IPP", 1.0]], "A6"),
    ],
    ids=["a row below the table", "another table below", "another table with a title"],
)
def test_rows_on_the_sheet_of_a_table_that_is_read(declared, added, cell):
    reading = found(declared, Small=[*SMALL, *added])

    assert {problem.cell for problem in reading.problems} & {cell, "B5", "B6"}


def test_a_table_whose_headings_are_lost_is_refused_for_them(declared):
    reading = found(declared, Small=[SMALL[0], *SMALL[2:], ["IPP", 1.0, 1.0]])

    assert [problem.expected.partition(" within")[0] for problem in reading.problems] == ["headings Sex, a day"]


def test_a_part_that_is_read_past_may_not_name_the_sentence(declared):
    rows: Rows = [
        ["Table 1: People by sex"],
        ["Sex", "Sentence", "30 Jun 2024"],
        *(["Male", sentence, value] for sentence, value in (("All sentences", 9.0), ("Life", 5.0), ("IPP", 4.0))),
    ]

    assert refused_at(found(declared, Small=rows)) == ["B5"]


def test_figures_beside_the_sentence_in_a_column_of_labels_are_not_overlooked(declared):
    rows: Rows = [
        ["Table 1: People by sex"],
        ["Sex", "Age group", "30 Jun 2024"],
        ["Male", "All", 3.0],
        [""],
        ["IPP", 1.0],
    ]
    reading = found(declared, Small=rows)

    assert reading.problems


@pytest.mark.parametrize("heading", ["IPP, change on the year", "Change in IPP"])
def test_a_column_that_is_read_past_may_not_name_the_sentence(declared, heading):
    rows: Rows = [["Table 1: People by sex"], ["Sex", "30 Jun 2024", heading], ["Male", 3.0, 1.0]]

    assert refused_at(found(declared, Small=rows)) == ["C2"]


def test_a_heading_over_the_headings_that_are_read_may_not_name_the_sentence(declared):
    rows: Rows = [["Table 1: People by sex"], ["", "IPP prisoners"], ["Sex", "30 Jun 2024"], ["Male", 3.0]]

    assert refused_at(found(declared, Small=rows)) == ["B2"]


@pytest.mark.parametrize(
    "rows",
    [
        [*SMALL, ["(1) IPP prisoners are counted"], ["[note 2] DPP is included", ""]],
        [*SMALL, [""], [1.0, "IPP includes DPP"], [2.0, "Figures exclude recalled IPP prisoners"]],
        [*SMALL, [""], ["Source: Ministry of Justice, IPP and life sentence statistics"]],
        [SMALL[0], ["Figures include people serving IPP."], *SMALL[1:]],
        table(["All", 1.0, 2.0], ["(1) IPP is part of all indeterminate sentences"]),
        [[GENERAL], ["The total includes people serving IPP sentences."], HEADINGS, ["All", 1.0, 2.0]],
    ],
)
def test_a_text_that_only_mentions_the_sentence_is_no_figure(declared, rows):
    contents: Rows = [
        ["Contents"],
        ["Sheet", "Title", "Notes"],
        ["Table_9", "Table 9: IPP prisoners by age", 3.0],
        ["S", "IPP", 4.0],
    ]

    assert found(declared, Cover=[["IPP statistics"], ["2024"]], Contents=contents, Notes=NOTES, S=rows).problems == []


def test_a_table_that_is_declared_as_not_needed_is_left_where_it_is(declared):
    title = {"all_of": ["self-harm incidents by type of custody"]}
    known = declared.model_copy(update={"not_needed": [NotNeeded.model_validate({"title": title, "reason": "a test"})]})

    assert found(known, Small=SMALL, Table_2=table(["IPP", 1.0, 2.0])).problems == []


def test_the_further_offences_and_the_self_harm_under_general_titles_are_refused(tmp_path, sources):
    """The wording of the official tables, under titles that no spec knows."""
    offences = table(
        ["All", 200.0],
        ["IPP", 14.0],
        title="Table 2: Convictions for serious further offences by type of sentence being served",
        headings=["Sentence being served", "2019/20"],
    )
    self_harm = table(
        *(
            [label, 5.0, 6.0]
            for label in ("All prisoners", "Indeterminate sentences", "Imprisonment for Public Protection")
        ),
        *([label, 5.0, 6.0] for label in ("Recalls", "of which, imprisonment for Public Protection")),
    )

    assert refused_at(found(sources["proven_reoffending"], Table_2=offences)) == ["A7"]
    harm = read_sheets(
        sources["safety_in_custody"], "Self-harm_in_prison_custody_2023_to_2024.ods", {"Table_2": self_harm}
    )
    assert refused_at(harm) == ["A8"]


def test_an_ods_is_searched(tmp_path, declared):
    write_ods(tmp_path / "file.ods", {"Small": SMALL, "Table_2": table(["IPP", 14.0, 15.0])})

    assert refused_at(read_release([tmp_path / "file.ods"], declared, "1", "Small tables")) == ["A6"]
