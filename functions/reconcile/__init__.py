"""Arrow reconcile: what a lost notification left behind is asked for again."""
