"""The small publication that is killed, filled up and altered here."""

from tests.small_publication import build, judge, make_figure, publish_one, settings  # noqa: F401 - fixtures
