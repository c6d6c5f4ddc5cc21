"""Arrow activate_plan: a certified plan becomes the current one, or is held."""
