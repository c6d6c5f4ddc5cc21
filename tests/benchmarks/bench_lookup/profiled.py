"""A side: where a lookup's CPU time goes: `python -m … FOLDER ENDPOINT TIMES`.

The function runs under Lambda's runtime client, traced, and is asked the question of a world.
"""

import json
import sys
from pathlib import Path

from bench_lookup.asked import event_of
from bench_lookup.invoked import started
from bench_lookup.parts import shares_of

SETTLED = 200  # lookups before the first that counts
BEGIN, END = (json.dumps({"sampler": told}).encode() for told in ("begin", "end"))


def main(folder: Path, endpoint: str, times: int) -> None:
    """Print what a lookup takes, the share of each part in it, and how many stacks tell that."""
    event = json.dumps(event_of(folder)).encode()
    with started("sampled", endpoint) as function:
        for _ in range(SETTLED):
            function.invoke(event)
        function.invoke(BEGIN)
        before = function.cpu_s
        for _ in range(times):
            function.invoke(event)
        cpu_s = (function.cpu_s - before) / times
        stacks = json.loads(function.invoke(END).answer)
    told = {"cpu_s": cpu_s, "shares": shares_of(stacks), "stacks": sum(stacks.values())}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
