"""A plan that a running stack serves becomes files, which any Parquet reader reads."""

import pyarrow.dataset as ds
import pytest

from oasis.export import copy
from tests.e2e.exports import export_current_plan
from tests.e2e.small_world import CONTEXTS, TRACKS, csv_of
from tests.e2e.told_functions import told

FLOAT32 = 1e-6
AGELESS_S = 10**8  # an export leaves ages to its reader


def test_files_hold_what_the_api_answers(journey, tmp_path):
    scores = csv_of(("audience_id", "track_id", "score"), ("alone", "track-1", 0.9))
    journey.drop("alone.csv", scores, dataset="scores", producer="exporters")
    with told("export_plan", SHARD_EDGES="10"):
        manifest = export_current_plan(journey.connection)
    folder = tmp_path / "export"

    copy(journey.connection, manifest, folder)

    parts = {file.key.rpartition("/")[2] for file in manifest.files}
    assert len(parts) > 1
    table = ds.dataset(folder, partitioning="hive").to_table()
    assert table.num_rows == manifest.rows > 0
    assert set(table.column("context").unique().to_pylist()) > set(CONTEXTS)
    rows = table.to_pylist()
    assert {row["plan_id"] for row in rows} == {journey.pointer.read().plan_id}
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in rows:
        place = row["audience_id"], row["context"], row["market"]
        found.setdefault(place, {})[row["track_id"]] = row["score"]
    for (audience_id, context, market), scores in found.items():
        place = {"context": context, "market": market, "max_age_s": AGELESS_S}
        answer = journey.ask([audience_id], TRACKS, **place)
        asked = {TRACKS[r["i"]]: r["score"] for r in answer["results"] if r["score"] > 0}
        assert scores == pytest.approx(asked, abs=FLOAT32)
