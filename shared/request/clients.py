"""Noun request: how long boto3's clients wait, and how often they try, for what no lookup needs.

What boto3 does untold, 60 s five times, outlasts every function behind a queue.
"""

from botocore.config import Config

CONNECT_TIMEOUT_S, READ_TIMEOUT_S, TRIES = 2, 10, 4


def bounded(*, at_once: int = 10) -> Config:
    """Return what a client is made with; so many of its calls may be under way at once."""
    return Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        max_pool_connections=at_once,
    )
