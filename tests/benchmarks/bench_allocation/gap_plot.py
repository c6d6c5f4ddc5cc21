"""The plot: gap against CPU time, and growth: `python -m bench_allocation.gap_plot PNG DRAWN`."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

COLOURS = {
    "Oasis": "#e45756",
    "HiGHS simplex": "#4c78a8",
    "HiGHS IPM": "#72b7b2",
    "PDLP": "#f58518",
    "GLOP": "#54a24b",
}


def draw(drawn: dict[str, Any], path: Path) -> None:
    """Draw how near each solver comes in which time, and how Oasis grows."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4))
    for name, points in drawn["curves"].items():
        seconds, gaps = zip(*points, strict=True)
        left.plot(seconds, gaps, marker="o", color=COLOURS[name], label=name)
    left.set_xlabel("CPU seconds")
    left.set_title("gap: Oasis certified, others from the optimum", fontsize=11)
    left.legend(frameon=False, fontsize=9)
    edges, seconds, peaks = zip(*drawn["growth"], strict=True)
    right.plot(edges, seconds, marker="o", color=COLOURS["Oasis"], label="CPU seconds")
    gigabytes = [peak / 1e9 for peak in peaks]
    right.plot(edges, gigabytes, marker="o", color="#888888", label="peak memory, GB")
    right.set_xlabel("edges")
    right.set_title("Oasis, certified gap at most 1e-3", fontsize=11)
    right.legend(frameon=False, fontsize=9)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    draw(json.loads(sys.argv[2]), Path(sys.argv[1]))
    print("drawn")
