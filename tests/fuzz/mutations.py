"""Damage to files as disks, transfers and tools do it; one number makes one file for ever."""

from random import Random

from tests.fuzz.seed_files import SeedFile, seed_files

ODD = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b'""', b"\r", b"\n", b"\r\n",
    b",", b";", b"\t", b"|", b"\\", b"{", b"[" * 300, b"}", b"NaN", b"-inf", b"1e999", b"0x1",
    b"\xd9\xa0", b"\xe2\x80\x8b", b"null", b"sep=;\n", b"audience_id", b"=cmd()", b"PAR1",
    b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"9" * 400, b"\xff" * 8, b"\x7f\xff\xff\xff",
)  # fmt: skip
NAMES = ("a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.csv.gz", "a.csv.zst", "a.json", "a.txt")


def mutated_file(number: int) -> SeedFile:
    """Return the damaged file of this number, the same whenever it is asked for."""
    random = Random(number)
    seeds = seed_files()
    seed = seeds[number % len(seeds)]
    is_packed = random.random() < 0.3
    data = bytearray(seed.body if is_packed else seed.plain)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        random.choice(MUTATIONS)(random, data)
    name = random.choice(NAMES) if random.random() < 0.05 else seed.name
    return SeedFile(seed.dataset, name, bytes(data) if is_packed else seed.pack(bytes(data)))


def _place(random: Random, data: bytearray) -> int:
    # Headers and footers decide most, so they are hit more often than their share.
    near = random.choice((len(data), len(data), min(len(data), 64)))
    at = random.randrange(near + 1)
    return len(data) - at if random.random() < 0.3 else at


def _flip(random: Random, data: bytearray) -> None:
    if data:
        data[_place(random, data) % len(data)] ^= 1 << random.randrange(8)


def _overwrite(random: Random, data: bytearray) -> None:
    at = _place(random, data)
    odd = random.choice(ODD)
    data[at : at + len(odd)] = odd


def _insert(random: Random, data: bytearray) -> None:
    at = _place(random, data)
    data[at:at] = random.choice(ODD)


def _delete(random: Random, data: bytearray) -> None:
    at = _place(random, data)
    del data[at : at + random.choice((1, 2, 16, 200))]


def _truncate(random: Random, data: bytearray) -> None:
    del data[_place(random, data) :]


def _repeat(random: Random, data: bytearray) -> None:
    at = _place(random, data)
    data[at:at] = data[at : at + random.randrange(1, 200)] * random.choice((1, 2, 40))


def _splice(random: Random, data: bytearray) -> None:
    other = random.choice(seed_files()).body
    at = _place(random, data)
    data[at:] = other[random.randrange(len(other)) :]


def _swap_lines(random: Random, data: bytearray) -> None:
    lines = bytes(data).split(b"\n")
    random.shuffle(lines)
    data[:] = b"\n".join(lines)


def _drop_field(random: Random, data: bytearray) -> None:
    at = data.find(b",", _place(random, data))
    if at >= 0:
        del data[at]


MUTATIONS = (
    _flip, _flip, _overwrite, _overwrite, _insert, _insert, _delete, _truncate, _repeat, _splice,
    _swap_lines, _drop_field,
)  # fmt: skip
