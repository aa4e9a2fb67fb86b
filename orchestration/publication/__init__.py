"""From observations to the edition others read: the candidate, publishing it, earlier editions, and reading them.

Belongs here: writing landing tables, the dictionary, switching editions, rollback, comparison of editions, read-only
access. Does not belong here: whether a candidate is good enough (quality).
"""
