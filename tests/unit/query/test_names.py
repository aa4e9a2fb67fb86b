"""A name that is typed wrong is answered with the ones that come near."""

from __future__ import annotations

import pytest

from orchestration.query.names import UnknownName, find

KNOWN = ["ipp_recalls", "ipp_recalled_prisoners", "self_harm", "deaths_in_custody"]


def test_a_known_name_is_found():
    assert find("measure", "self_harm", KNOWN) == "self_harm"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ipp_recals", "unknown measure 'ipp_recals'; did you mean ipp_recalls"),
        ("deaths", "did you mean deaths_in_custody"),
        ("zzz", "there are 4: deaths_in_custody, ipp_recalled_prisoners, ipp_recalls, self_harm"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name, words):
    with pytest.raises(UnknownName) as refusal:
        find("measure", name, KNOWN)

    assert words in str(refusal.value)


def test_long_lists_are_cut_short():
    with pytest.raises(UnknownName, match=r"there are 30: .*, …$"):
        find("measure", "", [f"measure_{number:02}" for number in range(30)])
