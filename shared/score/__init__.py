"""Noun score: relevance scores of one audience, packed in one row."""
