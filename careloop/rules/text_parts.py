"""How a text message is cut into parts, and what that costs.

A text of the alphabet GSM 03.38 holds 160 septets in one part and 153 in each of several; a sign of its extension
table takes two. One sign outside of both turns all of it into UCS-2: 70 units in one part, 67 in each of several; a
sign beyond the first plane takes two. Neither pair is cut apart. Source: 3GPP TS 23.038 (alphabet and extension
table, 6.2.1) and TS 23.040 (concatenated messages, 9.2.3.24), general knowledge, confirmed by secondary sources on
2026-11-23.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from careloop.facts.messages import Alphabet, PartPrice, TextParts

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
# What one part holds alone, and what each of several holds.
ROOM = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}
BASIC_PLANE = 0xFFFF


def count_parts(text: str) -> TextParts:
    """Return the alphabet that a text needs, its length in units of that alphabet, and its parts; "" has none."""
    because = tuple(dict.fromkeys(sign for sign in text if sign not in BASIC and sign not in EXTENSION))
    alphabet = Alphabet.UCS2 if because else Alphabet.GSM7
    sizes = [_size(sign, alphabet) for sign in text]
    alone, each = ROOM[alphabet]
    if sum(sizes) <= alone:
        return TextParts(alphabet, sum(sizes), 1 if sizes else 0, alone - sum(sizes), because)
    parts, left = _pack(sizes, each)
    return TextParts(alphabet, sum(sizes), parts, left, because)


def estimate_cost(parts: int, prices: Sequence[PartPrice], on: date) -> int | None:
    """Return what so many parts cost on a day, in hundredths of a cent; None where no price is known for that day.

    ``prices`` stand in the order of their first day.
    """
    known = [price.hundredths for price in prices if price.from_on <= on]
    return parts * known[-1] if known else None


def _size(sign: str, alphabet: Alphabet) -> int:
    if alphabet is Alphabet.GSM7:
        return 2 if sign in EXTENSION else 1
    return 2 if ord(sign) > BASIC_PLANE else 1


def _pack(sizes: Iterable[int], room: int) -> tuple[int, int]:
    """Return how many parts the signs fill, none cut apart, and what is left in the last."""
    parts, left = 1, room
    for size in sizes:
        if size > left:
            parts, left = parts + 1, room
        left -= size
    return parts, left
