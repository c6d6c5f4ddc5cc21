"""Noun request: a request to a service of AWS, signed and sent by ourselves."""
