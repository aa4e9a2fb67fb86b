"""Read files with one reader and say how long that took: a separate command, so that memory is that of one reader.

Usage: python -m benchmarks.read_files (calamine|pandas) FILE...

Writes one JSON object: seconds and seconds of processor time of reading, without the imports.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def calamine(path: Path) -> Any:
    """The project's way: calamine, into tuples of plain cells."""
    from orchestration.workbooks.workbook import read_workbook

    return read_workbook(path, release="", title="")


def pandas(path: Path) -> Any:
    """The usual way: pandas, with odfpy for ODS and openpyxl for XLSX. No cell is treated as a missing value."""
    import pandas as pd

    engine: Any = "odf" if path.suffix.lower() == ".ods" else "openpyxl"
    return pd.read_excel(
        path, sheet_name=None, header=None, dtype=object, engine=engine, keep_default_na=False, na_values=[]
    )


READERS: dict[str, Callable[[Path], Any]] = {"calamine": calamine, "pandas": pandas}


def main() -> None:
    """Read the smallest file first, unmeasured, as a reader imports more when it opens its first file."""
    reader, paths = READERS[sys.argv[1]], [Path(name) for name in sys.argv[2:]]
    reader(min(paths, key=lambda path: path.stat().st_size))
    started, processor_started = time.perf_counter(), time.process_time()
    for path in paths:
        reader(path)
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor_started
    print(json.dumps({"seconds": seconds, "processor_seconds": processor_seconds}))


if __name__ == "__main__":
    main()
