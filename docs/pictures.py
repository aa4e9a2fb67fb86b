"""Draw the pictures of the docs from the published file: `python docs/pictures.py`.

Belongs here: what a reader should see before reading a table. Nothing is computed; every point is a row of a mart.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

from orchestration.query.reading import open_published
from orchestration.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

CASELOAD = Path(__file__).resolve().parent / "images" / "caseload.svg"
SERIES = {
    "ipp_unreleased_prisoners": ("In prison, never released", "#12436d"),
    "ipp_recalled_prisoners": ("In prison, recalled", "#a285d1"),
    "ipp_community_caseload": ("On licence in the community", "#28a197"),
    "ipp_restricted_patients": ("In secure hospital", "#f46a25"),
}
"""Measures drawn, with their name and a colour of the palette for official statistics."""
FROM_RECORDS = """
    select measure, period_end, value from marts.counted_figures
    where statistic = 'count' and breakdown = '' and period_type = 'as_at' order by period_end
"""
PUBLISHED = """
    select measure, period_end, value from marts.figures
    where is_latest and breakdown = '' and period_type = 'as_at' and value is not null and period_end >= '2015-01-01'
"""


def draw_caseload(from_records: pd.DataFrame, published: pd.DataFrame, path: Path) -> None:
    """Each measure counted from records as a line, and what is published of it as points."""
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    for measure, (name, colour) in SERIES.items():
        line = from_records[from_records["measure"] == measure]
        points = published[published["measure"] == measure]
        axes.plot(line["period_end"], line["value"], color=colour, label=name)
        axes.plot(points["period_end"], points["value"], "o", color=colour, markersize=4)
    axes.set(
        ylim=(0, None), ylabel="people", title="People serving IPP: synthetic records (lines) and published (points)"
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Draw every picture."""
    plt.rcParams["svg.hashsalt"] = "ipp"  # the same figures give the same bytes
    with open_published(Settings.from_environment()) as connection:
        draw_caseload(connection.sql(FROM_RECORDS).df(), connection.sql(PUBLISHED).df(), CASELOAD)


if __name__ == "__main__":
    main()
