"""A side: accepted Parquet to a solution: `python -m bench_allocation.build_by_oasis FOLDER ROWS`.

Makes a file of packed rows as an accepted drop has it, of 100 scores an audience, every track
promoted; then reads, builds and solves as one function would, but from a disk instead of S3.
"""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bench_clock import Clock

from shared.allocation.certificate import certified_bound
from shared.allocation.solver import solve
from shared.campaign.campaigns import Campaign, Pacing, Status
from shared.plan.forecasts import Audiences, Inputs, Supply, Track
from shared.plan.labels import labels_of
from shared.plan.problems import outline_day, whole_problem
from shared.plan.score_store import AcceptedScores
from shared.policy.policies import Policy
from shared.score.hash_columns import id_hashes
from shared.score.rows import pack_columns
from tests.peak_memory import peak_bytes

NOW = datetime(2026, 3, 4, 6, tzinfo=UTC)
SCORES, TRACKS, CAMPAIGNS, LICENSORS, COHORTS = 100, 100_000, 10_000, 300, 50
ROWS_OF_GROUP = 650
KEY = f"scores/20260304T000000.000000Z-20260304T000000Z-bench-{'0' * 20}.parquet"


class ScoresOnDisk(AcceptedScores):
    """Accepted drops in a folder; ranges are read as they would be from S3."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__("none")
        self._folder = folder

    def _listed(self) -> dict[str, int]:
        return {KEY: (self._folder / "scores.parquet").stat().st_size}

    def _source(self, key: str) -> io.RawIOBase:
        return (self._folder / "scores.parquet").open("rb", buffering=0)


def make_file(folder: Path, audiences: int) -> None:
    """Write the accepted file."""
    rng = np.random.default_rng(1)
    tracks = id_hashes(pa.array([f"track-{i}" for i in range(TRACKS)]))
    stride = TRACKS // SCORES
    writer = None
    for first in range(0, audiences, ROWS_OF_GROUP):
        many = min(ROWS_OF_GROUP, audiences - first)
        names = pa.array([f"listener-{i:08d}" for i in range(first, first + many)])
        row = np.repeat(np.arange(many, dtype=np.int32), SCORES)
        track = np.tile(np.arange(SCORES) * stride, many) + rng.integers(stride, size=len(row))
        audience, packed = pack_columns(
            pa.DictionaryArray.from_arrays(pa.array(row), names),
            tracks[track],
            rng.random(len(row)),
            as_of=NOW,
            max_entries=SCORES,
        )
        table = pa.table({"audience_id": audience, "row": pa.array(packed, pa.binary())})
        if writer is None:
            path = folder / "scores.parquet"
            writer = pq.ParquetWriter(path, table.schema, compression="none", use_dictionary=False)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def inputs_of(folder: Path, audiences: int) -> Inputs:
    """Return all that a solve reads."""
    audience = id_hashes(pa.array([f"listener-{i:08d}" for i in range(audiences)]))
    cohort = id_hashes(pa.array([f"cohort-{i}" for i in range(COHORTS)]))
    return Inputs(
        tracks={f"track-{i}": Track(f"licensor-{i % LICENSORS}") for i in range(TRACKS)},
        audiences=Audiences(
            audience=np.sort(audience),
            parent=cohort[np.arange(audiences) % COHORTS],
            market=labels_of([""] * audiences),
            share=np.full(audiences, np.nan),
        ),
        supply=Supply(
            audience=cohort,
            context=labels_of(["radio"] * COHORTS),
            market=labels_of([""] * COHORTS),
            day=np.full(COHORTS, np.datetime64(NOW.date(), "D")),
            expected_slots=np.random.default_rng(2).lognormal(13, 1, COHORTS),
        ),
        scores=ScoresOnDisk(folder).live(NOW - timedelta(days=1)),
        accepted_keys=(KEY,),
    )


def campaigns_of(slots: float) -> list[Campaign]:
    """Return campaigns that want somewhat more than there is."""
    rng = np.random.default_rng(3)
    goals = rng.lognormal(np.log(slots / CAMPAIGNS), 1, CAMPAIGNS)
    return [
        Campaign(
            campaign_id=f"campaign-{i}",
            version=1,
            licensor_id=f"licensor-{i % LICENSORS}",
            name="bench",
            track_ids=tuple(
                f"track-{track}"
                for track in range(i % LICENSORS, TRACKS, LICENSORS)
                if track // LICENSORS % (CAMPAIGNS // LICENSORS + 1) == i // LICENSORS
            ),
            status=Status.ACTIVE,
            starts_at=NOW - timedelta(days=1),
            ends_at=NOW + timedelta(days=1),
            goal_exposures=max(1, int(goal)),
            cap_exposures=max(1, int(goal)),
            pacing=Pacing.ASAP,
            weight=float(rng.choice([1.0, 1.5, 2.0, 3.0])),
        )
        for i, goal in enumerate(goals)
    ]


def main(folder: Path, audiences: int) -> None:
    """Make the file in a process of its own, then print what building and solving took."""
    clock = Clock()
    inputs = inputs_of(folder, audiences)
    campaigns = campaigns_of(0.15 * inputs.supply.expected_slots.sum())
    day = outline_day(inputs, campaigns, Policy(), NOW)
    whole = whole_problem(day, inputs)
    built, built_peak = clock.read(), peak_bytes()
    problem = whole.problem
    clock = Clock()
    solution = solve(problem, target_gap=0.0025)
    solved = clock.read()
    clock = Clock()
    certified_bound(problem, solution.campaign_price, solution.licensor_price)
    edges = problem.campaign.size
    found = {
        "edges": edges,
        "kept_bytes": (problem.campaign.nbytes + problem.value.nbytes) / edges,
        "build_s": built["cpu_s"],
        "build_peak_bytes": built_peak,
        "solve_s": solved["cpu_s"],
        "pass_s": clock.read()["cpu_s"],
        "peak_bytes": peak_bytes(),
        "gap": solution.gap,
        "violation": solution.max_violation,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make_file(Path(sys.argv[2]), int(sys.argv[3]))
        print("made")
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]))
