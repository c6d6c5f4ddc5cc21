"""Constructs: one arrow of the journey each, with the resources that it owns."""
