"""Noun drop: a file of rows that a producer put in S3, and what became of it."""
