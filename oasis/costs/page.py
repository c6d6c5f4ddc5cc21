"""The page docs/cost.md: prices, formulae, assumptions and bills, all from the calculator."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from oasis.costs.advice import savings_of, verdict_of
from oasis.costs.assumptions import listed
from oasis.costs.bills import Bill
from oasis.costs.deployments import Deployment
from oasis.costs.formulae import rules, uses
from oasis.costs.item_sizes import (
    campaign_item_bytes,
    drop_item_bytes,
    plan_item_bytes,
    pointer_bytes,
    request_item_bytes,
    score_item_bytes,
)
from oasis.costs.limits import exceeded
from oasis.costs.meters import METERS, Meter
from oasis.costs.sizes import Sizes
from oasis.costs.tables import HEADINGS, RIGHT, SCALES, bill_rows, dollars, figures, money


def page_of(bills: Sequence[Bill]) -> str:
    """Return the page for the bills of the named sizes, at one price list on one stage."""
    parts = [
        *_opening(bills),
        *(part for bill in bills for part in _bill(bill)),
        *_sizes(bills),
        *_formulae(bills[0]),
        *_assumptions(bills[0]),
        *_prices(bills[0]),
    ]
    return "\n\n".join(parts) + "\n"


def _opening(bills: Sequence[Bill]) -> list[str]:
    prices = bills[0].prices
    rows = [
        (
            bill.work.sizes.name,
            bill.work.deployment.stage,
            f"${money(bill.total)}",
            dollars(bill.lookup_price or 0),
            dollars(bill.load_price or 0),
            "yes" if not exceeded(bill.work) else "no: see below",
        )
        for bill in bills
    ]
    headings = (
        "size",
        "stage",
        "a month",
        "a million lookups",
        "10M score rows loaded",
        "fits as built",
    )
    return [
        "# What it costs",
        "`oasis cost --page` writes this page from the calculator in `oasis/costs/`; a test holds "
        "it against the code. `oasis cost --help` says how to ask for one's own sizes and prices.",
        f"By AWS's list prices in {prices.region} as of {prices.as_of}. No "
        "free allowance, no support plan, no tax, no discount and no savings plan is counted. "
        "Nothing here was read off a real bill.",
        _table(headings, rows, right=(2, 3, 4)),
        "![Each service's share of a month, for three sizes](images/cost.png)",
    ]


def _bill(bill: Bill) -> list[str]:
    beyond = exceeded(bill.work)
    name, stage = bill.work.sizes.name, bill.work.deployment.stage
    parts = [
        f"## {name.capitalize()} on {stage}: ${money(bill.total)} a month",
        f"{verdict_of(bill)} {' '.join(figures(bill))}",
        _table(HEADINGS, bill_rows(bill), right=RIGHT),
        _table(
            ("one change", "saves a month"),
            [(s.change, f"${money(s.dollars)}") for s in savings_of(bill) if s.dollars >= 0.01],
            right=(1,),
        ),
    ]
    if beyond:
        parts += [
            "The stage as built does not carry this size. The bill says what the work would cost "
            "where functions are billed to their timeout at most; it does not say that it is done.",
            "\n".join(f"- {sentence}" for sentence in beyond),
        ]
    return parts


def _sizes(bills: Sequence[Bill]) -> list[str]:
    names = [each.name for each in fields(Sizes) if each.name != "name"]
    rows = [(name, *(_plain(getattr(b.work.sizes, name)) for b in bills)) for name in names]
    stages = {bill.work.deployment.stage: bill.work.deployment for bill in bills}
    deployed = [
        (each.name, *(str(getattr(stage, each.name)) for stage in stages.values()))
        for each in fields(Deployment)
    ]
    return [
        "## Sizes",
        "DESIGN's sizes, and what stands beside them; each is an option of `oasis cost`, or "
        "`--set NAME=VALUE`.",
        _table(("size", *(b.work.sizes.name for b in bills)), rows, right=range(1, len(bills) + 1)),
        "Of the stages, from `infra/`:",
        _table(("value", *stages), deployed[1:], right=(1, 2)),
    ]


def _formulae(bill: Bill) -> list[str]:
    sizes = bill.work.sizes
    items = [
        ("score row of 100", score_item_bytes(100)),
        ("score row of 200", score_item_bytes(200)),
        ("pointer, none suppressed", pointer_bytes(0)),
        ("pointer, 50 suppressed", pointer_bytes(50)),
        ("pointer, 300 suppressed", pointer_bytes(300)),
        (
            f"campaign of {sizes.tracks_per_campaign}",
            campaign_item_bytes(sizes.tracks_per_campaign),
        ),
        ("record of a drop", drop_item_bytes()),
        ("record of a plan", plan_item_bytes()),
        ("request item", request_item_bytes()),
    ]
    return [
        "## Formulae",
        "AWS's rules (`billing.py`):",
        _table(("rule", "units"), [(f"`{name}`", said) for name, said in rules()]),
        "What a month uses, arrow by arrow. Not counted are repetitions after errors, and exports: "
        "one, whenever somebody asks for it, uses about what beginning a solve and evaluating its "
        "shards once use.",
        _table(("arrow", "use"), [(f"`{name}`", said) for name, said in uses()]),
        "Items in the tables, made by the real packer and models (`item_sizes.py`):",
        _table(("item", "bytes"), [(n, f"{b:,}") for n, b in items], right=(1,)),
    ]


def _assumptions(bill: Bill) -> list[str]:
    rows = [(f"`{a.name}`", _plain(a.value), a.origin) for a in listed(bill.work.assumptions)]
    return [
        "## Assumptions",
        "Local measurements were taken on one x86 core, Python 3.11; a Lambda of 1,769 MB has one "
        "core. Times on Lambda, cold starts and Lambda's own log lines are proven on AWS alone.",
        _table(("name", "value", "origin"), rows, right=(1,)),
    ]


def _prices(bill: Bill) -> list[str]:
    rows = [
        (f"`{m.name}`", m.service, SCALES[m.per] + m.unit, _steps(m), f"aws.amazon.com/{m.page}")
        for m in METERS
    ]
    return [
        "## Prices",
        f"List prices of {bill.prices.region}, written down on {bill.prices.as_of} without a "
        "connection to AWS's public pages: check them there before you rely on a total. A "
        "TOML file replaces any of them, named and scaled as in this table:",
        '```\n$ cat prices.toml\nregion = "eu-north-1"\nas_of = 2026-12-01\nwrite_units = 0.66\n'
        "http_requests = [[0, 1.03], [300, 0.93]]\n$ oasis cost --prices prices.toml\n```",
        _table(("name", "service", "unit", "$ a unit (from quantity)", "page"), rows),
    ]


def _steps(meter: Meter) -> str:
    first, *rest = meter.listed
    further = "".join(f", {price:g} (from {start:,g})" for start, price in rest)
    return f"{first[1]:g}{further}"


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,g}"


def _table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()
) -> str:
    aligned = set(right)
    marks = ["---:" if index in aligned else "---" for index in range(len(headings))]
    lines = [headings, marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
