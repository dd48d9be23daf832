"""What was typed while a clinic is set up, read into plain values; what is wrong is told by step and line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from careloop.facts.access import Role

# So many people can be named at once; more are added on the page People.
MOST_PEOPLE = 6
STAFF = tuple(role for role in Role if role not in (Role.PATIENT, Role.PROXY, Role.PARTNER, Role.SYSTEM))


class NotClear(ValueError):  # noqa: N818
    """An answer cannot be read: which field, and what of it."""

    def __init__(self, field: str, given: str, number: int | None = None) -> None:
        self.field = field if number is None else f"{field}-{number}"
        self.given = given
        super().__init__(f"{self.field}: {given}")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who begins with the clinic."""

    name: str
    email: str
    role: Role
    language: str


def read_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something, each once, with single blanks."""
    return tuple(dict.fromkeys(words for line in text.splitlines() if (words := " ".join(line.split()))))


def read_days(text: str) -> dict[date, str]:
    """Return the days of a text, one a line: "2026-11-27 Day after Thanksgiving".

    :raises NotClear: with the first line that is none
    """
    found = {}
    for line in read_lines(text):
        day, _, name = line.partition(" ")
        try:
            found[date.fromisoformat(day)] = name or day
        except ValueError:
            raise NotClear("days", line) from None
    return found


def read_hours(typed: Mapping[str, str]) -> dict[int, tuple[time, time]]:
    """Return the hours by weekday (1 is Monday) of fields "opens-1" and "closes-1"; a day without both is closed.

    :raises NotClear: with the first time that is none, or a day that closes before it opens
    """
    found = {}
    for day in range(1, 8):
        opens, closes = (typed.get(f"{end}-{day}", "").strip() for end in ("opens", "closes"))
        if opens or closes:
            hours = _read_time("opens", opens, day), _read_time("closes", closes, day)
            if not hours[0] < hours[1]:
                raise NotClear("closes", closes, day)
            found[day] = hours
    return found


def read_people(typed: Mapping[str, str]) -> tuple[NewPerson, ...]:
    """Return the people of fields "name-1", "email-1", "role-1", "language-1" ...; a line without a name is none.

    :raises NotClear: if an e-mail or role is missing or stands twice, or the first is no administrator
    """
    found: list[NewPerson] = []
    for number in range(1, MOST_PEOPLE + 1):
        name = " ".join(typed.get(f"name-{number}", "").split())
        email = typed.get(f"email-{number}", "").strip().lower()
        role = typed.get(f"role-{number}", "")
        if not name and not email:
            continue
        if not name:
            raise NotClear("name", email, number)
        if "@" not in email or email in {one.email for one in found}:
            raise NotClear("email", email, number)
        if role not in STAFF:
            raise NotClear("role", role, number)
        language = typed.get(f"language-{number}", "en")
        found.append(NewPerson(name, email, Role(role), language if language in ("en", "es") else "en"))
    if not any(one.role is Role.ADMINISTRATOR for one in found):
        raise NotClear("role", "", 1)
    return tuple(found)


def _read_time(field: str, given: str, day: int) -> time:
    try:
        return time.fromisoformat(given if ":" in given else "")
    except ValueError:
        raise NotClear(field, given, day) from None
