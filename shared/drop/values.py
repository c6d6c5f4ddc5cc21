"""Noun drop: one value of one column: what it is, or the fault that it has."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime

from shared.drop.datasets import CONTEXTS, Kind
from shared.drop.json_lines import NotFiniteNumber
from shared.id.ids import has_invisible, trimmed_id

MAX_ID_BYTES = 1024  # of the 2,048 that a key of DynamoDB may have
LARGEST_AMOUNT = 1e15  # beyond it sums over rows are no longer exact
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
COMMA_NUMBER = re.compile(r"[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?", re.ASCII)
MISSING = frozenset({"", "NULL", "null", "None", "NA", "N/A", "#N/A", "\\N"})
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)|#DIV/0!", re.IGNORECASE)
SURROGATE = re.compile("[\ud800-\udfff]")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DAY_TEXT = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
MARKET = re.compile(r"[A-Z]{2}")
FLAGS = {"true": True, "false": False, "1": True, "0": False}


class Fault(str):
    """What is wrong with a value: the end of its reason code."""

    __slots__ = ()


MISSING_FAULT = Fault("missing")
NOT_TEXT = Fault("not_text")
INVISIBLE_CHAR = Fault("invisible_char")
TOO_LONG = Fault("too_long")
NOT_A_NUMBER = Fault("not_a_number")
NOT_FINITE_FAULT = Fault("not_finite")
OUT_OF_RANGE = Fault("out_of_range")
NOT_KNOWN = Fault("not_known")
NOT_A_DATE = Fault("not_a_date")


def read_id(value: object) -> object:
    """Return an opaque, case-sensitive id without outer spaces, or a Fault."""
    if value is None:
        return MISSING_FAULT
    if not isinstance(value, str):
        return NOT_TEXT
    trimmed = trimmed_id(value)
    if not trimmed:
        return MISSING_FAULT
    if has_invisible(trimmed):
        return INVISIBLE_CHAR
    return TOO_LONG if len(trimmed.encode()) > MAX_ID_BYTES else trimmed


def read_number(value: object) -> float | Fault:
    """Return a finite-or-infinite ASCII decimal number as it is written, or a Fault.

    Never repaired; a boolean is no number.
    """
    if value is None:
        return MISSING_FAULT
    if isinstance(value, NotFiniteNumber):
        return NOT_FINITE_FAULT
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return NOT_A_NUMBER
    if not isinstance(value, str):
        try:
            number = float(value)
        except OverflowError:
            return OUT_OF_RANGE
        return number + 0.0 if math.isfinite(number) else NOT_FINITE_FAULT
    text = value.strip(" ")
    if text in MISSING:
        return MISSING_FAULT
    if NUMBER.fullmatch(text):
        return float(text) + 0.0
    return NOT_FINITE_FAULT if NOT_FINITE.fullmatch(text) else NOT_A_NUMBER


def read_unit(value: object) -> object:
    """Return a number in [0, 1], or a Fault."""
    number = read_number(value)
    return number if isinstance(number, Fault) or 0 <= number <= 1 else OUT_OF_RANGE


def read_amount(value: object) -> object:
    """Return a number from 0 to 1e15, or a Fault."""
    number = read_number(value)
    return number if isinstance(number, Fault) or 0 <= number <= LARGEST_AMOUNT else OUT_OF_RANGE


def read_date(value: object) -> object:
    """Return an ISO 8601 day, or a Fault."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    if text is None:
        return MISSING_FAULT
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else NOT_A_DATE
    except ValueError:
        return NOT_A_DATE


def read_day_text(value: object) -> object:
    """Return an ISO 8601 year, month or day that there is as text, or a Fault."""
    text = value.isoformat() if isinstance(value, date) else _text(value)
    if text is None:
        return MISSING_FAULT
    if not DAY_TEXT.fullmatch(text):
        return NOT_A_DATE
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return NOT_A_DATE
    return text


def read_context(value: object) -> object:
    """Return a context, or a Fault."""
    text = _text(value)
    if text is None:
        return MISSING_FAULT
    return text if text in CONTEXTS else NOT_KNOWN


def read_market(value: object) -> object:
    """Return an ISO 3166-1 alpha-2 market, or a Fault."""
    text = _text(value)
    if text is None:
        return MISSING_FAULT
    return text if MARKET.fullmatch(text) else NOT_KNOWN


def read_markets(value: object) -> object:
    """Return markets joined by ``|``, or a Fault."""
    text = _text(value)
    if text is None:
        return MISSING_FAULT
    markets = [m.strip(" ") for m in text.split("|")]
    return "|".join(markets) if all(map(MARKET.fullmatch, markets)) else NOT_KNOWN


def read_flag(value: object) -> object:
    """Return a truth value, or a Fault."""
    if isinstance(value, bool):
        return value
    text = _text(value)
    if text is None:
        return MISSING_FAULT
    return FLAGS.get(text.lower(), NOT_KNOWN)


def read_text(value: object) -> object:
    """Return text for people as it is, or a Fault."""
    if value is None or value == "":
        return MISSING_FAULT
    return value if isinstance(value, str) and not SURROGATE.search(value) else NOT_TEXT


READERS: dict[Kind, Callable[[object], object]] = {
    Kind.ID: read_id,
    Kind.TEXT: read_text,
    Kind.UNIT: read_unit,
    Kind.AMOUNT: read_amount,
    Kind.DATE: read_date,
    Kind.DAY_TEXT: read_day_text,
    Kind.CONTEXT: read_context,
    Kind.MARKET: read_market,
    Kind.MARKETS: read_markets,
    Kind.FLAG: read_flag,
}


def _text(value: object) -> str | None:
    """Return text without outer ASCII spaces, None where it is missing."""
    text = value.strip(" ") if isinstance(value, str) else str(value) if value is not None else ""
    return text or None
