"""Noun lookup: one question of the ranking service and its answer."""
