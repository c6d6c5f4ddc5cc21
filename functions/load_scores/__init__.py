"""Arrow load_scores: accepted scores become rows of the table."""
