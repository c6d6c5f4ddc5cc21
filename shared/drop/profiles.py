"""Noun drop: what a drop looks like as a whole, and how far it departs from the one before."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Profile:
    """Rows of a drop, the share of missing values by column, and histograms of its numbers.

    ``histograms`` count accepted values: of numbers in [0, 1] in bins of equal width, of amounts
    in powers of two.
    """

    rows: int  # parsed
    null_share: dict[str, float] = field(default_factory=dict)
    histograms: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Departure:
    """How far a drop departs from the same producer's drop before it.

    ``volume`` is its rows over the rows before; ``null_rise`` by how much the share of missing
    values rose, by column; ``drift`` the population stability index, by column. ``held_by`` are
    sentences of the gates that hold it back, ``passed`` of those that let it through unjudged.
    """

    compared_with: str = ""  # drop id
    volume: float | None = None
    null_rise: dict[str, float] = field(default_factory=dict)
    drift: dict[str, float] = field(default_factory=dict)
    held_by: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()


NOT_COMPARED = Departure()
