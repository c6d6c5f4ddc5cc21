"""Noun campaign: the intent of a licensor for tracks, contexts, markets and a period."""
