"""The plot of growth: `python -m bench_drops.growth_plot PNG LINES`, the lines as JSON."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

COLOURS = {"CSV": "#4c78a8", "Parquet": "#e45756"}
STYLES = {"sorted": "-", "shuffled": "--"}


def draw(lines: list[dict[str, Any]], path: Path) -> None:
    """Draw CPU time and peak memory against rows, a line a case with its exponent."""
    figure, panels = plt.subplots(1, 2, figsize=(11, 4.4))
    for axes, title, name, unit in (
        (panels[0], "CPU seconds, file to packed rows", "cpu", 1),
        (panels[1], "peak memory, MB", "peak", 1e6),
    ):
        for line in lines:
            form, order = line["case"].split(", ")
            axes.plot(
                line["rows"],
                [value / unit for value in line[name]],
                STYLES[order],
                color=COLOURS[form],
                marker="o",
                label=f"{line['case']}: rows^{line[f'{name}_exponent']:.2f}",
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("rows")
        axes.set_title(title, fontsize=11)
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("")
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    panels[1].set_ylim(50, 2000)
    panels[1].set_yticks([50, 100, 200, 500, 1000, 2000])
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    draw(json.loads(sys.argv[2]), Path(sys.argv[1]))
    print("drawn")
