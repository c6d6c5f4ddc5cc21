"""Noun event: what Oasis says on its bus, and what it listens to."""
