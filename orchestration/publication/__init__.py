"""From observations to the file others read: the candidate, its publication, its history, and reading it.

Belongs here: writing landing tables, the dictionary, swapping files, rollback, comparison of publications, read-only
access. Does not belong here: whether a candidate is good enough (quality).
"""
