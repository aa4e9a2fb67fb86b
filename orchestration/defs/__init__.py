"""Dagster only, and thin: each module wires one step of the refresh to what a person sees in the UI. No SQL, no data,
no decisions.
"""
