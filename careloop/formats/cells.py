"""Cells of spreadsheets: text stays text, also in a program that would run it as a formula."""

import re

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[\d\s().,/-]+(\s*(x|ext\.?)\s*\d+)?", re.IGNORECASE)


def defuse(text: str) -> str:
    """Return a cell that no spreadsheet runs: one that begins like a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def take_cell(text: str) -> str:
    """Return what a cell says, with single blanks: an apostrophe put there against formulas is taken off a number.

    What begins like a formula and is no number keeps its apostrophe, or gets one: it never leaves as a formula. A
    lone hyphen is an empty cell.
    """
    words = " ".join(text.replace("\x00", "").split())
    bare = words[1:] if words.startswith("'") and words[1:].startswith(FORMULA) else words
    if bare in ("-", "--"):
        return ""
    return bare if _NUMBER.fullmatch(bare) else defuse(bare)
