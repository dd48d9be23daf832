"""What a rule says, as a key and values, so that it can be said in every language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Value = str | int | date
Stored = Mapping[str, object]


@dataclass(frozen=True, slots=True, init=False)
class Say:
    """A sentence to be said: its key in ``catalog/languages`` and the values that fill it.

    A value is a text, a whole number or a day. A number called ``count`` chooses between the
    singular and the plural form.
    """

    key: str
    values: tuple[tuple[str, Value], ...]

    def __init__(self, key: str, /, **values: Value) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", tuple(sorted(values.items())) if values else ())

    def as_stored(self) -> dict[str, object]:
        """Return the sentence as plain JSON values; a day becomes ``{"on": "2026-11-21"}``."""
        return {"key": self.key, "values": {name: _store(value) for name, value in self.values}}

    @classmethod
    def from_stored(cls, stored: Stored) -> "Say":
        """Return the sentence that ``as_stored`` wrote."""
        values = stored.get("values")
        if not isinstance(values, Mapping):
            return cls(str(stored["key"]))
        return cls(str(stored["key"]), **{str(n): _restore(v) for n, v in values.items()})


def _store(value: Value) -> object:
    return {"on": value.isoformat()} if isinstance(value, date) else value


def _restore(value: object) -> Value:
    if isinstance(value, Mapping):
        return date.fromisoformat(str(value["on"]))
    return value if isinstance(value, int) else str(value)


def first_words(text: str, letters: int) -> str:
    """Return the beginning of a text in so many letters at most: whole words, then "…" if more follow."""
    said = " ".join(text.split())
    if len(said) <= letters:
        return said
    cut = said[: letters - 1]
    whole = cut if said[letters - 1] == " " else cut.rpartition(" ")[0]
    return f"{(whole or cut).rstrip()}…"
