"""Noun table: what a DynamoDB table is keyed by, said once for CDK, models and tests."""
