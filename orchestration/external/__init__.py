"""The external pack: the only figures counted from records that leave HMPPS, and the proof that they protect people.

`declared` says which tables go outside and who reads them, `equations` builds the sums an outsider knows, `possible`
solves which values a count can have, `control` decides what to suppress, `pack` writes the files, `audit` checks them.
"""
