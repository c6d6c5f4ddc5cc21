"""Keys as odd as S3 allows: each is taken as it is, and has its one receipt."""

import json
from typing import Any

import pytest

from functions.ingest_drop import handler

SCORES = b"audience_id,track_id,score\na,t1,0.25\n"
TAKEN = {
    "dots in the name": "drops/scores/ml/2026-01-05/..csv.csv",
    "percent signs": "drops/scores/ml/2026-01-05/%2e%2e%2fb.csv",
    "a plus and a space": "drops/scores/ml/2026-01-05/a+b c.csv",
    "another script": "drops/scores/ml/2026-01-05/оценки ☂.csv",
    "a quote and an ampersand": 'drops/scores/ml/2026-01-05/"a"&<b>\'.csv',
    "the longest name": "drops/scores/ml/2026-01-05/" + "a" * (1024 - 31) + ".csv",
}
REFUSED = {
    "a line end in the name": "drops/scores/ml/2026-01-05/a\nb.csv",
    "a step upwards": "drops/scores/ml/../2026-01-05/a.csv",
    "a producer of dots": "drops/scores/../2026-01-05/a.csv",
    "an encoded producer": "drops/scores/%6d%6c/2026-01-05/a.csv",
    "a dataset with a control character": "drops/scores\x01/ml/2026-01-05/a.csv",
    "an empty level": "drops//scores/ml/2026-01-05/a.csv",
    "an encoded slash": "drops/scores%2fml/2026-01-05/a.csv",
}


def receipts(world: Any) -> list[dict[str, Any]]:
    found = world.objects(world.receipt_bucket)
    return [json.loads(body) for key, body in found.items() if key.startswith("receipts/")]


@pytest.mark.parametrize("name", TAKEN)
def test_an_odd_name_is_taken_as_it_is(
    world: Any, context: Any, make_batch: Any, name: str
) -> None:
    batch = make_batch(world.drop(TAKEN[name], SCORES))

    handler.handle(batch, context)
    handler.handle(batch, context)

    (receipt,) = receipts(world)
    assert (receipt["status"], receipt["key"]) == ("accepted", TAKEN[name])
    assert receipt["producer"] == "ml"


@pytest.mark.parametrize("name", REFUSED)
def test_an_odd_path_is_refused_with_a_receipt_and_reaches_nobody_elses_data(
    world: Any, context: Any, make_batch: Any, name: str
) -> None:
    batch = make_batch(world.drop(REFUSED[name], SCORES))

    handler.handle(batch, context)
    handler.handle(batch, context)

    (receipt,) = receipts(world)
    assert (receipt["status"], receipt["key"]) == ("rejected", REFUSED[name])
    assert world.objects(world.accepted_bucket) == {}
