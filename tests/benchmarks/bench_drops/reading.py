"""Files to packed rows: against polars reading them, with and without rules, memory, growth."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench_drops.sizes import Size
from bench_report import Goal, Row, exponent, megabytes, ratio
from bench_sides import OASIS, PEERS, Rounds, Side, assert_same, interleaved

RATES = {
    "csv": Goal(0.30, 0.50, ratio, is_floor=True),
    "parquet": Goal(0.20, 0.40, ratio, is_floor=True),
}
RULES = Goal(1.5, 1.2, ratio)
PEAKS = {"sorted": Goal(600e6, 300e6, megabytes), "shuffled": Goal(1.2e9, 300e6, megabytes)}
FORM_NAMES = {"csv": "CSV", "parquet": "Parquet"}


@dataclass(frozen=True)
class Case:
    """One form of file in one order of rows."""

    form: str
    order: str

    @property
    def name(self) -> str:
        """Return what people call it."""
        return f"{FORM_NAMES[self.form]}, {self.order}"

    def path(self, folder: Path, rows: int) -> Path:
        """Return where its file of so many rows stands."""
        return folder / f"scores-{rows}-{self.order}.{self.form}"

    def judged(self, folder: Path, rows: int) -> Side:
        """Return Oasis with every rule."""
        module = "bench_drops.read_by_oasis"
        path = str(self.path(folder, rows))
        return Side(f"{self.name} judged {rows}", OASIS, module, ("judged", path))

    def unjudged(self, folder: Path, rows: int) -> Side:
        """Return Oasis without rules."""
        module = "bench_drops.read_by_oasis"
        path = str(self.path(folder, rows))
        return Side(f"{self.name} unjudged {rows}", OASIS, module, ("plain", path))

    def polars(self, folder: Path, rows: int) -> Side:
        """Return polars, which only reads."""
        path = str(self.path(folder, rows))
        return Side(f"{self.name} polars {rows}", PEERS, "bench_drops.read_by_polars", (path,))


CASES = tuple(Case(form, order) for form in FORM_NAMES for order in PEAKS)


@dataclass(frozen=True)
class Line:
    """How one case grows: CPU seconds and peak bytes at each number of rows."""

    case: str
    rows: tuple[int, ...]
    cpu_s: tuple[float, ...]
    peak_bytes: tuple[int, ...]

    @property
    def cpu_exponent(self) -> float:
        """Return the power of the number of rows by which CPU time grows."""
        return exponent(self.rows, self.cpu_s)

    @property
    def last_cpu_exponent(self) -> float:
        """Return that power over the last tenfold, where what a first call costs matters least."""
        return exponent(self.rows[-2:], self.cpu_s[-2:])

    @property
    def peak_exponent(self) -> float:
        """Return the power of the number of rows by which peak memory grows."""
        return exponent(self.rows, self.peak_bytes)


def measure_files(folder: Path, size: Size) -> tuple[list[Row], list[Line]]:
    """Measure all files of the folder.

    Raises:
        DifferentAnswersError: polars and Oasis do not read the same from a file.
    """
    most = size.largest_rows
    sides = [
        side for case in CASES for side in (case.judged(folder, most), case.unjudged(folder, most))
    ] + [case.polars(folder, most) for case in CASES]
    assert_same("rows of files", {side.name: side.told("--answer").run() for side in sides})
    taken = dict(interleaved(sides, size.largest_rounds))
    for rows in size.smaller_rows:
        smaller = [case.judged(folder, rows) for case in CASES]
        taken |= interleaved(smaller, size.smaller_rounds)
    lines = [_line(case, folder, size, taken) for case in CASES]
    return [*_rows(folder, most, taken)], lines


def _rows(folder: Path, rows: int, taken: Mapping[str, Rounds]) -> list[Row]:
    rates, rules, peaks = [], [], []
    for case in CASES:
        judged, unjudged, polars = (
            taken[side.name]
            for side in (
                case.judged(folder, rows),
                case.unjudged(folder, rows),
                case.polars(folder, rows),
            )
        )
        speeds = (f"{rows / each.cpu_s / 1e6:.2f}M" for each in (judged, polars))
        rates.append(
            Row(
                f"rows a CPU second to packed against polars reading: {case.name}",
                RATES[case.form],
                polars.cpu_against(judged),
                " against ".join(speeds),
            )
        )
        rules.append(
            Row(
                f"CPU with every rule against without: {case.name}",
                RULES,
                judged.cpu_against(unjudged),
                f"{judged.cpu_s:.2f} s against {unjudged.cpu_s:.2f} s",
            )
        )
        peaks.append(
            Row(
                f"peak memory, {rows:,} rows: {case.name}",
                PEAKS[case.order],
                judged.peak_bytes,
                f"polars {megabytes(polars.peak_bytes)}",
            )
        )
    return [*rates, *rules, *peaks]


def growth_sentence(lines: list[Line]) -> str:
    """Return the fitted exponents as a sentence."""
    found = (
        f"{line.case}: CPU ~ rows^{line.cpu_exponent:.2f} (rows^{line.last_cpu_exponent:.2f} over "
        f"the last tenfold), memory ~ rows^{line.peak_exponent:.2f}"
        for line in lines
    )
    return "; ".join(found) + "."


def _line(case: Case, folder: Path, size: Size, taken: Mapping[str, Rounds]) -> Line:
    found = [taken[case.judged(folder, rows).name] for rows in size.growth]
    return Line(
        case.name,
        size.growth,
        tuple(each.cpu_s for each in found),
        tuple(each.peak_bytes for each in found),
    )
