"""The small publication that these tests read, roll back and compare, and reading without a process for it."""

from tests.readings import in_this_process  # noqa: F401 - a fixture
from tests.small_publication import build, judge, make_figure, publish_one, settings, three, three_once  # noqa: F401 - fixtures
