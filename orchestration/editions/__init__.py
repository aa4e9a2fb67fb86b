"""Editions: written once, put in place by one switch, kept for a while, and put back by a person."""
