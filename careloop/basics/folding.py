"""Words without what people type in different ways: case, accents and signs."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=8192)
def fold_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters, without accents and signs."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return tuple(_WORD.findall(plain.casefold()))
