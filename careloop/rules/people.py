"""People: how names are compared and found, in any script."""

import unicodedata


def make_name_key(family: str, given: str) -> str:
    """Return the key by which a name sorts and is found: no accents, no case, family name first."""
    return fold(f"{family} {given}")


def fold(text: str) -> str:
    """Return a text without accents and case, with single blanks; other scripts stay as they are."""
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())
