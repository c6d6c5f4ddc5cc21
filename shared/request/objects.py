"""Noun request: objects of S3, read by requests of our own."""

from time import sleep
from urllib.parse import quote

from shared.request.budgets import TimeBudget
from shared.request.connections import Answer, BrokenAnswerError, Connection
from shared.request.services import Service
from shared.request.waits import chance_wait_s

LONGEST_WAIT_S = 0.1
BEGIN_TIMEOUT_S = 0.4  # S3 begins to answer in 20 to 100 ms: then it is asked again


class ObjectError(RuntimeError):
    """S3 refused to give an object, or did not give it in time."""


class SignedObjects:
    """Whole objects by bucket and key; a connection is made for each, since few are read."""

    def __init__(self, service: Service) -> None:
        """Ask there."""
        self._service = service

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
                if answer.status < 500 and not self._service.clock.is_put_right(answer):
                    raise ObjectError(f"S3 refused {key} with {problem}.")
            except OSError as error:
                problem = f"{type(error).__name__}: {error}"
            wait_s = chance_wait_s(LONGEST_WAIT_S)
            if wait_s >= budget.left_s:
                raise ObjectError(f"S3 did not give {key} in time: {problem}")
            sleep(wait_s)

    def _ask(self, path: str, budget: TimeBudget) -> Answer:
        service = self._service
        headers = service.signer.object_headers(path, service.credentials(), service.clock.now())
        connection = Connection(service.endpoint, _s(budget.at_most(BEGIN_TIMEOUT_S)))
        try:
            return connection.exchange("GET", path, headers, b"", _s(budget), BEGIN_TIMEOUT_S)
        except ValueError as error:
            raise BrokenAnswerError(str(error)) from error
        finally:
            connection.close()


def _s(budget: TimeBudget) -> float:
    return max(budget.left_s, 0.001)  # 0 would mean to wait for nothing, or for ever
