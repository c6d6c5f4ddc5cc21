"""Noun lookup: where the API answers."""

LOOKUP_PATH = "/v1/lookup"
DOCUMENT_PATH = "/v1/openapi.json"
