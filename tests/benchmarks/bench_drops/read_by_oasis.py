"""A side: a file to packed rows by Oasis, `judged` by every rule or `plain` without them.

`python -m bench_drops.read_by_oasis judged|plain FILE [--answer]`
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from bench_clock import Clock
from bench_drops.sums import PairSum, add_packed_file
from bench_drops.without_rules import pack_without_rules

from shared.drop.acceptance import judge_file
from shared.drop.accepted import PackedScores
from shared.drop.candidates import Candidate
from shared.drop.drops import Drop, ObjectVersion, read_key
from shared.drop.manifests import DELTA
from shared.policy.policies import Limits


def main(how: str, path: Path, *, is_asked: bool) -> None:
    """Pack the file; print what it took, or where asked what came out."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    pa.set_memory_pool(pa.system_memory_pool())  # as the function does
    key = f"drops/scores/bench/2026-01-05/{path.name}"
    drop = read_key(ObjectVersion("bench", key, "1", datetime(2026, 1, 6, tzinfo=UTC), 1))
    assert isinstance(drop, Drop)
    candidate = Candidate(path, drop.dataset, drop.format, Limits())
    with TemporaryDirectory() as folder:
        packed = Path(folder) / "packed.parquet"
        clock = Clock()
        sink = PackedScores(packed, drop, mode=DELTA, max_entries=100)
        if how == "judged":
            assert judge_file(candidate, sink=sink).status == "accepted"
        else:
            pack_without_rules(candidate, sink)
        sink.close()
        if is_asked:
            found = PairSum()
            add_packed_file(found, packed)
            found.tell()
        else:
            clock.tell()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), is_asked="--answer" in sys.argv)
