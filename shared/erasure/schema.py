"""Noun erasure: where the list of erased audiences stands in the bucket of accepted data."""

ERASURES_PREFIX = "erasures/"
ERASURES_KEY = f"{ERASURES_PREFIX}erased.bin"
