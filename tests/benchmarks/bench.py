"""`make bench`: measures parts of Oasis against their goals and against peers."""

import argparse

from bench_allocation.part import measure_allocation
from bench_drops.part import measure_drops
from bench_drops.sizes import SIZES
from bench_load.part import measure_load
from bench_lookup.part import measure_lookup
from bench_peers import make_peers
from bench_report import text_table, with_section
from bench_sides import ROOT

PARTS = {
    "drops": measure_drops,
    "allocation": measure_allocation,
    "lookup": measure_lookup,
    "load": measure_load,
}
PAGE = ROOT / "docs" / "benchmarks.md"
OPENING = """# Benchmarks

Written by `make bench`, a section a part; `make bench PART=drops` renews one, `SIZE=small` takes
minutes less and says so. Every figure with a goal is a ratio inside one run or an exact count: CPU
time of a process, rounds shuffled and interleaved, medians. Before a ratio counts, both sides are
held to the same answer. Peers stand in an environment of their own, locked in
`tests/benchmarks/peers.txt`.
"""


def main() -> None:
    """Measure the parts asked for, print one table, and renew their sections of the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("all", *PARTS), default="all")
    parser.add_argument("--size", choices=SIZES, default="full")
    asked = parser.parse_args()
    make_peers()
    chosen = PARTS if asked.part == "all" else {asked.part: PARTS[asked.part]}
    reports = {name: part(asked.size) for name, part in chosen.items()}
    page = PAGE.read_text() if PAGE.exists() else OPENING
    for name, report in reports.items():
        page = with_section(page, name, report.section)
    PAGE.write_text(page)
    print()
    print(text_table([row for report in reports.values() for row in report.rows]))
    print(f"\nThe page is {PAGE.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
