"""Arrow lookup_scores: one question of the ranking service becomes promotion scores."""
