"""Arrow count_delivery: delivered exposures silence the campaigns whose caps they reach."""
