"""Labels and titles are compared by what they mean: marks, case, spaces and kinds of dash aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.workbooks.text import (
    nearest,
    normalise,
    note_marks,
    says,
    table_number,
    table_title,
    without_marks,
)


@pytest.mark.parametrize(
    ("published", "meant"),
    [
        ("Not\nStated", "not stated"),
        ("  Mixed  ", "mixed"),
        ("Others(3)", "others"),
        ("Life (all variations) (2)", "life (all variations)"),
        ("Tariff expiry date not available(3)", "tariff expiry date not available"),
        ("Population *", "population"),
        ("86,515 **", "86,515"),
        ("IPP [note 12][Note 3]", "ipp"),
        ("IPP [notes 2, 3 and 12] [rev]", "ipp"),
        ("Recalled [r] (p)", "recalled"),
        ("Poor Behaviour – Relationships", "poor behaviour - relationships"),
        ("establishments’ capacity", "establishments' capacity"),
        ("IPP\xa0prisoners", "ipp prisoners"),
        ("Unreleased²", "unreleased"),
        ("Unreleased¹²", "unreleased"),
        ("Unreleased \ufeff", "unreleased"),
        ("Standford Hill (Sheppey)", "standford hill (sheppey)"),
        ("2* stars", "2 stars"),
        ("a*b", "a*b"),
    ],
)
def test_a_label_means_the_same_without_marks_case_spaces_and_kinds_of_dash(published, meant):
    assert normalise(published) == meant


def test_case_is_kept_where_a_text_is_shown():
    assert without_marks("Unreleased  IPP prisoners [note 3](1) ") == "Unreleased IPP prisoners"


@pytest.mark.parametrize(
    ("published", "marks"),
    [
        ("tariff length(1) and tariff expiry date", ("(1)",)),
        ("30-Jun-09(1) (2)", ("(1)", "(2)")),
        ("IPP [Note 3] prisoners [note 4]", ("[note 3]", "[note 4]")),
        ("IPP [notes 3 and 12]", ("[note 3]", "[note 12]")),
        ("IPP [note 3, note 4]", ("[note 3]", "[note 4]")),
        ("86,515 **", ("**",)),
        ("86,515¹ ⁰", ("(1)", "(0)")),
        ("86,515¹²", ("(12)",)),
        ("4*", ("*",)),
        ("Standford Hill (Sheppey)", ()),
        ("[rev]", ()),
    ],
)
def test_the_marks_of_a_text_are_found_in_their_order(published, marks):
    assert note_marks(published) == marks


@pytest.mark.parametrize(
    ("title", "number", "rest"),
    [
        ("Table 1.Q.14: IPP prisoners by sex [note 3]", "1.Q.14", "IPP prisoners by sex"),
        (
            "Table A1.14: Indeterminate sentenced prison population(1)",
            "A1.14",
            "Indeterminate sentenced prison population",
        ),
        ("Table 1.9b Time over tariff", "1.9b", "Time over tariff"),
        ("table 6.13 : Caseload", "6.13", "Caseload"),
        ("Table A1.3i: Untried", "A1.3i", "Untried"),
        ("Table 8a. Assaults", "8a", "Assaults"),
        ("Monthly Bulletin - March 2018", "", "Monthly Bulletin - March 2018"),
        ("Timetable 6: trains", "", "Timetable 6: trains"),
    ],
)
def test_a_title_is_parted_into_its_number_and_what_it_says(title, number, rest):
    assert (table_number(title), table_title(title)) == (number, rest)


def test_a_title_says_a_phrase_whatever_marks_stand_between_its_words():
    title = "Table A1.14: Indeterminate sentenced prison population, by tariff length(1) and tariff expiry date"

    assert says(title, "Tariff length and tariff expiry date")
    assert not says(title, "tariff length or tariff expiry date")


def test_the_nearest_known_labels_come_best_first_as_they_are_published():
    known = ["Unreleased", "Recalled", "Never released", "All IPP prisoners"]

    assert nearest("Un-released", known)[0] == "Unreleased"
    assert nearest("Ethnicity", known) == []
    assert len(nearest("Less than 1 year", [f"Less than {n} years" for n in range(9)], most=2)) == 2


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)


@given(
    st.from_regex(r"\A[A-Za-z][a-z ]{0,20}[a-z]\Z"), st.integers(1, 99), st.sampled_from(["[note {}]", " ({})", "({})"])
)
def test_the_number_of_a_note_never_changes_what_a_label_means(label, number, mark):
    marked = label + mark.format(number)

    assert normalise(marked) == normalise(label)
    assert note_marks(marked) == (mark.format(number).strip(),)
