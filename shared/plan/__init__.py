"""Noun plan: one solved allocation, the pointer to the current one, and the runs that make it."""
