"""Noun id: which characters an id may hold, whoever names it.

Ids are case-sensitive and compared as they are; only outer ASCII spaces are trimmed. Refused are
characters that make two ids of what looks like one: control characters and the ends of lines and
paragraphs; what Unicode calls no-break, the spaces and the hyphen; and what takes no room, which
is what Unicode lets a font ignore. Halves of surrogate pairs are no text. A space that takes room
and may break, as U+2003 or U+3000, is a character like any other.

Source: Unicode 16, Default_Ignorable_Code_Point and decompositions marked <noBreak>.
"""

import re

_CONTROL = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_NO_BREAK = "\u00a0\u0f0c\u2007\u2011\u202f"
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SURROGATE = "\ud800-\udfff"
INVISIBLE = re.compile(f"[{_CONTROL}{_NO_BREAK}{_IGNORABLE}{_SURROGATE}]")


def trimmed_id(text: str) -> str:
    """Return an id without outer ASCII spaces, empty where it is missing."""
    return text.strip(" ")


def has_invisible(text: str) -> bool:
    """Say whether an id holds a character that nobody sees."""
    return INVISIBLE.search(text) is not None
