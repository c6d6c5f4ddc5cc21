"""A side: a lookup's own work without any reading: `python -m … FOLDER TIMES`."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench_clock import Clock
from bench_lookup.lookup_world import LISTENER, PLAN_ID, read

from shared.lookup.answer import compose_answer
from shared.lookup.answers import encode_answer
from shared.lookup.live_plan import LivePlan
from shared.lookup.questions import parse_question
from shared.lookup.store import reading_of
from shared.plan.serving import decode_serving


def main(folder: Path, times: int) -> None:
    """Print what a lookup takes, and what a new plan costs the one that meets it."""
    packed, items = (folder / "plan.msgpack").read_bytes(), read(folder, "items")
    body = (folder / "question.json").read_text()
    clock = Clock()
    plan = LivePlan(PLAN_ID, decode_serving(packed))
    swap_s = clock.read()["cpu_s"]

    def ask() -> str:
        question = parse_question(body)
        reading = reading_of([items["scores"]], [items["plans"]])
        assert LISTENER in reading.rows
        return encode_answer(compose_answer(question, reading, plan, datetime.now(UTC)))

    for _ in range(5):
        ask()
    clock = Clock()
    for _ in range(times):
        ask()
    print(json.dumps({"cpu_s": clock.read()["cpu_s"] / times, "swap_s": swap_s}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
