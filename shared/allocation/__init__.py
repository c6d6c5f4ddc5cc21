"""Noun allocation: the linear program over all campaigns, its solver and its certificate."""
