"""The lookup's function, and where its CPU time goes: a stack is noted each 4 ms of it, or so.

The kernel's clock of CPU time tells when, so that nothing counts while it waits. A call of C counts
for the function of Python that made it.
"""

import signal
from collections import Counter
from types import FrameType
from typing import Any

from functions.lookup_scores.handler import handle as lookup

INTERVAL_S = 0.001  # the kernel looks at its own pace, mostly every 4 ms
stacks: Counter[str] = Counter()


def note(_signal: int, frame: FrameType | None) -> None:
    """Count the stack of the moment, outermost function first."""
    names = []
    while frame is not None:
        names.append(f"{frame.f_globals['__name__']}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    stacks[";".join(reversed(names))] += 1


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a lookup; told to `begin` or `end`, begin noting or answer with what was noted."""
    told = event.get("sampler")
    if told == "begin":
        signal.signal(signal.SIGPROF, note)
        signal.setitimer(signal.ITIMER_PROF, INTERVAL_S, INTERVAL_S)
        return {}
    if told == "end":
        signal.setitimer(signal.ITIMER_PROF, 0)
        return dict(stacks)
    return lookup(event, context)
