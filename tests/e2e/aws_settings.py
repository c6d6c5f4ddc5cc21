"""This process's AWS settings: its environment, and the session that boto3 made from it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3


@contextmanager
def settings_kept() -> Iterator[None]:
    """Put the settings back at the end, whatever pointed them elsewhere meanwhile."""
    before, session = dict(os.environ), boto3.DEFAULT_SESSION
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        boto3.DEFAULT_SESSION = session
