"""Packed rows to written ones: write units, and CPU against peers that write an item a score."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_drops.sizes import Size
from bench_report import Goal, Row, count, part_of_one
from bench_sides import (
    FOLDER,
    OASIS,
    PEERS,
    DifferentAnswersError,
    Reading,
    Rounds,
    Side,
    assert_same,
    interleaved,
    read,
)

SCORES_A_UNIT = 100
CPU = Goal(1 / 12, 1 / 40, part_of_one)
NONE = Goal(0, 0, count, is_exact=True)
PAIRED = ("oasis", "batch_writer")
ALL = (*PAIRED, "awswrangler", "feast")


@dataclass
class Stub:
    """A DynamoDB that answers at once, in a process of its own."""

    endpoint: str
    requests: str = ""  # by operation, once it has ended


@contextmanager
def running_stub(*record: str) -> Iterator[Stub]:
    """Run a stub, which records where told to."""
    command = [sys.executable, "-m", "bench_drops.dynamodb_stub", *record]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        stub = Stub(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        try:
            yield stub
        finally:
            process.terminate()
            stub.requests = process.stdout.read().strip()


def count_units(inputs: Path, scores: int) -> list[Row]:
    """Count what the handlers write for a file of so many scores, and for the same again."""
    path = inputs / f"scores-{scores}-shuffled.parquet"
    side = Side("write units", OASIS, "bench_drops.write_units", (str(path),))
    found = json.loads(side.run())
    wanted = scores // SCORES_A_UNIT
    return [
        Row(
            f"write units, {scores:,} scores",
            Goal(wanted, wanted, count, is_exact=True),
            found["first"],
            f"an item a score: {scores:,}; records of the drop: {found['records']}",
        ),
        Row(
            "write units, the same drop again",
            NONE,
            found["again"],
            "delivered again, and the same bytes as a new version",
        ),
    ]


def measure_writes(size: Size) -> Row:
    """Measure CPU a score written.

    Raises:
        DifferentAnswersError: two sides did not write the same scores.
    """
    scores = size.written_scores
    paired = _compared(PAIRED, scores, size.written_rounds)
    peers = _compared(ALL, size.peers_scores, size.peers_rounds)
    others = (f"{name} {part_of_one(peers['oasis'].cpu_against(peers[name]))}" for name in ALL[2:])
    mine, theirs = (1e6 * paired[name].cpu_s / scores for name in PAIRED)
    return Row(
        "CPU from packed rows to written against boto3's batch_writer",
        CPU,
        paired["oasis"].cpu_against(paired["batch_writer"]),
        f"{mine:.1f} against {theirs:.0f} µs a score; against {', '.join(others)}",
    )


def _compared(names: tuple[str, ...], scores: int, rounds: int) -> Mapping[str, Rounds]:
    sides = [_side(name, scores) for name in names]
    requests = _asserted_same(sides)

    def take(side: Side) -> Reading:
        with running_stub() as stub:
            reading = read(side.told(stub.endpoint))
        if stub.requests != requests[side.name]:
            raise DifferentAnswersError(f"{side.name}: {stub.requests}, {requests[side.name]}")
        return reading

    return interleaved(sides, rounds, take=take)


def _side(name: str, scores: int) -> Side:
    if name == "oasis":
        return Side(name, OASIS, "bench_drops.write_by_oasis", (str(scores),))
    return Side(name, PEERS, "bench_drops.write_by_peers", (name, str(scores)))


def _asserted_same(sides: list[Side]) -> Mapping[str, str]:
    """Hold what sides write against one another; return the requests that each sends."""
    pairs, values, requests = {}, {}, {}
    for side in sides:
        with TemporaryDirectory() as folder:
            record = str(Path(folder) / "record")
            with running_stub(record) as stub:
                side.told(stub.endpoint).run()
            requests[side.name] = stub.requests
            written = Side(f"what {side.name} wrote", OASIS, "bench_drops.written", (record,))
            values[side.name] = written.told("values").run()
            if side.name != "feast":  # its keys are hashes
                pairs[side.name] = written.told("pairs").run()
    assert_same("scores written", values)
    assert_same("audiences, tracks and scores written", pairs)
    return requests
