"""The part `lookup`: its section of the page."""

from typing import Any

from bench_lookup.measuring import Taken
from bench_lookup.parts import PARTS, whole

SECTION = """## Lookup

`make bench PART=lookup{option}`, {date}. {rounds} interleaved rounds of {times} lookups, and of
{of_feast} of Feast; medians.
Python {python}; peers: Feast {feast}, FastAPI {fastapi} and Mangum {mangum}; boto3, PynamoDB and
Powertools as the product has them; Lambda's runtime client {awslambdaric}.

{table}

{others}

Growth: {growth}

![Where the CPU time of a lookup goes, part by part](images/bench_lookup.png)

{profile}

- **Input**: a row of {row} tracks, {candidates} candidates of which about half are in it,
  {campaigns:,} campaigns of {tracks} tracks, {promoted:.0%} of the row's tracks promoted; the plan
  in memory.
- **A stub on 127.0.0.1** answers at once, out of memory; only the client's CPU counts.
- **Handler**: the function's own, event to response, with logger and metrics; `botocore` is the
  same handler with botocore as the sender. boto3's resource and PynamoDB read the same items and
  score them without a handler around. `validating_resolver` has Powertools'
  APIGatewayHttpResolver with validation as its door and is the handler behind it: tables, plan,
  logger, metrics, headers.
- **Feast** reads an entity a (listener, candidate) by `online_read`, or where it is packed one a
  listener, whose feature is our packed row; it scores nothing.
- **Equal first**: all readers of the layout give the same scores of the same campaigns; Feast reads
  the relevance of exactly the candidates that the row has.
- **In Lambda** is awslambdaric, the runtime client of Lambda itself, against a Runtime API of our
  own: settings of the deployed runtime (which waits for each event in a thread anew), the tracer
  on, every event of a sampled trace, every segment received. `empty` is a function that does
  nothing with the same events.
- **Init** is the CPU time of that process until it asks for its first event, started without
  `site`. The row's ratio is that of what functions import and make: the empty function's CPU is
  taken off both sides.
- **Profile**: the stack is noted whenever the kernel counts 4 ms more of the process's CPU time;
  the innermost function with a name in `bench_lookup/parts.py` decides. White is what a part does
  itself.
- **Read units** follow from DynamoDB's rules for the items as they are; **round trips** are counted
  by the stub.
"""


def others(warm: Taken, first: Taken, started: Taken, most_of_init: float) -> str:
    """Return what was seen beside the rows, for the most that init may be of boto3's."""
    inside = [name for name in warm.seconds if name.startswith("in Lambda")]
    lookups = ", ".join(f"{n} {warm.ms(n):.2f}" for n in warm.seconds if n not in inside)
    starts = ", ".join(f"{name} {started.ms(name):.0f}" for name in started.seconds)
    door = warm.ms("validating_resolver") - warm.ms("signed")
    whole_ratio = started.ratio("handler", "boto3")
    verdict = "misses" if whole_ratio > most_of_init else "is within"
    return (
        f"CPU a lookup, ms: {lookups}; so the resolver's door with its checks costs {door:.2f} "
        f"more than ours. "
        f"In Lambda's runtime client, traced, {warm.ms('in Lambda'):.2f}, of which an empty "
        f"function takes {warm.ms('in Lambda, empty'):.2f}; the first lookup, which connects and "
        f"reads the plan, {first.ms('in Lambda'):.0f}.\n\n"
        f"Init, ms of CPU of the whole process: {starts}. Interpreter and runtime client left in "
        f"on both sides, the handler's is {whole_ratio:.2f} of boto3's, which {verdict} "
        f"{most_of_init:.2f}."
    )


def in_words(told: dict[str, Any]) -> str:
    """Return a profile in words: microseconds of each part, in brackets of those inside it."""
    shares, micros = told["shares"], 1e6 * told["cpu_s"]

    def said(above: str) -> str:
        depth = above.count("/") + 1 if above else 0
        inside = [p for p in PARTS if p.rpartition("/")[0] == above and p.count("/") == depth]
        return ", ".join(
            f"{part.rpartition('/')[2]} {micros * whole(shares, part):.0f}"
            + (f" ({more})" if (more := said(part)) else "")
            for part in inside
        )

    return (
        f"A lookup in Lambda's runtime client takes {micros:,.0f} µs of CPU while it is profiled, "
        f"by {told['stacks']:,} stacks: {said('')}."
    )
