"""Noun request: who sends requests to AWS."""

from collections.abc import Mapping
from typing import Literal, cast

SENDER = "AWS_REQUESTS"
Sender = Literal["signed", "botocore"]


def sender_of(environment: Mapping[str, str]) -> Sender:
    """Return who sends requests: `signed`, our own, unless an environment says `botocore`.

    Raises:
        ValueError: it says something else.
    """
    sender = environment.get(SENDER, "signed")
    if sender not in ("signed", "botocore"):
        raise ValueError(f"{SENDER} is {sender!r}; set it to signed or botocore.")
    return cast("Sender", sender)
