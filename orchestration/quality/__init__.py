"""Judging a candidate: the suites and rules in `expectations/` are run on it, and what they say goes into the ledger.

Belongs here: reading suites and rules strictly, running them, and keeping verdicts. Does not belong here: what is
expected (the files in `expectations/` say that, so that an analyst can change it) or what happens to a candidate that
passed (publication).

An expectation that cannot be evaluated, a table without a suite and a suite without a table all fail: nothing is left
unsaid.
"""
