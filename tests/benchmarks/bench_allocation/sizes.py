"""Which instances are solved, by whom and how often: `full` is what the goals speak of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Instance:
    """One market of the generator (`tests/markets.py`), for every seed."""

    name: str
    rows: int
    campaigns: int
    degree: int
    licensors: int
    clusters: int
    markets: int


INSTANCES = {
    each.name: each
    for each in (
        Instance("XS", 200, 60, 50, 8, 4, 3),
        Instance("S", 1000, 200, 50, 20, 8, 5),
        Instance("CI", 5000, 600, 50, 40, 16, 8),
        Instance("M", 20_000, 2000, 50, 100, 40, 12),
        Instance("L", 200_000, 10_000, 100, 300, 100, 20),
        Instance("XL", 1_000_000, 20_000, 100, 500, 200, 20),
    )
}


@dataclass(frozen=True)
class Size:
    """What a run measures. Peers of minutes run once a seed, or with the first seed alone."""

    name: str
    seeds: tuple[int, ...]
    rounds: int  # of Oasis, a seed
    compared: str  # the instance of the second comparison: M, or a smaller one
    passes: tuple[str, ...]  # instances measured in dual passes
    growth: tuple[str, ...]
    built_audiences: int  # of 100 scores each, from an accepted file on


SIZES = {
    "small": Size("small", (1,), 2, "CI", (), ("XS", "S", "CI"), 20_000),
    "full": Size(
        "full", (1, 2, 3), 5, "M", ("L", "XL"), ("XS", "S", "CI", "M", "L", "XL"), 200_000
    ),
}
