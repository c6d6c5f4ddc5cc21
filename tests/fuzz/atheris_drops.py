"""A coverage-guided target for longer runs; no test collects it, and nothing else needs atheris.

`pip install atheris`, then `python -m tests.fuzz.atheris_drops CORPUS [-max_total_time=3600]`. The
sound files are put into the folder CORPUS first. The first byte of an input says which of them it
is like (dataset, name and packing), the rest are its bytes. A finding is written to `crash-…`;
`python -m tests.fuzz.atheris_drops crash-…` judges it again.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["shared.drop"]):
    from tests.fuzz.judge_files import check
from tests.fuzz.seed_files import SeedFile, seed_files

MOST_BYTES = 65_536


def judge(data: bytes) -> None:
    """Judge an input."""
    if data:
        seeds = seed_files()
        seed = seeds[data[0] % len(seeds)]
        check(SeedFile(seed.dataset, seed.name, seed.pack(data[1:])))


def main(arguments: list[str]) -> None:
    """Fill the corpus where there is a folder for one, and run until told to end."""
    for folder in filter(Path.is_dir, map(Path, arguments[1:])):
        for number, seed in enumerate(seed_files()):
            (folder / f"sound-{number}").write_bytes(bytes([number]) + seed.plain)
    atheris.Setup([*arguments, f"-max_len={MOST_BYTES}"], judge)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
