"""The score rows that a solve reads, by name."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.plan.score_store import AcceptedScores
from shared.score.hashes import id_hash


def solved_rows(bucket: str, known: Iterable[str], now: datetime) -> dict[str, bytes]:
    """Return {audience: packed row} of all live rows; ``known`` are all ids that there may be."""
    names = {id_hash(name): name for name in known}
    scores = AcceptedScores(bucket).live(now - timedelta(days=30))
    rows = [row for block in scores.blocks() for row in block.to_pylist()]
    hashes = scores.audience.tolist()
    return {names[audience]: row for audience, row in zip(hashes, rows, strict=True)}
