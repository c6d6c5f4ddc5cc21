"""Bills: a month's quantities at a price list, and figures that are comparable between sizes."""

from collections import defaultdict
from dataclasses import dataclass

from oasis.costs.intake import ingest_drop, load_scores, reconcile
from oasis.costs.meters import METER_NAMED, METERS
from oasis.costs.planning import (
    activate_plan,
    count_delivery,
    request_plan,
    update_campaign,
)
from oasis.costs.prices import Prices
from oasis.costs.quantities import Quantity
from oasis.costs.serving import lookup_scores
from oasis.costs.solving import evaluate_shard, solve_plan
from oasis.costs.standing import access_logs, standing, storage
from oasis.costs.workloads import Workload

ARROWS = (
    *(ingest_drop, load_scores, reconcile, update_campaign, count_delivery),
    *(request_plan, solve_plan, evaluate_shard, activate_plan, lookup_scores, storage, standing),
)
COMPARED_SCORES = 10e6
COMPARED_LOOKUPS = 1e6


@dataclass(frozen=True)
class Line:
    """One line of a bill. ``quantity`` is in single units, ``unit_price`` the mean of its steps."""

    service: str
    arrow: str
    meter: str
    unit: str
    quantity: float
    unit_price: float
    dollars: float


@dataclass(frozen=True)
class Bill:
    """A month at a price list, lines by meter and arrow, the most expensive first."""

    work: Workload
    prices: Prices
    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """Return the dollars of the month."""
        return sum(line.dollars for line in self.lines)

    @property
    def lookup_price(self) -> float | None:
        """Return the dollars of a million lookups, of what lookup_scores uses; None without any."""
        lookups = self.work.lookups
        spent = self._spent("lookup_scores")
        return spent / lookups * COMPARED_LOOKUPS if lookups else None

    @property
    def load_price(self) -> float | None:
        """Return the dollars of 10M score rows, dropped to loaded; None where none are dropped.

        Of ingest_drop its part is counted by drops, and nothing of storage.
        """
        rows = self.work.score_rows_dropped
        if not rows:
            return None
        share = self.work.score_drops / self.work.drops
        spent = self._spent("ingest_drop") * share + self._spent("load_scores")
        return spent / rows * COMPARED_SCORES

    def by_service(self) -> dict[str, float]:
        """Return dollars by service, in the order of the meters."""
        services = {meter.service: 0.0 for meter in METERS}
        for line in self.lines:
            services[line.service] += line.dollars
        return services

    def _spent(self, arrow: str) -> float:
        return sum(line.dollars for line in self.lines if line.arrow == arrow)


def bill_of(work: Workload, prices: Prices) -> Bill:
    """Return the bill of a month: each meter's total at its tariff, parted by quantity."""
    used: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for quantity in quantities_of(work):
        used[quantity.meter][quantity.arrow] += quantity.amount
    lines = [
        _line(name, arrow, amount, sum(arrows.values()), prices)
        for name, arrows in used.items()
        for arrow, amount in arrows.items()
        if amount
    ]
    return Bill(work, prices, tuple(sorted(lines, key=lambda x: (-x.dollars, x.meter, x.arrow))))


def quantities_of(work: Workload) -> list[Quantity]:
    """Return everything that a month uses."""
    quantities = [quantity for arrow in ARROWS for quantity in arrow(work)]
    requests = sum(q.amount for q in quantities if q.meter in ("put_requests", "get_requests"))
    return quantities + access_logs(work, requests)


def _line(name: str, arrow: str, amount: float, total: float, prices: Prices) -> Line:
    meter = METER_NAMED[name]
    unit_price = prices.tariffs[name].dollars(total) / total
    return Line(meter.service, arrow, name, meter.unit, amount, unit_price, amount * unit_price)
