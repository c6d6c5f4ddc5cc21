"""Noun export: where exports stand in their bucket."""

EXPORT_PREFIX = "exports/"
