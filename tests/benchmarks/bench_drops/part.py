"""The part `drops`: every figure that drops must reach."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from tempfile import TemporaryDirectory

from bench_drops.reading import Line, growth_sentence, measure_files
from bench_drops.sizes import SIZES, Size
from bench_drops.writing import count_units, measure_writes
from bench_peers import version_of
from bench_report import Goal, PartReport, Row, markdown_table, megabytes
from bench_sides import OASIS, ROOT, Side

from infra.sizes import UNZIPPED_LIMIT, measure

CACHE = ROOT / ".cache"
PLOT = ROOT / "docs" / "images" / "bench_drops.png"
BUNDLE = Goal(250e6, 170e6, megabytes)
SECTION = """## Drops

`make bench PART=drops{option}`, {date}. Files of {rows} rows, {rounds} rounds; {written} scores
written, {written_rounds} rounds. Python {python}, numpy {numpy}, pyarrow {pyarrow}, boto3 {boto3};
peers: polars {polars}, boto3 {peer_boto3}, awswrangler {awswrangler}, Feast {feast}.
{caution}
{table}

Growth, fitted from {fewest} to {rows} rows, the cost of a first call included: {growth}

![CPU time and peak memory against rows of a file](images/bench_drops.png)

- **Input**: 100 scores an audience, distinct out of 500,000 tracks, four decimals; ids like
  `listener-0000123` and `CPDpR2zdOBzm7U2G9XZE50`, each kind of one length; rows by audience or
  shuffled; Parquet as pyarrow writes it.
- **Rows a CPU second**: Oasis parses, judges, groups by audience, packs and writes the packed file;
  polars reads the file into a frame and does no more. Each on one thread.
- **Without rules**: the same reader, grouping and packing; no value is judged, no duplicate looked
  for, nothing counted. The reader's own screening of lines stays in both.
- **Written**: conditional PutItem of packed rows by the store that `load_scores` uses; peers write
  one item a score, without a condition. A stub on 127.0.0.1 answers at once; only the client's CPU
  counts. What a side is handed is made before the clock runs. awswrangler and Feast write
  {peers_scores} scores.
- **Equal first**: polars' rows and the unpacked rows of Oasis have one sum over (audience, track,
  score); so have the items that the stub recorded (of Feast's, whose keys are hashes, the scores).
- **Write units** are counted at the handlers under moto, by DynamoDB's rule of 1 KB.
- **Memory** is the highest resident size over all rounds, interpreter and libraries included.
- A ratio is the median over rounds of the ratio inside the round; seconds are medians, and differ
  between machines.
"""


def measure_drops(size_name: str) -> PartReport:
    """Measure everything, draw the plot, and return the rows with their section."""
    size = SIZES[size_name]
    with TemporaryDirectory(dir=CACHE) as folder:
        inputs = Path(folder)
        _tell(f"making input up to {size.largest_rows:,} rows")
        for many in size.files:
            made = (str(inputs), str(many))
            Side(f"input of {many} rows", OASIS, "bench_drops.inputs", made).run()
        _tell("counting write units")
        units = count_units(inputs, size.counted_scores)
        _tell("writing, by Oasis and by peers")
        written = measure_writes(size)
        _tell("reading files, by Oasis and by polars")
        files, lines = measure_files(inputs, size)
    _tell("bundling")
    rows = (*units, written, *files, _bundle())
    _draw(lines)
    print(f"\nGrowth. {growth_sentence(lines)}")
    return PartReport(rows, _section(size, rows, lines))


def _bundle() -> Row:
    assembly = CACHE / "bench-assembly"
    command = [sys.executable, "-m", "infra.app", "--context", "stage=dev", "--out", str(assembly)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (bundle,) = (b for b in measure(assembly).bundles if b.function == "ingest_drop")
    beside = f"zipped {megabytes(bundle.zipped)}; Lambda takes {megabytes(UNZIPPED_LIMIT)}"
    return Row("unzipped bundle of ingest_drop", BUNDLE, bundle.unzipped, beside)


def _draw(lines: list[Line]) -> None:
    drawn = [
        {
            "case": line.case,
            "rows": line.rows,
            "cpu": line.cpu_s,
            "peak": line.peak_bytes,
            "cpu_exponent": line.cpu_exponent,
            "peak_exponent": line.peak_exponent,
        }
        for line in lines
    ]
    arguments = (str(PLOT), json.dumps(drawn))
    Side("the plot", OASIS, "bench_drops.growth_plot", arguments).run()


def _section(size: Size, rows: tuple[Row, ...], lines: list[Line]) -> str:
    is_full = size.name == "full"
    caution = "" if is_full else "**A small run: the goals speak of 10,000,000 rows.**\n"
    return SECTION.format(
        option="" if is_full else f" SIZE={size.name}",
        date=datetime.now(UTC).date(),
        fewest=f"{size.growth[0]:,}",
        rows=f"{size.largest_rows:,}",
        rounds=size.largest_rounds,
        written=f"{size.written_scores:,}",
        written_rounds=size.written_rounds,
        peers_scores=f"{size.peers_scores:,}",
        python=python_version(),
        **{name: version(name) for name in ("numpy", "pyarrow", "boto3")},
        **{name: version_of(name) for name in ("polars", "awswrangler", "feast")},
        peer_boto3=version_of("boto3"),
        caution=caution,
        table=markdown_table(rows),
        growth=growth_sentence(lines),
    )


def _tell(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", flush=True)
