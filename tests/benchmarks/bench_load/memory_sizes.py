"""What a memory size took, in figures: medians, quantiles, dollars."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean, median

from bench_load.memory_sweep import Taken

from oasis.costs.billing import SECONDS_PER_MONTH, gb_seconds
from oasis.costs.prices import LIST_PRICES

MILLION = 1e6
MIB = 2**20


@dataclass(frozen=True)
class MemorySize:
    """Figures of one size; times in milliseconds, dollars by list prices."""

    memory_mb: int
    cold: float
    cold_cpu: float
    first: float
    new_plan: float
    alone_p50: float
    alone_p99: float
    busy_p50: float
    busy_p99: float
    cpu: float
    stopped: float  # share of the periods while busy
    billed: float  # a busy lookup, whole milliseconds
    peak_mb: float

    @property
    def dollars(self) -> float:
        """Return what a million busy lookups cost of Lambda, on demand."""
        return self._dollars("gb_seconds")

    @property
    def ready_dollars(self) -> float:
        """Return what they cost in provisioned environments, which cost as they stand, too."""
        return self._dollars("ready_run_gb_seconds")

    def standing_dollars(self, environments: int) -> float:
        """Return what so many provisioned environments cost a month, used or not."""
        stood = environments * gb_seconds(self.memory_mb, SECONDS_PER_MONTH)
        return LIST_PRICES.tariffs["ready_gb_seconds"].dollars(stood)

    def _dollars(self, meter: str) -> float:
        ran = MILLION * gb_seconds(self.memory_mb, self.billed / 1000)
        requests = LIST_PRICES.tariffs["lambda_requests"].dollars(MILLION)
        return LIST_PRICES.tariffs[meter].dollars(ran) + requests


def figures_of(memory_mb: int, taken: Taken) -> MemorySize:
    """Return the figures of one size: lookups are pooled over rounds, starts are medians."""
    return MemorySize(
        memory_mb=memory_mb,
        cold=1000 * median(taken.cold),
        cold_cpu=1000 * median(taken.cold_cpu),
        first=1000 * median(taken.first),
        new_plan=1000 * median(taken.new_plan),
        alone_p50=1000 * quantile(taken.alone, 0.50),
        alone_p99=1000 * quantile(taken.alone, 0.99),
        busy_p50=1000 * quantile(taken.busy, 0.50),
        busy_p99=1000 * quantile(taken.busy, 0.99),
        cpu=1000 * median(taken.cpu),
        stopped=taken.stopped / taken.periods if taken.periods else 0.0,
        billed=fmean(ceil(1000 * seconds) for seconds in taken.billed),
        peak_mb=taken.peak_bytes / MIB,
    )


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest of the values that at least so large a share does not exceed."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
