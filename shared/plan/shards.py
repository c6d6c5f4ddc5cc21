"""Noun plan: a day's rows in shards, each with the places of its scores."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np

from shared.plan.problem_rows import ProblemRows
from shared.plan.score_places import ScorePlaces


@dataclass(frozen=True)
class Shard:
    """Some rows of a day's problem; a row without scores has no edge and is in no shard."""

    rows: ProblemRows
    places: ScorePlaces


def shards_needed(expected_edges: int, edges_a_shard: int) -> int:
    """Return into how many shards so many edges go, at least two."""
    return max(2, ceil(expected_edges / edges_a_shard))


def divided(rows: ProblemRows, places: ScorePlaces, many: int) -> Iterator[Shard]:
    """Divide rows into at most so many shards of about as many edges, cut between row groups."""
    used = np.bincount(rows.score, minlength=rows.scores + 1)[: rows.scores]
    for first, last in places.shares(many, used):
        yield Shard(rows.of_scores(first, last), places.part(first, last))
