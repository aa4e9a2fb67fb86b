"""The kinds of arrays that the cohort is made of, by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
"""Calendar days; NaT where there is none."""
Spans = NDArray[np.timedelta64]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Day = np.datetime64
