"""Noun drop: the audiences that a drop which replaces everything takes away."""

import pyarrow as pa
import pyarrow.compute as pc

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.datasets import SCORES
from shared.drop.manifests import FULL

AUDIENCE = "audience_id"


def gone_audiences(
    producer: str, before: str, mentioned: pa.Array, accepted: AcceptedBucket
) -> pa.Array:
    """Return the producer's audiences that have rows before an accepted key and are unmentioned.

    Read back as far as the producer's full drop before it, which took away what was older.
    """
    gone = pa.array([], pa.string())
    for key in sorted((k for k in accepted.keys(SCORES.name) if k < before), reverse=True):
        file = accepted.open(key)
        about = file.schema_arrow.metadata
        if about[b"producer"].decode() != producer:
            continue
        found = file.read([AUDIENCE]).column(AUDIENCE).cast(pa.string()).combine_chunks()
        fresh = found.filter(pc.invert(pc.is_in(found, value_set=gone)))
        gone = pa.concat_arrays([gone, fresh])
        if about.get(b"mode") == FULL.encode():
            break
    left = gone.filter(pc.invert(pc.is_in(gone, value_set=mentioned)))
    return left.take(pc.array_sort_indices(left))
