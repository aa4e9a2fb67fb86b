"""Where a run reads and writes, and that it does so alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import dagster as dg

from orchestration.editions.lock import exclusive
from orchestration.settings import Settings


class Paths(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The folders of a run (empty: from the environment), whether bad releases are set aside, and whether everything is
    built, also what has not changed.

    Held for the length of the run, with the lock that keeps any other refresh out of the same published folder.
    """

    raw: str = ""
    work: str = ""
    published: str = ""
    expectations: str = ""
    dbt_project: str = ""
    full: bool = False

    @property
    def settings(self) -> Settings:
        """The settings these folders make."""
        return Settings.from_environment(self.raw, self.work, self.published).with_project_folders(
            self.expectations, self.dbt_project
        )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:  # noqa: ARG002 - Dagster's signature
        """Hold the lock while steps run."""
        with exclusive(self.settings):
            yield self
