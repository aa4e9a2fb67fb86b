"""The static site of an edition: pages, charts and tables made from the finished warehouse file alone.

Belongs here: what a page shows, and how a figure becomes a sentence, a chart and a table. Does not belong here: figures
that the warehouse does not hold (dbt models), and which blocks a section has (`feed/sections.yml`).
"""
