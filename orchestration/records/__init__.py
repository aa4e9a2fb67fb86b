"""Record-level extracts from internal systems: their contracts and their loader.

Belongs here: everything that touches a record about a person. What is loaded goes to the internal database file, never
to the candidate. Does not belong here: aggregates (dbt).
"""
