"""The plot of the sweep over memory: `python -m bench_load.sweep_plot PNG DRAWN`, as JSON."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

LINES = (
    ("cold", "cold start", "#4c78a8", "-"),
    ("first", "first lookup, plan loaded", "#72b7b2", "-"),
    ("busy_p99", "warm, one after another: p99", "#e45756", "--"),
    ("busy_p50", "warm, one after another: p50", "#e45756", "-"),
)
STAGE_COLOUR, DOLLAR_COLOUR = "#777777", "#54a24b"
READY = "in provisioned environments, beside their standing"


def draw(drawn: dict[str, Any], path: Path) -> None:
    """Draw times and dollars against memory, with the sizes of both stages marked."""
    sizes = drawn["sizes"]
    memory = [size["memory_mb"] for size in sizes]
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6))
    for name, label, colour, style in LINES:
        values = [size[name] for size in sizes]
        left.plot(memory, values, style, marker="o", markersize=4, color=colour, label=label)
    left.set_yscale("log")
    left.set_title("milliseconds", fontsize=11)
    left.set_yticks([2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000])
    dollars = [size["dollars"] for size in sizes]
    right.plot(memory, dollars, marker="o", markersize=4, color=DOLLAR_COLOUR, label="on demand")
    ready = [size["ready_dollars"] for size in sizes]
    right.plot(memory, ready, "--", marker="o", markersize=4, color=DOLLAR_COLOUR, label=READY)
    for x, y in zip(memory, dollars, strict=True):
        right.annotate(f"{y:.2f}", (x, y), (-4, 6), textcoords="offset points", ha="right")
    right.axhline(drawn["requests"], color=STAGE_COLOUR, linewidth=1)
    below = 0.99 * drawn["requests"]
    right.text(memory[0], below, "requests alone", color=STAGE_COLOUR, va="top")
    right.set_ylim(0, 1.15 * max(dollars))
    left.yaxis.set_major_formatter("{x:,g}")
    right.yaxis.set_major_formatter("${x:.2f}")
    right.set_title("Lambda's dollars for a million warm lookups", fontsize=11)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(memory, [f"{each:,}" for each in memory], fontsize=9)
        axes.set_xlim(memory[0] / 1.4, memory[-1] * 1.25)
        axes.minorticks_off()
        axes.set_xlabel("memory, MB (1,769 MB: one CPU)")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        for stage, memory_mb in drawn["stages"].items():
            axes.axvline(memory_mb, color=STAGE_COLOUR, linestyle=":", linewidth=1)
            top = axes.get_xaxis_transform()
            axes.text(memory_mb * 1.03, 0.02, stage, transform=top, color=STAGE_COLOUR)
        axes.legend(frameon=True, framealpha=1, edgecolor="white", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    draw(json.loads(sys.argv[2]), Path(sys.argv[1]))
    print("drawn")
