"""Noun policy: the limits and shares that people set for the whole system."""
