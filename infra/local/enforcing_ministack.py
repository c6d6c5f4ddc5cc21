"""The local stack: ministack with identity enforced, and a record of every right asked for.

Run as a program of its own: `python enforcing_ministack.py FILE` becomes ministack, adds what AWS
does and it does not (policies meet the keys of items and the kinds of events; who may not list a
bucket does not learn that an object is absent), and appends a line of JSON to the file for each
new (principal, action, resource, condition keys, outcome).
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ministack.app  # type: ignore[import-untyped]
from ministack.core import iam_actions, iam_evaluator  # type: ignore[import-untyped]
from ministack.services import dynamodb, s3  # type: ignore[import-untyped]

BODY = "oasis:body"
"""Where a request's condition keys carry its body to the judgement of each of its resources."""


class Judge:
    """Judges as ministack does, knowing the items and events of each request, and takes note."""

    def __init__(self, record: Path) -> None:
        """Take ministack's own judgement, and the file to note in."""
        self._enforce = iam_evaluator.enforce
        self._request_keys = iam_actions.request_tag_context
        self._record = record
        self._noted: set[str] = set()

    def request_keys(self, service: str, action: str, body: bytes, params: Any) -> dict[str, Any]:
        """Return the condition keys that ministack finds in a request, and its body."""
        return {**self._request_keys(service, action, body, params), BODY: body}

    def enforce(
        self,
        access_key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return None if the caller may do this, else what is wrong; note it but for the root."""
        context = dict(service_context or {})
        keys = condition_keys(service, resource_arn, context.pop(BODY, b""))
        refusal = self._enforce(
            access_key, action, service, region, resource_arn, {**context, **keys}
        )
        caller = iam_evaluator.resolve_caller_identity(access_key)
        if caller is not None and not caller["userArn"].endswith(":root"):
            self._note(
                principal=caller["userArn"],
                action=action,
                resource=resource_arn,
                keys=keys,
                allowed=refusal is None,
            )
        if refusal is None and action == "s3:GetObject" and is_absent(resource_arn):
            bucket_arn = resource_arn.partition("/")[0]
            return self.enforce(access_key, "s3:ListBucket", service, region, bucket_arn)
        return refusal

    def _note(self, **right: object) -> None:
        line = json.dumps(right)
        if line not in self._noted:
            self._noted.add(line)
            with self._record.open("a") as file:
                file.write(f"{line}\n")


def is_absent(object_arn: str) -> bool:
    """Say whether a bucket is there and an object of it is not."""
    name, _, key = object_arn.removeprefix("arn:aws:s3:::").partition("/")
    bucket = s3._buckets.get(name)
    return bucket is not None and key not in bucket["objects"]


def condition_keys(service: str, resource: str, body: bytes) -> dict[str, list[str]]:
    """Return the keys of the items or the kinds of the events that a request is about."""
    if service == "dynamodb":
        keys = sorted(set(_partition_keys(resource.rpartition("/")[2], json.loads(body or b"{}"))))
        return {"dynamodb:LeadingKeys": keys} if keys else {}
    if service == "events" and body:
        entries = json.loads(body).get("Entries", [])
        return {
            "events:detail-type": sorted({entry["DetailType"] for entry in entries}),
            "events:source": sorted({entry["Source"] for entry in entries}),
        }
    return {}


def _partition_keys(table: str, request: Mapping[str, Any]) -> Iterator[str]:
    parts = [part for item in request.get("TransactItems", ()) for part in item.values()]
    batch = request.get("RequestItems", {}).get(table, {})
    keys = batch.get("Keys", ()) if isinstance(batch, dict) else ()
    stored = dynamodb._tables.get(table)
    if stored is None:
        return
    for part in (request, *parts):
        if part.get("TableName") == table:
            keys = [*keys, part.get("Key") or part.get("Item") or {}]
    for key in keys:
        yield from key.get(stored["pk_name"], {}).values()


def main() -> None:
    """Become ministack, on its one port: it would take 443 too where it may."""
    judge = Judge(Path(sys.argv.pop(1)))
    iam_actions.request_tag_context = judge.request_keys
    iam_evaluator.enforce = judge.enforce
    ministack.app._port_is_bindable = lambda *_: False
    ministack.app.main()


if __name__ == "__main__":
    main()
