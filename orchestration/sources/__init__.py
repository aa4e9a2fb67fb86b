"""What is published where, as data: one folder per publication, one YAML per published table.

Belongs here: layouts, labels, symbols, corrections and what each figure measures, each with its reason. Does not belong
here: code that reads a workbook (extraction). `spec.py` reads the files strictly; a mistake in one is an error before
any workbook is opened.
"""
