"""Commands of Django as this house runs them."""
