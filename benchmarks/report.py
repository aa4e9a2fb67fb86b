"""The results as tables of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.measuring import Row

ROW_HEADINGS = ("what", "s", "CPU s", "MiB", "against", "s", "MiB", "ratio", "from–to", "CPU ratio", "target", "met")


def rows_table(rows: Iterable[Row]) -> str:
    """What was compared, one row each. `ratio` is by the clock, `CPU ratio` the same by processor time."""
    return _table(ROW_HEADINGS, [_cells(row) for row in rows])


def stages_table(stages: Mapping[str, float]) -> str:
    """Seconds of each stage and their share of the whole, which comes last."""
    whole = stages["all"]
    rows = [(name, f"{seconds:.2f}", f"{seconds / whole:.0%}") for name, seconds in stages.items()]
    return _table(("stage", "seconds", "share"), rows)


def imports_table(imports: Mapping[str, tuple[float, int, str]]) -> str:
    """What importing each package costs."""
    rows = [(name, f"{seconds:.2f}", str(modules), dearest) for name, (seconds, modules, dearest) in imports.items()]
    return _table(("package", "seconds", "modules", "of which"), rows)


def _cells(row: Row) -> tuple[str, ...]:
    """One row as texts."""
    return (
        row.name,
        _number(row.seconds),
        _number(row.processor_seconds),
        _number(row.peak_mib),
        row.compared_with,
        _number(row.other_seconds),
        _number(row.other_peak_mib),
        _number(row.ratio),
        f"{_number(row.ratio_from)}–{_number(row.ratio_to)}" if row.ratio else "",
        _number(row.processor_ratio),
        _target(row),
        {None: "", True: "yes", False: "NO"}[row.met],
    )


def _target(row: Row) -> str:
    """The targets in words."""
    bound = "at least" if row.at_least else "at most"
    time = [] if row.limit is None else [f"{bound} {row.limit:g}{'' if row.ratio else ' s'}"]
    memory = [] if row.most_mib is None else [f"at most {row.most_mib:g} MiB"]
    return ", ".join([*time, *memory])


def _number(number: float | None) -> str:
    """Two or three digits that count, and none for what was not measured."""
    if number is None:
        return ""
    return f"{number:.0f}" if number >= 100 else f"{number:.2g}" if number < 10 else f"{number:.3g}"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to their widest cell; the first and texts are aligned left, numbers as they come."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = [headings, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
