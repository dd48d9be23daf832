"""Searching in notes: which words are asked for, and the piece of text around the first one found."""

import re
import unicodedata

MAX_TOKENS = 8
AROUND = 90

_WORD = re.compile(r"\w+")


def read_tokens(asked: str) -> tuple[str, ...]:
    """Return the words that are asked for, folded, each once, eight at most; all of them must be found."""
    return tuple(dict.fromkeys(_WORD.findall(_fold(asked).replace("_", " "))))[:MAX_TOKENS]


def cut_snippet(words: str, tokens: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Return the piece of text around the first word found, in parts; the words found are marked True.

    A word is found where it begins as asked: "diab" finds "diabetes". Without any the text begins it.
    """
    text = re.sub(r"\s", " ", words)
    folded = _fold(text)
    found = re.compile(rf"\b(?:{'|'.join(map(re.escape, tokens))})\w*") if tokens else None
    first = found.search(folded) if found else None
    start = max(0, first.start() - AROUND) if first else 0
    end = min(len(text), (first.end() if first else 0) + 2 * AROUND)
    parts: list[tuple[str, bool]] = [("…", False)] if start else []
    at = start
    for match in found.finditer(folded, start, end) if found else ():
        parts += [(text[at : match.start()], False), (text[match.start() : match.end()], True)]
        at = match.end()
    parts += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple(part for part in parts if part[0])


def _fold(text: str) -> str:
    """Return a text without case and accents in which every character keeps its place."""
    return "".join(unicodedata.normalize("NFD", c)[0].lower()[:1] or c for c in text)
