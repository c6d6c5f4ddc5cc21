"""Listener ids that stand nowhere else, and finding them in whatever form they are written."""

import json
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b, md5, sha1, sha256
from urllib.parse import quote, quote_plus

from shared.score.hashes import id_hash

CANARIES = (
    "canary-7c41e9",
    "Kanarie-\u00e4-40d2bb",  # composed
    "kanarie-a\u0308-8e5f01",  # decomposed
    "\u30ab\u30ca\u30ea\u30a2-5d20b8",
    "\U0001f424-91f3aa",
    'canary 62e0d7 "x", y',
    "=canary+3b9c77",
    "77190044135",  # a number to whoever reads it as one
)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def ids_in(found: str | bytes) -> Iterator[str]:
    """Yield each canary that is written there, plain or escaped."""
    for canary in CANARIES:
        if isinstance(found, bytes):
            is_there = any(canary.encode(each) in found for each in ENCODINGS)
        else:
            is_there = any(form in found for form in _forms(canary))
        if is_there:
            yield canary


def hashes_in(found: str) -> Iterator[str]:
    """Yield each canary whose plain hash is written there: whoever has the id finds it."""
    for canary in CANARIES:
        if any(each in found for each in _hashes(canary)):
            yield canary


@cache
def _forms(canary: str) -> frozenset[str]:
    alike = {canary, *(unicodedata.normalize(form, canary) for form in ("NFC", "NFD"))}
    written = {canary}
    for text in alike:
        quoted = json.dumps(text)[1:-1]
        written |= {text, text.lower(), quoted, json.dumps(quoted)[1:-1], ascii(text)[1:-1]}
        written |= {quote(text, safe=""), quote_plus(text), text.encode().hex()}
        written |= {b64encode(text.encode()).decode(), json.dumps(text, ensure_ascii=False)[1:-1]}
    return frozenset(written)


@cache
def _hashes(canary: str) -> frozenset[str]:
    data, hashed = canary.encode(), id_hash(canary)
    digests = {digest(data).hexdigest()[:16] for digest in (blake2b, md5, sha1, sha256)}
    digests |= {blake2b(data, digest_size=size).hexdigest() for size in (8, 10, 16)}
    return frozenset({*digests, str(hashed), f"{hashed:016x}"})
