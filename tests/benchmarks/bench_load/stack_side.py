"""A local stack of the benchmark's own: `python -m bench_load.stack_side FOLDER TOLD LISTENERS`.

`up` brings it up in FOLDER, fills it and returns once a plan is served; `sign` writes files of
signed requests and prints where they go, as JSON; `down`, without LISTENERS, takes it down.
"""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

from bench_load.instant_function import PATH, add_instant_function
from bench_load.load_world import World
from bench_load.signed_requests import write_signed

from infra.local.stack import LocalStack
from oasis.connection import connect
from tests.e2e.live_stack import LiveStack


def up(folder: Path, listeners: int) -> None:
    """Bring it up and fill it."""
    stack, world = LocalStack(folder / ".oasis"), World(listeners)
    with redirect_stdout(sys.stderr):
        stack.up(on_progress=print, identity=True)
        connection = connect(None, local_file=stack.state_file)
        live = LiveStack(connection, folder)
        live.fill(world.files(), world.campaigns())
        add_instant_function(connection)
    print(json.dumps({"plan_id": live.pointer.read().plan_id}))


def sign(folder: Path, listeners: int) -> None:
    """Write requests anew: a signature holds for minutes."""
    connection = connect(None, local_file=LocalStack(folder / ".oasis").state_file)
    questions = World(listeners).questions()
    lookup = connection.lookup_url
    addresses = {"lookup": lookup, "instant": lookup.rpartition("/v1/")[0] + PATH}
    for name, url in addresses.items():
        write_signed(folder / f"{name}.requests", url, questions, connection.region)
    print(json.dumps(addresses))


def down(folder: Path) -> None:
    """Take it down, in whatever state it is."""
    print(json.dumps(LocalStack(folder / ".oasis").down()))


if __name__ == "__main__":
    FOLDER, TOLD = Path(sys.argv[1]), sys.argv[2]
    if TOLD == "down":
        down(FOLDER)
    else:
        {"up": up, "sign": sign}[TOLD](FOLDER, int(sys.argv[3]))
