"""Noun request: objects of S3, read by requests of our own."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from random import uniform
from time import sleep
from urllib.parse import quote

from shared.request.budgets import TimeBudget
from shared.request.connections import Answer, BrokenAnswerError, Connection, Endpoint
from shared.request.credentials import Credentials, find_credentials
from shared.request.endpoints import endpoint_of, region_of
from shared.request.signatures import Signer

LONGEST_WAIT_S = 0.1


class ObjectError(RuntimeError):
    """S3 refused to give an object, or did not give it in time."""


class SignedObjects:
    """Whole objects by bucket and key; a connection is made for each, since few are read."""

    def __init__(
        self, endpoint: Endpoint, region: str, credentials: Callable[[], Credentials]
    ) -> None:
        """Ask there; ``credentials`` returns those of the moment."""
        self._endpoint, self._credentials = endpoint, credentials
        self._signer = Signer("s3", region, endpoint.host)

    def get(self, bucket: str, key: str, budget: TimeBudget) -> bytes:
        """Return an object's bytes; asks again while that may help.

        Raises:
            ObjectError: S3 refused, or the budget ended.
        """
        path = f"/{bucket}/{quote(key, safe='/~')}"
        while True:
            try:
                answer = self._ask(path, budget)
                if answer.status == 200:
                    return answer.body
                problem = f"status {answer.status}"
                if answer.status < 500:
                    raise ObjectError(f"S3 refused {key} with {problem}.")
            except OSError as error:
                problem = f"{type(error).__name__}: {error}"
            wait_s = uniform(0, LONGEST_WAIT_S)  # noqa: S311 - no secret, a spread
            if wait_s >= budget.left_s:
                raise ObjectError(f"S3 did not give {key} in time: {problem}")
            sleep(wait_s)

    def _ask(self, path: str, budget: TimeBudget) -> Answer:
        timeout_s = max(budget.left_s, 0.001)
        headers = self._signer.object_headers(path, self._credentials(), datetime.now(UTC))
        connection = Connection(self._endpoint, timeout_s)
        try:
            return connection.exchange("GET", path, headers, b"", timeout_s)
        except ValueError as error:
            raise BrokenAnswerError(str(error)) from error
        finally:
            connection.close()


def open_signed_objects() -> SignedObjects:
    """Return objects with the region, credentials and endpoint of the environment.

    Raises:
        LookupError: it names no region, or no credentials.
    """
    region, credentials = region_of(os.environ), find_credentials(os.environ)
    if not region or not credentials:
        raise LookupError("S3 cannot be asked without a region and credentials.")
    return SignedObjects(endpoint_of("s3", region, os.environ), region, credentials)
