"""A row, a plan and a question for every side: `python -m … FOLDER CAMPAIGNS CANDIDATES`."""

import json
import random
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from shared.plan.serving import (
    FORMAT,
    ServingCampaign,
    ServingContext,
    ServingLicensor,
    ServingPlan,
    encode_serving,
    ordered_by_track,
    pack_hashes,
)
from shared.score.hashes import id_hash
from shared.score.rows import pack_rows

LISTENER, PLAN_ID = "listener-0000077", "0" * 32
ROW_TRACKS, CANDIDATES, CATALOGUE, TRACKS_OF_CAMPAIGN = 800, 500, 500_000, 25
PROMOTED = 0.1  # of the row's tracks
LICENSORS = 300


def track(number: int) -> str:
    """Return the id of a track."""
    return f"CPDpR2zdOBzm7U{number:08d}"


def make(folder: Path, campaigns: int, candidates: int = CANDIDATES) -> None:
    """Write the plan, the items of both tables, the question, and relevance by track."""
    rng, now = random.Random(7), datetime.now(UTC)
    relevance = {track(i): rng.random() for i in range(ROW_TRACKS)}
    audience = [LISTENER] * ROW_TRACKS
    _, rows = pack_rows(
        audience, list(relevance), list(relevance.values()), as_of=now, max_entries=ROW_TRACKS
    )
    items = {
        "scores": {
            "audience_id": {"S": LISTENER},
            "row": {"B": b64encode(rows[0]).decode()},
            "order": {"S": "20260105T000000.000000Z-20260105T000000Z-0000000000000000"},
            "producer": {"S": "models"},
            "expires_at": {"N": str(int((now + timedelta(days=14)).timestamp()))},
        },
        "plans": {"item": {"S": "pointer"}, "plan_id": {"S": PLAN_ID}, "epoch": {"N": "7"}},
    }
    question = {
        "audience_ids": [LISTENER, "cohort-se-indie"],
        "context": "radio",
        "market": "SE",
        "track_ids": [track(n) for n in rng.sample(range(2 * ROW_TRACKS), candidates)],
    }
    (folder / "plan.msgpack").write_bytes(encode_serving(_plan(rng, campaigns, now)))
    (folder / "items.json").write_text(json.dumps(items))
    (folder / "question.json").write_text(json.dumps(question))
    (folder / "relevance.json").write_text(json.dumps(relevance))


def read(folder: Path, name: str) -> Any:
    """Return what `make` wrote."""
    return json.loads((folder / f"{name}.json").read_text())


def _plan(rng: random.Random, campaigns: int, now: datetime) -> ServingPlan:
    mine = rng.sample(range(ROW_TRACKS), int(PROMOTED * ROW_TRACKS))
    promoted = [track(n) for n in mine[: campaigns * TRACKS_OF_CAMPAIGN]]
    others = (track(rng.randrange(2 * ROW_TRACKS, CATALOGUE)) for _ in iter(int, 1))
    planned = tuple(
        ServingCampaign(
            campaign_id=f"campaign-{i:06d}",
            version=1,
            licensor=i % LICENSORS,
            price=0.3 * rng.random(),
            throttle=1.0,
            weight=rng.choice([1.0, 1.5, 2.0]),
            lowest_score=2000,
            starts_at_s=int(now.timestamp()) - 86_400,
            ends_at_s=int(now.timestamp()) + 86_400,
            holdout_share=0.0,
            contexts=("radio",) if i % 3 else (),
            markets=("DE", "SE") if i % 4 == 0 else (),
            tracks=pack_hashes(
                sorted(
                    id_hash(promoted.pop() if promoted else next(others))
                    for _ in range(TRACKS_OF_CAMPAIGN)
                )
            ),
            track_markets=(),
            audiences=b"",
        )
        for i in range(campaigns)
    )
    return ServingPlan(
        format=FORMAT,
        solved_from_s=int(now.timestamp()),
        width=0.05,
        holdout_share=0.0,
        holdout_salt="oasis",
        contexts=(ServingContext("radio", 0.2, 0.05),),
        licensors=tuple(
            ServingLicensor(f"licensor-{i}", rng.random() / 20) for i in range(LICENSORS)
        ),
        campaigns=planned,
        by_track=ordered_by_track(planned),
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print("made")
