"""Verb open_calls: choose who sends the calls of DynamoDB's API."""

from shared.table.calls import Calls
from shared.table.signed_calls import open_signed_calls


def open_calls(sender: str, most_at_once: int) -> Calls:
    """Return calls sent by ``signed``, our own client, or by ``botocore``.

    Raises:
        ValueError: there is no such sender.
    """
    if sender == "signed":
        return open_signed_calls(most_at_once)
    if sender == "botocore":
        from shared.table.botocore_calls import BotocoreCalls  # 100 ms that ours does without

        return BotocoreCalls(most_at_once)
    raise ValueError(f"AWS_REQUESTS is {sender!r}; set it to signed or botocore.")
