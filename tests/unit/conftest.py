"""The small publication that these tests read, roll back and compare."""

from tests.small_publication import build, judge, make_figure, publish_one, settings, three, three_once  # noqa: F401 - fixtures
