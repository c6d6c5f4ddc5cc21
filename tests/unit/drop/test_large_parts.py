"""Rows that go through files: parts that came out too large are parted again, down to one key."""

from contextlib import closing
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from shared.drop.duplicates import LINE, duplicates
from shared.drop.partitions import MOST_PART_BYTES, Partitions
from shared.drop.refusals import RefusedFileError
from shared.drop.rejections import RejectionLog
from shared.drop.row_judging import SoundRows


def rows(first: int, many: int, keys: int) -> SoundRows:
    line = np.arange(first, first + many)
    key = pa.array((line * 7919 % keys).astype(str))
    columns = {"key": key, "value": pa.array(line / 2), "more": pa.array(line)}
    return SoundRows(line, {**columns, "most": pa.array(line)})


@pytest.mark.parametrize("many", [1, 2])
def test_however_many_parts_were_expected_memory_holds_little(many: int) -> None:
    seen: dict[str, int] = {}
    lines = 0

    with closing(Partitions("key", many)) as parts:
        for first in range(0, 3_000_000, 500_000):
            part = rows(first, 500_000, keys=1000)
            assert not list(parts.add(part, part.columns))
        for number, table in enumerate(parts.rest()):
            lines += table.num_rows
            of_line = table.column(LINE).to_numpy()
            assert table.nbytes < MOST_PART_BYTES
            assert (np.diff(of_line) > 0).all()
            assert (table.column("value").to_numpy() == of_line / 2).all()
            keys = table.column("key").combine_chunks().dictionary.to_pylist()
            assert not seen.keys() & set(keys)
            seen |= dict.fromkeys(keys, number)

    assert (lines, len(seen)) == (3_000_000, 1000)
    assert len(set(seen.values())) > 16


def test_rows_of_one_key_that_do_not_fit_into_memory_refuse_the_file() -> None:
    with closing(Partitions("key", 2)) as parts:
        for first in range(0, 4_000_000, 500_000):
            part = rows(first, 500_000, keys=1)
            assert not list(parts.add(part, part.columns))

        with pytest.raises(RefusedFileError) as refused:
            list(parts.rest())

    assert refused.value.reason == "too_many_rows_of_one_key"
    assert "key" in refused.value.message


def test_more_rejected_rows_than_policy_lets_a_file_have_refuse_it() -> None:
    log = RejectionLog(10)
    log.add_many(np.arange(10), "score_missing")

    with pytest.raises(RefusedFileError) as refused:
        log.add(11, "score_missing")

    assert refused.value.reason == "too_many_rejected_rows"


@pytest.mark.parametrize("seed", range(60))
def test_duplicates_are_what_a_dictionary_of_rows_finds(seed: int) -> None:
    random = Random(seed)
    many = random.randrange(1, 60)
    texts = [random.choice(["a", "b", "ab", "", None]) for _ in range(many)]
    hashes = [random.randrange(1, 4) for _ in range(many)]
    scores = [random.choice([0.5, 0.25, None]) for _ in range(many)]
    lines = random.sample(range(1000), many)
    key = pa.array(texts, pa.string())
    table = pa.table(
        {
            "key": key.dictionary_encode() if None not in texts else key,
            "other": pa.array(hashes, pa.uint64()),
            "score": pa.array(scores, pa.float64()),
            LINE: pa.array(lines),
        }
    )

    found = duplicates(table, ("key", "other"), ("key", "other", "score"))

    expected: dict[str, set[int]] = {"duplicate_key": set(), "conflicting_duplicate": set()}
    for pair in set(zip(texts, hashes, strict=True)):
        same = [i for i in range(many) if (texts[i], hashes[i]) == pair]
        if len({scores[i] for i in same}) > 1:
            expected["conflicting_duplicate"].update(same)
        else:
            expected["duplicate_key"].update(sorted(same, key=lines.__getitem__)[1:])
    assert {code: set(at.tolist()) for code, at in found.items()} == {
        code: at for code, at in expected.items() if at
    }
