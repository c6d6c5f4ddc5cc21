"""Which memory size suffices for a lookup, by what each size took."""

from collections.abc import Mapping

from bench_load.cpu_quota import CPU_MEMORY_MB, quota_us
from bench_load.memory_sizes import MemorySize

Stages = Mapping[str, Mapping[str, int]]
"""Of each stage: `memory_mb` of its lookup, and how many environments are `provisioned`."""

SLOWER = 2  # how much slower than this host's a core of Lambda may be: assumed
HARDLY = 0.1  # of all periods: a rare long pause does not count


def advice_on(sizes: Mapping[int, MemorySize], stages: Stages) -> str:
    """Return what follows for each stage, in sentences."""
    whole = next(size for size in sizes.values() if size.memory_mb >= CPU_MEMORY_MB)
    alone, busy = enough_alone(sizes), enough_busy(sizes)
    dev, prod, ready = stages["dev"]["memory_mb"], stages["prod"]["memory_mb"], ""
    if busy in sizes and prod in sizes:
        provisioned = stages["prod"]["provisioned"]
        dollars = (sizes[each].standing_dollars(provisioned) for each in (busy, prod))
        ready = "; {} provisioned stand for ${:,.0f} a month there, ${:,.0f} now".format(
            provisioned, *dollars
        )
    return (
        f"A warm lookup takes {whole.cpu:.1f} ms of CPU here, runtime client included, and a start "
        f"{whole.cold_cpu:.0f} ms. On a core k times slower each line holds for k times the "
        f"memory. Taken that Lambda's is at most {SLOWER} times slower, which is assumed: a lookup "
        f"that comes alone needs no more than its part of one period at {_memory(alone)} (`dev`, "
        f"now {_memory(dev)}{_waiting(sizes, alone, dev)}), and an environment that is never idle "
        f"is hardly ever stopped at {_memory(busy)} (`prod`, now {_memory(prod)}{ready}). More "
        "memory than that makes starts and new plans quicker, and nothing else."
    )


def _waiting(sizes: Mapping[int, MemorySize], wanted: int | None, now: int) -> str:
    """Return how long the one who meets a cold environment waits at either size."""
    if wanted not in sizes or now not in sizes:
        return ""
    waits = (sizes[each].cold + sizes[each].first for each in (wanted, now))
    return "; from cold {:,.0f} ms there, {:,.0f} now".format(*waits)


def _memory(memory_mb: int | None) -> str:
    return f"{memory_mb:,} MB" if memory_mb else "none of these sizes"


def enough_alone(sizes: Mapping[int, MemorySize]) -> int | None:
    """Return the least size whose part of one period holds a lookup on a core `SLOWER`.

    The lookup's CPU is that of the smallest size with a whole core.
    """
    whole = next(size for size in _rising(sizes) if size.memory_mb >= CPU_MEMORY_MB)
    needed_us = SLOWER * 1000 * whole.cpu
    return next((s.memory_mb for s in _rising(sizes) if quota_us(s.memory_mb) >= needed_us), None)


def enough_busy(sizes: Mapping[int, MemorySize]) -> int | None:
    """Return the least size that, on a core `SLOWER`, is hardly ever stopped by its quota.

    That is `SLOWER` times the least that is hardly ever stopped here, one lookup after another.
    """
    held = [size.memory_mb for size in _rising(sizes) if size.stopped > HARDLY]
    free = [size for size in sizes if size > max(held, default=0)]
    return SLOWER * min(free) if free else None


def _rising(sizes: Mapping[int, MemorySize]) -> list[MemorySize]:
    return [sizes[memory_mb] for memory_mb in sorted(sizes)]
