"""From a published workbook and the spec of its tables to tidy observations, each with the cell it came from.

Belongs here: pure functions on grids of cells. The one effect is opening a workbook (`workbook.py`). Does not belong
here: what a particular table looks like (sources), where releases are kept (archive), where observations go
(build).
"""
