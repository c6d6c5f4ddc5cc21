"""The most memory that this process ever had."""

import resource
import sys
from pathlib import Path

KIBIBYTE = 1024


def peak_bytes() -> int:
    """Return it, of this program alone.

    What getrusage tells on Linux counts the memory of whoever started this process, too.
    """
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text().split()
        return int(status[status.index("VmHWM:") + 1]) * KIBIBYTE
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * KIBIBYTE
