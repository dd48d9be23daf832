"""A language that nobody speaks, en-XA: every word of the screens in brackets. What has none was never translated."""

from pathlib import Path

from babel.messages.catalog import Catalog

from tests.web.words import collect, compile_catalog

TAG = "en-xa"
OPEN, CLOSE = "⟦", "⟧"


def bracket(words: str) -> str:
    """Return words as the language says them; places that are left open stay open."""
    return f"{OPEN}{words}{CLOSE}"


def write_language(folder: Path) -> None:
    """Write the compiled language where Django looks for it below a folder."""
    catalog = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for context, key in collect():
        said = tuple(bracket(one) for one in key) if isinstance(key, tuple) else bracket(key)
        catalog.add(key, said, context=context)
    place = folder / "en_XA" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes(compile_catalog(catalog))
