"""Noun erasure: the audiences that were erased, known by a keyed hash alone."""
