"""A synthetic cohort of people serving IPP or DPP, so that every internal extract can be built and tested without a
real record.

Belongs here: the lives (simulation), the figures they are held to (data/targets.csv), the extracts written from them
and the comparison with the published record. Every row written says `synthetic`. Does not belong here: loading an
extract (orchestration.records.loader).
"""
