"""What one side of a comparison says of itself: CPU time, wall time and peak memory.

Of another process it can tell the CPU time alone, and on Linux alone.
"""

import ctypes
import json
import time

from tests.peak_memory import peak_bytes


class Clock:
    """Runs from its making; CPU time is that of all threads of this process."""

    def __init__(self) -> None:
        """Start."""
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def read(self) -> dict[str, float]:
        """Return what was taken since the start, and the most memory this process ever had."""
        cpu_s, wall_s = time.process_time() - self._cpu, time.monotonic() - self._wall
        return {"cpu_s": cpu_s, "wall_s": wall_s, "peak_bytes": peak_bytes()}

    def tell(self) -> None:
        """Print that."""
        print(json.dumps(self.read()))


def cpu_s_of(process: int) -> float:
    """Return the CPU time of all threads of another process so far, to the nanosecond.

    Raises:
        ProcessLookupError: there is no such process.
    """
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(process, ctypes.byref(clock)):
        raise ProcessLookupError(f"There is no process {process}.")
    return time.clock_gettime(clock.value)
