"""Asking a finished warehouse file, and nothing else: SQL, traces, differences, coverage, the dictionary."""
