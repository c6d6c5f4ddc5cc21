"""`oasis cost`: what a month on AWS costs, for a named size or one's own."""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from oasis.console import CommandError, console, ends_plainly
from oasis.costs.advice import savings_of, verdict_of
from oasis.costs.assumptions import Assumptions
from oasis.costs.bills import Bill, bill_of
from oasis.costs.deployments import deployment_of
from oasis.costs.limits import exceeded
from oasis.costs.prices import LIST_PRICES, read_prices
from oasis.costs.sizes import SIZES, SMALL, SizeError, Sizes
from oasis.costs.tables import HEADINGS, RIGHT, bill_rows, figures, money
from oasis.costs.workloads import Workload

DOCS = Path(__file__).resolve().parents[1] / "docs"

Whole = Annotated[int | None, typer.Option(min=0, show_default=False)]
Rate = Annotated[float | None, typer.Option(min=0, show_default=False)]


@ends_plainly
def cost(
    size: Annotated[
        str, typer.Option(help=f"{', '.join(SIZES)}: what the rest is where not said")
    ] = "reference",
    stage: Annotated[str, typer.Option(help="dev or prod: memory and retention")] = "prod",
    audiences: Whole = None,
    scores: Annotated[int | None, typer.Option(min=0, help="Of each audience")] = None,
    campaigns: Whole = None,
    tracks: Whole = None,
    candidates: Annotated[int | None, typer.Option(min=0, help="Of each lookup")] = None,
    lookups_per_second: Annotated[float | None, typer.Option(min=0, help="At the peak")] = None,
    average_share: Annotated[
        float | None, typer.Option(min=0, max=1, help="Mean lookups as a share of the peak")
    ] = None,
    score_refreshes_per_day: Annotated[
        float | None, typer.Option(min=0, help="Of each audience's row")
    ] = None,
    campaign_changes_per_day: Rate = None,
    plan_runs_per_day: Rate = None,
    kept_days: Annotated[
        float | None, typer.Option(min=0, help="For how long nothing has been deleted")
    ] = None,
    other: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Any other size or assumption"),
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML with prices instead of the listed")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for machines")] = False,
    page: Annotated[
        bool, typer.Option("--page", help="Write docs/cost.md and its picture")
    ] = False,
) -> None:
    """Say what a month on AWS costs, what most of it is for and what would lower it."""
    if page:
        write_page()
        return
    own = {
        "audiences": audiences,
        "scores": scores,
        "campaigns": campaigns,
        "tracks": tracks,
        "candidates": candidates,
        "lookups_per_second": lookups_per_second,
        "average_share": average_share,
        "score_refreshes_per_day": score_refreshes_per_day,
        "campaign_changes_per_day": campaign_changes_per_day,
        "plan_runs_per_day": plan_runs_per_day,
        "kept_days": kept_days,
    }
    values = {name: value for name, value in own.items() if value is not None}
    sizes, assumptions = _changed(_size_named(size), values, other or [])
    try:
        work = Workload(sizes, assumptions, deployment_of(stage))
        bill = bill_of(work, read_prices(prices) if prices else LIST_PRICES)
    except ValueError as error:
        raise CommandError(f"{error}") from error
    if as_json:
        typer.echo(json.dumps(_document(bill), indent=1))
    else:
        _show(bill)


def write_page(folder: Path = DOCS) -> None:
    """Write cost.md and images/cost.png below ``folder``."""
    from oasis.costs.page import page_of
    from oasis.costs.picture import draw

    bills = named_bills()
    (folder / "cost.md").write_text(page_of(bills), encoding="utf-8")
    draw(bills, folder / "images" / "cost.png")
    console.print(f"Wrote {folder / 'cost.md'} and its picture.", soft_wrap=True)


def named_bills() -> list[Bill]:
    """Return the bill of each named size at list prices: the small one on dev, else on prod."""
    deployed = {stage: deployment_of(stage) for stage in ("dev", "prod")}
    works = [
        Workload(sizes, Assumptions(), deployed["dev" if sizes is SMALL else "prod"])
        for sizes in SIZES.values()
    ]
    return [bill_of(work, LIST_PRICES) for work in works]


def _size_named(name: str) -> Sizes:
    if name not in SIZES:
        raise CommandError(f"--size is one of {', '.join(SIZES)}, not {name!r}.")
    return SIZES[name]


def _changed(
    sizes: Sizes, own: dict[str, Any], assignments: Iterable[str]
) -> tuple[Sizes, Assumptions]:
    assumptions = Assumptions()
    known_sizes, known_assumptions = asdict(sizes), asdict(assumptions)
    changed: dict[str, Any] = {}
    for assignment in assignments:
        name, _, text = assignment.partition("=")
        before = {**known_sizes, **known_assumptions}.get(name)
        if name == "name" or before is None:
            raise CommandError(f"--set {assignment}: there is no size or assumption {name!r}.")
        try:
            value = type(before)(text)
        except ValueError as error:
            raise CommandError(f"--set {assignment}: {text!r} is no number for {name}.") from error
        if not 0 <= value < float("inf"):
            raise CommandError(f"--set {assignment}: {name} must be 0 or more.")
        (own if name in known_sizes else changed)[name] = value
    try:
        name = "own sizes" if own else sizes.name
        return replace(sizes, **{**own, "name": name}), replace(assumptions, **changed)
    except SizeError as error:
        raise CommandError(f"{error}") from error


def _show(bill: Bill) -> None:
    work, prices = bill.work, bill.prices
    table = Table(*HEADINGS)
    for column in RIGHT:
        table.columns[column].justify = "right"
    for row in bill_rows(bill):
        table.add_row(*row)
    console.print(
        f"A month of the size {work.sizes.name} on the stage {work.deployment.stage}, at list "
        f"prices of {prices.region} as of {prices.as_of}; no free allowance is counted."
    )
    console.print(table)
    console.print(f"Total: [bold]${money(bill.total)}[/bold] a month. {' '.join(figures(bill))}")
    console.print(verdict_of(bill))
    for sentence in exceeded(work):
        console.print(f"[yellow]Beyond the stage as built:[/yellow] {sentence}")


def _document(bill: Bill) -> dict[str, Any]:
    return {
        "size": asdict(bill.work.sizes),
        "assumptions": asdict(bill.work.assumptions),
        "deployment": asdict(bill.work.deployment),
        "prices": {"region": bill.prices.region, "as_of": bill.prices.as_of.isoformat()},
        "lines": [asdict(line) for line in bill.lines],
        "total": bill.total,
        "dollars_per_million_lookups": bill.lookup_price,
        "dollars_per_10m_score_rows": bill.load_price,
        "verdict": verdict_of(bill),
        "savings": [asdict(saving) for saving in savings_of(bill)],
        "beyond_the_stage": exceeded(bill.work),
    }
