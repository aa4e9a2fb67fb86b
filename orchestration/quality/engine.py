"""Great Expectations, started once, in memory, and kept quiet: no analytics, no progress bars, no Data Docs, no files.

Starting it takes seconds, so nothing of it is imported before a suite is run.
"""

from __future__ import annotations

import functools
import logging
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition


@functools.cache
def dataframe_batch() -> BatchDefinition[Any]:
    """The one batch definition every suite is run with: a whole pandas frame, given when it is run."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read while it is imported
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # It logs tracebacks of what it drops or cannot evaluate. Both are reported here, and one could hold a record.
    logger = logging.getLogger("great_expectations")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False  # one of its modules sets a level
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole frame")
