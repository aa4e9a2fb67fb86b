"""The screener: what is checked on the feed as written, before it is published.

One module for each stage, in the order of `run.STAGES`. A failing stage ends the screening with all its findings.
"""

from orchestration.feed.screening.findings import Finding
from orchestration.feed.screening.run import screen, screen_pack

__all__ = ["Finding", "screen", "screen_pack"]
