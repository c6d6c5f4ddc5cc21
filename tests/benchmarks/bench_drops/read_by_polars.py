"""A side: a file read by polars on one thread: `python -m bench_drops.read_by_polars FILE`."""

import sys
from pathlib import Path

import polars
from bench_clock import Clock
from bench_drops.sums import PairSum


def main(path: Path, *, is_asked: bool) -> None:
    """Read the file; print what it took, or where asked what it holds."""
    assert polars.thread_pool_size() == 1
    clock = Clock()
    frame = polars.read_csv(path) if path.suffix == ".csv" else polars.read_parquet(path)
    assert frame.width == 3
    if is_asked:
        found = PairSum()
        found.add_table(frame.to_arrow(compat_level=polars.CompatLevel.oldest()))
        found.tell()
    else:
        clock.tell()


if __name__ == "__main__":
    main(Path(sys.argv[1]), is_asked="--answer" in sys.argv)
