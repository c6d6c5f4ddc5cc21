"""What AWS asks for each thing that it counts: list prices, dated, each replaceable by a file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from oasis.costs.meters import AS_OF, METER_NAMED, METERS, REGION, Meter

INFINITY = float("inf")


class PriceError(ValueError):
    """A file of prices names something unknown, or a price that is none."""


@dataclass(frozen=True)
class Tariff:
    """Dollars a unit by steps of (the month's quantity from which it holds, dollars)."""

    steps: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        """Refuse steps that do not begin at 0 and rise, and negative prices.

        Raises:
            PriceError: they do not.
        """
        starts = [start for start, _ in self.steps]
        rises = all(a < b for a, b in pairwise(starts))
        if (
            not starts
            or starts[0] != 0
            or not rises
            or not all(0 <= p < INFINITY for _, p in self.steps)
        ):
            raise PriceError(
                f"Steps begin at quantity 0 and rise, and no price is negative: {self.steps}."
            )

    def dollars(self, quantity: float) -> float:
        """Return what a month's quantity costs."""
        ends = [*(start for start, _ in self.steps[1:]), INFINITY]
        return sum(
            (min(quantity, end) - start) * price
            for (start, price), end in zip(self.steps, ends, strict=True)
            if quantity > start
        )


def tariff_of(meter: Meter, listed: Any) -> Tariff:
    """Return the tariff of a price as listed: one number, or steps of (quantity from, price).

    Raises:
        PriceError: it is neither.
    """
    try:
        steps = listed if isinstance(listed, list | tuple) else [(0, listed)]
        return Tariff(tuple((float(a) * meter.per, float(p) / meter.per) for a, p in steps))
    except (TypeError, ValueError) as error:
        raise PriceError(
            f"{meter.name} is {listed!r}; it is dollars, or [[from, dollars], …]."
        ) from error


@dataclass(frozen=True)
class Prices:
    """A price list: a tariff for each meter, in dollars a single unit."""

    region: str
    as_of: date
    tariffs: Mapping[str, Tariff]


LIST_PRICES = Prices(
    region=REGION,
    as_of=AS_OF,
    tariffs={meter.name: tariff_of(meter, meter.listed) for meter in METERS},
)


def read_prices(path: Path, otherwise: Prices = LIST_PRICES) -> Prices:
    """Return the prices of a TOML file; what it does not name stays as in ``otherwise``.

    Raises:
        PriceError: it is no TOML, or names no meter, or a price is no number or list of steps.
        OSError: it cannot be read.
    """
    try:
        document = tomllib.loads(path.read_text())
    except ValueError as error:
        raise PriceError(f"{path} is no TOML: {error}.") from error
    region, as_of = document.pop("region", otherwise.region), document.pop("as_of", otherwise.as_of)
    if not isinstance(region, str) or type(as_of) is not date:
        raise PriceError(f"{path}: region is a text, as_of a date.")
    unknown = sorted(document.keys() - METER_NAMED.keys())
    if unknown:
        raise PriceError(f"{path} names {', '.join(unknown)}; known are {', '.join(METER_NAMED)}.")
    read = {name: tariff_of(METER_NAMED[name], value) for name, value in document.items()}
    return replace(otherwise, region=region, as_of=as_of, tariffs={**otherwise.tariffs, **read})
