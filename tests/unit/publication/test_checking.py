"""What `ipp check` says of one file on its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.problems import InputRejected
from orchestration.publication import checking
from orchestration.settings import ROOT
from orchestration.sources.spec import Source

RECALLS = ROOT / "raw/omsq/2024-q4/licence-recalls-Oct-to-Dec-2024.ods"


def test_a_file_that_is_cut_off_is_told_to_be(tmp_path: Path, sources: Mapping[str, Source]) -> None:
    # Two publications have files of such a name. Neither finds a table, and that is not what is wrong.
    cut = tmp_path / RECALLS.name
    cut.write_bytes(RECALLS.read_bytes()[:2500])

    with pytest.raises(InputRejected) as refused:
        checking.read(cut, sources)

    (problem,) = refused.value.problems
    assert RECALLS.name in str(problem)
    assert "a whole ODS, XLSX or CSV file" in str(problem)
    assert "fetch the file again" in str(problem)
