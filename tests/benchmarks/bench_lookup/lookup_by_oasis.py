"""A side: the handler: `python -m bench_lookup.lookup_by_oasis FOLDER ENDPOINT SENDER TIMES`.

SENDER is `signed` or `botocore`: who sends the call to DynamoDB; all else is the same.
"""

import os
import sys
from pathlib import Path

from bench_lookup.asked import environment, tell_of


def main(folder: Path, endpoint: str, sender: str, times: int) -> None:
    """Print what a lookup takes, and the scores."""
    os.environ |= environment(endpoint)
    os.environ |= {"AWS_REQUESTS": sender, "POWERTOOLS_TRACE_DISABLED": "true"}
    from functions.lookup_scores.handler import handle

    tell_of(handle, folder, times)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
