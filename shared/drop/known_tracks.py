"""Noun drop: the tracks that accepted drops have named."""

import pyarrow as pa

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.catalogues import Catalogue
from shared.drop.datasets import TRACKS


def known_tracks(accepted: AcceptedBucket) -> Catalogue:
    """Return every track that was ever accepted."""
    tables = (accepted.table(key) for key in accepted.keys(TRACKS.name))
    chunks = [chunk for table in tables for chunk in table.column("track_id").chunks]
    return Catalogue(pa.chunked_array(chunks, pa.string()))
