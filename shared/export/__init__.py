"""Noun export: an activated plan as files of scores, for offline ranking and backtests."""
