"""A side: the same layout read by other clients: `python -m … FOLDER ENDPOINT CLIENT TIMES`.

CLIENT is `resource` (boto3's) or `pynamodb`; row and pointer are read, and scored as the handler
scores them, without a handler around it.
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench_clock import Clock
from bench_lookup.lookup_world import LISTENER, PLAN_ID

from shared.lookup.answer import compose_answer
from shared.lookup.answers import encode_answer
from shared.lookup.live_plan import LivePlan
from shared.lookup.questions import parse_question
from shared.lookup.store import LiveRow, Reading
from shared.plan.serving import decode_serving
from shared.score.packed_row import unpack_row

Reader = Callable[[], tuple[bytes, int, str]]  # row, its end, plan


def by_resource() -> Reader:
    """Return a reader by boto3's resource."""
    import boto3

    dynamodb = boto3.resource("dynamodb")

    def get() -> tuple[bytes, int, str]:
        found = dynamodb.batch_get_item(
            RequestItems={
                "scores": {"Keys": [{"audience_id": LISTENER}]},
                "plans": {"Keys": [{"item": "pointer"}], "ConsistentRead": True},
            }
        )["Responses"]
        row = found["scores"][0]
        return bytes(row["row"]), int(row["expires_at"]), found["plans"][0]["plan_id"]

    return get


def by_pynamodb() -> Reader:
    """Return a reader by PynamoDB's models, a call a table."""
    from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
    from pynamodb.models import Model

    class Row(Model):
        class Meta:
            table_name, region = "scores", os.environ["AWS_DEFAULT_REGION"]
            host = os.environ["AWS_ENDPOINT_URL"]

        audience_id = UnicodeAttribute(hash_key=True)
        row = BinaryAttribute(legacy_encoding=False)
        order = UnicodeAttribute()
        producer = UnicodeAttribute()
        expires_at = NumberAttribute()

    class Pointer(Model):
        class Meta:
            table_name, region = "plans", os.environ["AWS_DEFAULT_REGION"]
            host = os.environ["AWS_ENDPOINT_URL"]

        item = UnicodeAttribute(hash_key=True)
        plan_id = UnicodeAttribute()
        epoch = NumberAttribute()

    def get() -> tuple[bytes, int, str]:
        row = Row.get(LISTENER)
        return row.row, int(row.expires_at), Pointer.get("pointer", consistent_read=True).plan_id

    return get


READERS = {"resource": by_resource, "pynamodb": by_pynamodb}


def main(folder: Path, endpoint: str, client: str, times: int) -> None:
    """Print what a lookup takes, and the scores."""
    os.environ["AWS_ENDPOINT_URL"] = endpoint
    plan = LivePlan(PLAN_ID, decode_serving((folder / "plan.msgpack").read_bytes()))
    get, body = READERS[client](), (folder / "question.json").read_text()

    def ask() -> str:
        question = parse_question(body)
        packed, expires_at, plan_id = get()
        row = LiveRow(LISTENER, unpack_row(packed), expires_at)
        reading = Reading({LISTENER: row}, plan_id, {})
        return encode_answer(compose_answer(question, reading, plan, datetime.now(UTC)))

    for _ in range(20):
        answer = ask()
    clock = Clock()
    for _ in range(times):
        answer = ask()
    taken = clock.read()
    results = json.loads(answer)["results"]
    scores = [[r["i"], round(r["score"], 9), r["campaign_id"]] for r in results]
    print(json.dumps({**taken, "cpu_s": taken["cpu_s"] / times, "scores": scores}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
