"""Amounts of money in dollars: read as people type them, written as people read them; whole cents in between."""

import re

# More than a million dollars is a slip of the hand.
MOST_CENTS = 100_000_000
AMOUNT = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d{2}))?")


def read_amount(text: str) -> int | None:
    """Return the cents of "295", "$295.50" or "1,295.00"; None if it is no amount, or more than anybody pays."""
    found = AMOUNT.fullmatch(text.strip())
    cents = int(found[1].replace(",", "")) * 100 + int(found[2] or 0) if found else MOST_CENTS + 1
    return cents if cents <= MOST_CENTS else None


def write_amount(cents: int) -> str:
    """Write whole cents as dollars: "$295", "$295.50"."""
    dollars, rest = divmod(cents, 100)
    return f"${dollars:,}.{rest:02}" if rest else f"${dollars:,}"
