"""What a bill is mostly for, and which one change would lower it most: both computed from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from oasis.costs.bills import Bill, bill_of
from oasis.costs.workloads import Workload


@dataclass(frozen=True)
class Lever:
    """One change that somebody could make, written to stand after "what would lower it most is"."""

    change: str
    after: Callable[[Workload], Workload]


@dataclass(frozen=True)
class Saving:
    """What one change would save of a bill, in dollars a month."""

    change: str
    dollars: float


def _assuming(**shares: float) -> Callable[[Workload], Workload]:
    def after(work: Workload) -> Workload:
        a = work.assumptions
        values = {name: getattr(a, name) * share for name, share in shares.items()}
        return replace(work, assumptions=replace(a, **values))

    return after


def _sized(**shares: float) -> Callable[[Workload], Workload]:
    def after(work: Workload) -> Workload:
        values = {name: getattr(work.sizes, name) * share for name, share in shares.items()}
        return replace(work, sizes=replace(work.sizes, **values))

    return after


def _with_half_the_lookup_memory(work: Workload) -> Workload:
    halved = work.deployment.lookup_memory_mb // 2
    return replace(work, deployment=replace(work.deployment, lookup_memory_mb=halved))


def _starting_cold(work: Workload) -> Workload:
    return replace(work, deployment=replace(work.deployment, lookup_provisioned=0))


def _without_platform_lines(work: Workload) -> Workload:
    return replace(work, deployment=replace(work.deployment, platform_lines=False))


def _deleting_after_90_days(work: Workload) -> Workload:
    kept = min(90.0, work.sizes.kept_days)
    return replace(work, sizes=replace(work.sizes, kept_days=kept))


LEVERS = (
    Lever(
        "leaving out Lambda's own line at the start and end of each lookup (system log level WARN)",
        _without_platform_lines,
    ),
    Lever("a metrics line for one lookup in a hundred", _assuming(lookup_log_bytes=0.01)),
    Lever("no access log of the lookup's API", _assuming(access_log_bytes=0)),
    Lever("tracing one lookup a second and no share beyond", _assuming(traced_beyond_the_first=0)),
    Lever("half the lookup's memory at the same speed", _with_half_the_lookup_memory),
    Lever("letting the lookup start cold, nothing provisioned", _starting_cold),
    Lever("half the score refreshes", _sized(score_refreshes_per_day=0.5)),
    Lever("half the plan runs", _sized(plan_runs_per_day=0.5)),
    Lever("deleting drops, accepted data and plans after 90 days", _deleting_after_90_days),
    Lever("half the custom metrics", _assuming(custom_metrics=0.5)),
)


def savings_of(bill: Bill) -> list[Saving]:
    """Return what each lever would save, most first: the month is billed again with each."""
    savings = [
        Saving(lever.change, bill.total - bill_of(lever.after(bill.work), bill.prices).total)
        for lever in LEVERS
    ]
    return sorted(savings, key=lambda saving: -saving.dollars)


def verdict_of(bill: Bill) -> str:
    """Return one sentence: what dominates, and what would lower the bill most."""
    if not bill.total:
        return "Nothing costs anything."
    first = bill.lines[0]
    dominates = f"{first.dollars / bill.total:.0%} is {first.unit} of {first.service}"
    best = savings_of(bill)[0]
    if best.dollars <= 0:
        return f"{dominates} for {first.arrow}; no change that is known here would lower it."
    return (
        f"{dominates} for {first.arrow}; what would lower it most is {best.change}: "
        f"${best.dollars:,.2f} a month, {best.dollars / bill.total:.0%}."
    )
