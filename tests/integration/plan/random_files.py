"""Random accepted files of scores, and what is to live of them."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from shared.score.packed_row import as_of_s
from tests.integration.plan.accepted_files import (
    LANDED,
    LARGE,
    SINCE,
    SMALL,
    AcceptedFile,
    Group,
    row_of,
)

NAMES = [f"listener-{i}" for i in range(14)]


def modelled(files: list[AcceptedFile]) -> dict[str, bytes]:
    """Return what is to live, by going through all rows."""
    last: dict[str, bytes | None] = {}
    for file in sorted(files, key=lambda each: each.key):
        if file.as_of > SINCE:
            last |= dict(file.rows)
    since = SINCE.timestamp()
    return {a: row for a, row in last.items() if row is not None and as_of_s(row) > since}


def random_files(seed: int) -> list[AcceptedFile]:
    """Return files around the time to live, some of which put back what others replaced."""
    random = Random(seed)
    files: dict[str, AcceptedFile] = {}
    for number in range(random.randint(2, 6)):
        file = AcceptedFile(
            as_of=SINCE + timedelta(days=random.randint(-1, 3)),
            groups=[],
            landed_at=LANDED + timedelta(hours=random.randint(0, 2)),
            version_id=f"version{number}",
        )
        if files and random.random() < 0.4:
            undone = random.choice(list(files.values()))
            file = replace(undone, is_put_back=True)
        groups = [_group(random, file) for _ in range(random.randint(1, 4))]
        files[file.key] = replace(file, groups=groups)
    return list(files.values())


def _group(random: Random, file: AcceptedFile) -> Group:
    entries = random.choice([SMALL, LARGE])
    absent = random.choice([0.0, 0.0, 0.3])
    oldest = 3 if file.is_put_back else 0
    ages = [timedelta(days=random.randint(0, oldest)) for _ in range(random.randint(1, 6))]
    rows = [row_of(random.getrandbits(60), file.as_of - age, entries=entries) for age in ages]
    return [(random.choice(NAMES), None if random.random() < absent else row) for row in rows]
