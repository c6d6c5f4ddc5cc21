"""Arrow evaluate_shard: one shard of a run's rows is evaluated in one round."""
