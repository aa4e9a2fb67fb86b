"""raw/ as a store: releases with their manifests, checked byte for byte and never written to.

Belongs here: manifests, checksums, which releases are public at a moment, and what a folder of inputs amounts to. Does
not belong here: what a release says (extraction).
"""
