"""Arrow load_part: a part of a large accepted drop becomes rows of the table."""
