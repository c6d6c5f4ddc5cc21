"""The real input as an instance: `python -m bench_allocation.real_instance FILE KIND FOLDER`.

Scores of all listeners and cohorts, catalogue and forecast of one day, by the product's own way
from columns to a problem. Kind `given` has the campaigns that are there, `all` one campaign a
licensor with all its tracks, `some` these for the smaller file of listeners. The files stand beside
the project and are no part of it.
"""

import gzip
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from shared.allocation.problem import AllocationProblem
from shared.campaign.campaigns import Campaign, Pacing, Status
from shared.campaign.events import CampaignEvent
from shared.plan.forecasts import Audiences, Inputs, LiveScores, Supply, Track
from shared.plan.labels import labels_of
from shared.plan.problems import build_problem
from shared.plan.score_places import ScorePlaces
from shared.policy.policies import Policy
from shared.score.hash_columns import id_hashes
from shared.score.rows import pack_columns

NOW = datetime(2026, 1, 12, tzinfo=UTC)


def real_problem(kind: str, folder: Path) -> AllocationProblem:
    """Return the problem of one day of the real input."""
    tracks = pyarrow.csv.read_csv(folder / "tracks.csv")
    licensor_of = dict(
        zip(*(tracks.column(n).to_pylist() for n in ("track_id", "licensor_id")), strict=True)
    )
    lines = (folder / "campaigns.jsonl").read_text().splitlines()
    campaigns = [CampaignEvent.model_validate_json(line).to_campaign() for line in lines]
    if kind != "given":
        campaigns = _one_a_licensor(licensor_of)
    inputs = Inputs(
        tracks={track_id: Track(licensor_id) for track_id, licensor_id in licensor_of.items()},
        audiences=_audiences(folder / "audiences.csv.gz"),
        supply=_supply(pyarrow.csv.read_csv(folder / "supply.csv")),
        scores=_scores(folder, "scores_listeners" if kind == "some" else "scores_listeners_large"),
        accepted_keys=(),
    )
    return build_problem(inputs, campaigns, Policy(), NOW).problem


def _one_a_licensor(licensor_of: dict[str, str]) -> list[Campaign]:
    rng = np.random.default_rng(1)
    return [
        Campaign(
            campaign_id=f"all of {licensor}",
            version=1,
            licensor_id=licensor,
            name=licensor,
            track_ids=tuple(t for t, owner in licensor_of.items() if owner == licensor),
            status=Status.ACTIVE,
            starts_at=NOW - timedelta(days=1),
            ends_at=NOW + timedelta(days=1),
            goal_exposures=int(goal),
            cap_exposures=int(goal),
            pacing=Pacing.ASAP,
            weight=float(rng.choice([1.0, 1.5, 2.0])),
        )
        for licensor, goal in zip(
            sorted(set(licensor_of.values())), rng.lognormal(6, 1, len(licensor_of)), strict=False
        )
    ]


def _audiences(path: Path) -> Audiences:
    with gzip.open(path) as file:
        table = pyarrow.csv.read_csv(pa.BufferReader(file.read()))
    audience = id_hashes(table.column("audience_id").combine_chunks())
    order = np.argsort(audience)
    table = table.take(pa.array(order))
    return Audiences(
        audience=audience[order],
        parent=id_hashes(table.column("parent_id").combine_chunks()),
        market=labels_of(table.column("market").to_pylist()),
        share=np.full(len(order), np.nan),
    )


def _supply(table: pa.Table) -> Supply:
    return Supply(
        audience=id_hashes(table.column("audience_id").combine_chunks()),
        context=labels_of(table.column("context").to_pylist()),
        market=labels_of([""] * table.num_rows),
        day=table.column("date").cast(pa.date32()).to_numpy(),
        expected_slots=table.column("expected_slots").to_numpy().astype(np.float64),
    )


def _scores(folder: Path, listeners: str) -> LiveScores:
    files = (
        pq.read_table(folder / f"{listeners}.parquet"),
        pyarrow.csv.read_csv(folder / "scores_cohorts.csv"),
    )
    names, blocks = [], []
    for table in files:
        table = table.select(["audience_id", "track_id", "score"]).combine_chunks()
        audience, track, score = (table.column(n).combine_chunks() for n in table.column_names)
        audiences, rows = pack_columns(
            audience.cast(pa.string()).dictionary_encode(),
            id_hashes(track.cast(pa.string())),
            score.to_numpy(zero_copy_only=False).astype(np.float64),
            as_of=NOW,
            max_entries=100,
        )
        names.append(id_hashes(audiences))
        blocks.append(pa.array(rows, pa.binary()))
    audience = np.concatenate(names)
    many = len(audience)
    nothing = np.zeros(many, dtype=np.int32)
    places = ScorePlaces(("real",), audience, nothing, nothing, nothing, nothing.astype(np.float32))

    def read() -> Iterator[pa.Array]:
        yield from blocks

    return LiveScores(places, read)


def main(path: Path, kind: str, folder: Path) -> None:
    """Make the instance and write it, one array a field."""
    problem = real_problem(kind, folder)
    names = [each.name for each in fields(AllocationProblem)]
    np.savez(path, **{name: getattr(problem, name) for name in names})
    print(problem.campaign.size)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
