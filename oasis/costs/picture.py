"""The picture of the page: dollars by service and by what uses them, a panel a size."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from oasis.costs.bills import Bill

GROUPS = {
    "lookups": ("#4c78a8", ("lookup_scores",)),
    "drops and their loading": ("#54a24b", ("ingest_drop", "load_scores", "reconcile")),
    "campaigns and plans": (
        "#e45756",
        (
            *("update_campaign", "count_delivery", "request_plan"),
            *("solve_plan", "evaluate_shard", "activate_plan"),
        ),
    ),
    "stored data": ("#eeca3b", ("storage",)),
    "standing, whatever happens": ("#bab0ac", ("standing",)),
}
SHOWN_DOLLARS = 0.005


def draw(bills: Sequence[Bill], path: Path) -> None:
    """Draw a panel a bill: each service's share of the month, with its dollars."""
    services = _services(bills)
    figure, panels = plt.subplots(
        1, len(bills), figsize=(12, 5.2), sharex=True, sharey=True, squeeze=False
    )
    for axes, bill in zip(panels[0], bills, strict=True):
        _panel(axes, bill, services)
    panels[0][0].set_yticks(range(len(services)), services)
    panels[0][0].invert_yaxis()
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=len(labels), frameon=False, fontsize=9)
    prices = bills[0].prices
    figure.suptitle(
        f"What a month costs, by service (list prices of {prices.region}, {prices.as_of})",
        fontsize=12,
    )
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _panel(axes: Any, bill: Bill, services: Sequence[str]) -> None:
    left = [0.0] * len(services)
    for label, (colour, arrows) in GROUPS.items():
        shares = [_dollars(bill, service, arrows) / bill.total for service in services]
        axes.barh(range(len(services)), shares, left=left, color=colour, height=0.7, label=label)
        left = [a + b for a, b in zip(left, shares, strict=True)]
    for position, service in enumerate(services):
        spent = bill.by_service()[service]
        text = f"${spent:,.0f}" if spent >= 10 else f"${spent:,.2f}"
        axes.text(left[position] + 0.008, position, text, va="center", fontsize=8.5)
    sizes = bill.work.sizes
    axes.set_title(
        f"{sizes.name} on {bill.work.deployment.stage}: ${bill.total:,.0f}\n"
        f"{sizes.audiences:,} audiences, {sizes.lookups_per_second:,.0f} lookups/s at peak",
        fontsize=10,
    )
    axes.set_xlim(0, 0.55)
    axes.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    axes.set_xlabel("share of the month")
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right"]].set_visible(False)


def _services(bills: Sequence[Bill]) -> list[str]:
    largest = max(bills, key=lambda bill: bill.total).by_service()
    seen = [s for s in largest if any(b.by_service()[s] >= SHOWN_DOLLARS for b in bills)]
    return sorted(seen, key=lambda service: -largest[service])


def _dollars(bill: Bill, service: str, arrows: Sequence[str]) -> float:
    return sum(x.dollars for x in bill.lines if x.service == service and x.arrow in arrows)
