"""What a benchmark found: rows against their goals, as a table and as a section of a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from statistics import linear_regression

MEGABYTE = 1_000_000
HEADINGS = ("figure", "must", "stretch", "measured", "beside", "verdict")


@dataclass(frozen=True)
class Goal:
    """What a figure must be and what it may become; lower is better unless ``is_floor``."""

    must: float
    stretch: float
    written: Callable[[float], str]
    is_floor: bool = False
    is_exact: bool = False

    def is_reached(self, measured: float, wanted: float) -> bool:
        """Say whether a figure is as good as the one wanted."""
        if self.is_exact:
            return measured == wanted
        return measured >= wanted if self.is_floor else measured <= wanted

    def bound(self, wanted: float) -> str:
        """Return a bound as people write it."""
        sign = "" if self.is_exact else "≥ " if self.is_floor else "≤ "
        return sign + self.written(wanted)


@dataclass(frozen=True)
class Row:
    """One figure beside its goal; ``beside`` is what else was seen."""

    figure: str
    goal: Goal
    measured: float
    beside: str = ""

    @property
    def is_met(self) -> bool:
        """Say whether the figure is what it must be."""
        return self.goal.is_reached(self.measured, self.goal.must)

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row as text, one cell a heading; the last is ``met`` or ``missed``."""
        goal = self.goal
        reached = goal.is_reached(self.measured, goal.stretch)
        return (
            self.figure,
            goal.bound(goal.must),
            goal.bound(goal.stretch) + (", reached" if reached else ""),
            goal.written(self.measured),
            self.beside,
            "met" if self.is_met else "missed",
        )


@dataclass(frozen=True)
class PartReport:
    """What one part found: its rows, and its section of the page."""

    rows: tuple[Row, ...]
    section: str


def count(value: float) -> str:
    """Return a whole number as people write it."""
    return f"{value:,.0f}"


def part_of_one(value: float) -> str:
    """Return a small ratio as a fraction of one: ``1/16``."""
    return f"1/{1 / value:.3g}"


def ratio(value: float) -> str:
    """Return a ratio with two decimals."""
    return f"{value:.2f}"


def share(value: float) -> str:
    """Return a share in per cent."""
    return f"{value:.2%}"


def megabytes(value: float) -> str:
    """Return bytes in millions."""
    return f"{value / MEGABYTE:,.0f} MB"


def text_table(rows: Sequence[Row]) -> str:
    """Return the rows for a terminal, in columns."""
    lines = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def markdown_table(rows: Sequence[Row]) -> str:
    """Return the rows as a table of a page."""
    lines = [HEADINGS, ("---", "---:", "---:", "---:", "---", "---"), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return k of the least-squares fit of cost = a * size ** k; all are above zero."""
    return linear_regression([log10(s) for s in sizes], [log10(c) for c in costs]).slope


def with_section(page: str, part: str, section: str) -> str:
    """Return the page with what stands between the markers of a part replaced.

    A part without markers goes to the end of the page.
    """
    begin, end = f"<!-- begin {part} -->", f"<!-- end {part} -->"
    marked = f"{begin}\n{section.strip()}\n{end}"
    before, found, rest = page.partition(begin)
    if not found:
        return f"{page.rstrip()}\n\n{marked}\n"
    return before + marked + rest.partition(end)[2]
