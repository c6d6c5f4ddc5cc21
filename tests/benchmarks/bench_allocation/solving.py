"""Who solves which instance, and what each took and found."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_allocation.sizes import INSTANCES
from bench_sides import OASIS, PEERS, ROOT, DifferentAnswersError, Side

PEER_MODULES = {
    "HiGHS simplex": ("bench_allocation.solve_by_highs", "simplex"),
    "HiGHS IPM": ("bench_allocation.solve_by_highs", "ipm"),
    "PDLP": ("bench_allocation.solve_by_ortools", "pdlp"),
    "GLOP": ("bench_allocation.solve_by_ortools", "glop"),
}
REAL = {"real": "given", "real-some": "some", "real-all": "all"}
REAL_INPUT = ROOT.parent / "shared" / "data" / "open"
EXACT = ("HiGHS simplex", "GLOP")
ROUNDING = 1e-7


@dataclass(frozen=True)
class Solved:
    """What one run of one side took and found."""

    cpu_s: float
    peak_bytes: float
    found: Mapping[str, Any]

    def against(self, other: "Solved") -> float:
        """Return this side's CPU time over the other's."""
        return self.cpu_s / other.cpu_s


class Instances:
    """The instances of one run, made when they are asked for, in one folder."""

    def __init__(self, folder: Path) -> None:
        """Make none yet."""
        self._folder = folder

    def path(self, name: str, seed: int) -> Path:
        """Return the file of an instance."""
        path = self._folder / f"{name}-{seed}.npz"
        if not path.exists():
            module, told = "bench_allocation.instances", (name, str(seed))
            if name in REAL:
                module, told = "bench_allocation.real_instance", (REAL[name], str(REAL_INPUT))
            Side(f"instance {name}", OASIS, module, (str(path), *told)).run()
        return path

    def forget(self, name: str, seed: int) -> None:
        """Remove the file of an instance that is large."""
        self.path(name, seed).unlink()

    def by_oasis(self, name: str, seed: int, gap: float, rounds: int) -> Solved:
        """Solve an instance by Oasis."""
        told = (str(self.path(name, seed)), str(gap), str(rounds))
        return _taken(Side(f"Oasis, {name}", OASIS, "bench_allocation.solve_by_oasis", told))

    def by_peer(self, peer: str, name: str, seed: int, gap: float = 1e-8) -> Solved:
        """Solve an instance by a peer."""
        module, solver = PEER_MODULES[peer]
        told = (str(self.path(name, seed)), solver, str(gap))
        return _taken(Side(f"{peer}, {name}", PEERS, module, told))

    def warm(self, name: str, seed: int, gap: float, rounds: int) -> dict[str, Any]:
        """Return what warm starts take against cold ones."""
        told = (str(self.path(name, seed)), str(gap), str(rounds))
        found: dict[str, Any] = json.loads(
            Side(f"warm, {name}", OASIS, "bench_allocation.warm_by_oasis", told).run()
        )
        return found

    def sharded(self, name: str, seed: int, shards: int) -> dict[str, Any]:
        """Return the gaps of rows in shards."""
        told = (str(self.path(name, seed)), str(shards))
        found: dict[str, Any] = json.loads(
            Side(f"shards, {name}", OASIS, "bench_allocation.shards_by_oasis", told).run()
        )
        return found

    def built(self, audiences: int) -> dict[str, Any]:
        """Return what building and solving takes from an accepted file of so many rows on."""
        module, many = "bench_allocation.build_by_oasis", str(audiences)
        Side("a file", OASIS, module, ("make", str(self._folder), many)).run()
        side = Side("from a file", OASIS, module, (str(self._folder), many))
        found: dict[str, Any] = json.loads(side.run())
        return found


def assert_same_optimum(name: str, oasis: Solved, peer: str, theirs: Solved, gap: float) -> None:
    """Hold a peer's value between what Oasis allocates and what it proves to be the most.

    Raises:
        DifferentAnswersError: it lies elsewhere, so the two did not solve the same program.
    """
    primal, bound = oasis.found["primal"], oasis.found["bound"]
    slack = ROUNDING * abs(bound) if peer in EXACT else gap * (abs(bound) + (bound - primal))
    if not primal - slack <= theirs.found["objective"] <= bound + slack:
        raise DifferentAnswersError(f"{name}, {peer}: {primal}, {theirs.found}, {bound}")


def described(name: str) -> str:
    """Return an instance in words."""
    made = INSTANCES[name]
    return f"{name}: {made.rows:,} rows, {made.campaigns:,} campaigns, degree {made.degree}"


def _taken(side: Side) -> Solved:
    found = json.loads(side.run())
    return Solved(found.pop("cpu_s"), found.pop("peak_bytes"), found)
