"""Verb open_calls: choose who sends the calls of DynamoDB's API."""

from collections.abc import Mapping

from shared.request.senders import sender_of
from shared.request.services import service_of
from shared.table.calls import Calls
from shared.table.signed_calls import ANSWER_TIMEOUT_S, SignedCalls


def open_calls(
    environment: Mapping[str, str],
    most_at_once: int,
    *,
    answer_timeout_s: float = ANSWER_TIMEOUT_S,
) -> Calls:
    """Return calls sent by our own client, or by botocore where the environment says so.

    Args:
        environment: names region, credentials and perhaps an endpoint and the sender.
        most_at_once: calls under way together.
        answer_timeout_s: after which our own client asks again, while the budget lasts.

    Raises:
        LookupError: the environment names no region, or no credentials.
        ValueError: it names no sender that there is.
    """
    if sender_of(environment) == "signed":
        return SignedCalls(service_of("dynamodb", environment), most_at_once, answer_timeout_s)
    from shared.table.botocore_calls import BotocoreCalls  # 100 ms that ours does without

    return BotocoreCalls(most_at_once)
