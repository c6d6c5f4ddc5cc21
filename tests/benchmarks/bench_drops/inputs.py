"""Made scores for benchmarks of drops, the same for the same number of rows on every machine.

100 distinct tracks an audience, out of 500,000, scores with four decimals. Rows stand by audience,
or shuffled. Run as a module it writes the files: `python -m bench_drops.inputs FOLDER ROWS`.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

SCORES_PER_AUDIENCE = 100
TRACKS = 500_000
SCALE = 10_000
ORDERS = ("sorted", "shuffled")
HEADER = b"audience_id,track_id,score\n"
CHUNK = 1 << 20
_BASE62 = np.frombuffer(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8
)
_PREFIX = np.frombuffer(b"listener-", dtype=np.uint8)
_SEED = 20260105


@dataclass(frozen=True)
class MadeScores:
    """Scores as numbers: of which audience, which track, and how many 1/10,000."""

    audience: NDArray[np.int32]  # (rows)
    track: NDArray[np.int32]  # (rows)
    score: NDArray[np.int32]  # (rows)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.audience)

    def of(self, rows: NDArray[np.int64] | slice) -> "MadeScores":
        """Return some of the rows."""
        return MadeScores(self.audience[rows], self.track[rows], self.score[rows])

    def table(self) -> pa.Table:
        """Return the rows as a producer's data frame has them."""
        columns = (
            _strings(_listeners(self.audience)),
            _strings(_catalogue()[self.track]),
            pa.array(self.score / SCALE),
        )
        return pa.table(dict(zip(("audience_id", "track_id", "score"), columns, strict=True)))


def made_scores(rows: int) -> MadeScores:
    """Return so many rows by audience; a multiple of 100."""
    audiences = rows // SCORES_PER_AUDIENCE
    rng = np.random.default_rng([_SEED, rows])
    first = rng.integers(TRACKS, size=audiences)
    # A step that has no factor with the number of tracks meets none of them twice.
    steps = np.arange(1, TRACKS, 2)
    step = rng.choice(steps[steps % 5 > 0], size=audiences)
    track = (first[:, None] + step[:, None] * np.arange(SCORES_PER_AUDIENCE)) % TRACKS
    return MadeScores(
        np.repeat(np.arange(audiences, dtype=np.int32), SCORES_PER_AUDIENCE),
        track.ravel().astype(np.int32),
        rng.integers(SCALE, size=audiences * SCORES_PER_AUDIENCE, dtype=np.int32),
    )


def write_inputs(folder: Path, rows: int) -> None:
    """Write ``scores-{rows}-{order}.{form}`` for all orders and forms, all of the same rows."""
    by_audience = made_scores(rows)
    shuffled = np.random.default_rng([_SEED, rows, 1]).permutation(len(by_audience))
    for order, made in zip(ORDERS, (by_audience, by_audience.of(shuffled)), strict=True):
        _write(folder / f"scores-{rows}-{order}.csv", made)
        pq.write_table(made.table(), folder / f"scores-{rows}-{order}.parquet")


def _write(path: Path, made: MadeScores) -> None:
    with path.open("wb") as file:
        file.write(HEADER)
        for at in range(0, len(made), CHUNK):
            part = made.of(slice(at, at + CHUNK))
            comma = np.full((len(part), 1), ord(","), dtype=np.uint8)
            line = np.full((len(part), 1), ord("\n"), dtype=np.uint8)
            point = np.full((len(part), 2), (ord("0"), ord(".")), dtype=np.uint8)
            cells = (_listeners(part.audience), comma, _catalogue()[part.track], comma)
            np.hstack((*cells, point, _digits(part.score, 4), line)).tofile(file)


def _listeners(numbers: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return ``listener-0000123`` a number, shape (numbers, 16)."""
    prefix = np.broadcast_to(_PREFIX, (len(numbers), len(_PREFIX)))
    return np.hstack((prefix, _digits(numbers, 7)))


def _catalogue() -> NDArray[np.uint8]:
    """Return ids of 22 letters and digits, shape (tracks, 22)."""
    rng = np.random.default_rng(_SEED)
    return _BASE62[rng.integers(len(_BASE62), size=(TRACKS, 22), dtype=np.uint8)]


def _digits(numbers: NDArray[np.int32], many: int) -> NDArray[np.uint8]:
    places = 10 ** np.arange(many - 1, -1, -1, dtype=np.int32)
    return (numbers[:, None] // places % 10 + ord("0")).astype(np.uint8)


def _strings(letters: NDArray[np.uint8]) -> pa.Array:
    many, size = letters.shape
    offsets = np.arange(many + 1, dtype=np.int32) * np.int32(size)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters))]
    return pa.Array.from_buffers(pa.string(), many, buffers)


if __name__ == "__main__":
    write_inputs(Path(sys.argv[1]), int(sys.argv[2]))
    print("written")
