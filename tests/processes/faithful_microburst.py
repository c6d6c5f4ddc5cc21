"""microburst whose answers say their length: those of S3 do, and 0.10.0 leaves it out."""

import sys

from microburst import forward
from microburst.cli import main

forward.HOP_BY_HOP -= {"content-length"}

if __name__ == "__main__":
    sys.exit(main())
