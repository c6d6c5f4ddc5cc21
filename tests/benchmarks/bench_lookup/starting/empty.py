"""A function that does nothing: what the interpreter and Lambda's runtime client take alone."""

from typing import Any


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer nothing."""
    return {}
