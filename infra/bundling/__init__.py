"""Bundles: one zip a function, built without Docker for AWS or for this host."""
