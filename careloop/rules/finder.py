"""The finder: what somebody means by a few words, how well each entry fits, and in which order they are told.

The order is told by the reasons: first who has the most of what was asked, less what is lacking; then who is there
soonest, then who is nearest, then the name. What is not known counts neither for nor against: see ADR 0043.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache, partial

from careloop.basics.folding import fold_words
from careloop.basics.words import Say
from careloop.facts.finder import Candidate, FinderAsk, Fit, Need, Position, Ranked, Reason, Wish

# Mean radius of the earth in miles (IUGG: 6371.0088 km).
EARTH_MILES = 3958.7613
# Words of one to three letters must be as they stand; longer ones may hold one slip, long ones two.
ONE_SLIP, TWO_SLIPS = 4, 8
NEVER = 10_000
# Words that say nothing about what is needed.
EMPTY = frozenset({"a", "an", "the", "of", "for", "and", "or", "to", "who", "de", "del", "la", "el", "los", "las", "y",
                   "para", "un", "una", "doctor", "dr", "clinic", "clinica", "help", "ayuda", "need", "with", "con",
                   "specialist", "especialista", "service", "services", "servicio", "servicios"})  # fmt: skip


def find_needs(text: str, needs: Iterable[Need]) -> tuple[Need, ...]:
    """Return the needs that are meant, best first: those whose words come closest, slips of the keyboard allowed.

    Nothing is returned for words that mean no need that the house knows.
    """
    asked = _telling(fold_words(text))
    weighed = [(min(map(partial(_weigh, asked), need.words), default=NEVER), need) for need in needs]
    least = min((weight for weight, _need in weighed), default=NEVER)
    return tuple(need for weight, need in weighed if weight == least < NEVER)


def find_meaning(specialty: str, needs: Iterable[Need]) -> frozenset[str]:
    """Return the ids of the needs that a specialty as a directory writes it is for: those named by the most words.

    "Physical Therapist" is physical therapy, though "therapist" alone is counseling.
    """
    there = fold_words(specialty)
    found = [(len(fold_words(word)), need.id) for need in needs for word in need.words if _holds(there, word)]
    most = max((length for length, _id in found), default=0)
    return frozenset(key for length, key in found if length == most)


def is_close(text: str, words: str) -> bool:
    """Tell whether all that was typed stands among these words, slips allowed."""
    asked = fold_words(text)
    there = fold_words(words)
    return bool(asked) and all(any(_slip(one, other) is not None for other in there) for one in asked)


def measure_miles(one: Position, other: Position) -> float:
    """Return the great-circle distance in miles (haversine)."""
    lat1, lon1, lat2, lon2 = (
        math.radians(float(x)) for x in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_MILES * math.asin(math.sqrt(min(1.0, half)))


def rank(ask: FinderAsk, candidates: Iterable[Candidate], today: date) -> tuple[Ranked, ...]:
    """Return candidates in the order in which they are told, each with its reasons; their own order does not matter."""
    judged = [(one, _judge(ask, one, today)) for one in candidates]
    days = _middle([r.days for _one, r in judged if r.days is not None])
    miles = _middle([r.miles for _one, r in judged if r.miles is not None])
    judged.sort(
        key=lambda pair: (
            pair[1].lacks - pair[1].has,
            # Neither late nor far: what is not known stands in the middle of what is.
            days if pair[1].days is None else pair[1].days,
            miles if pair[1].miles is None else pair[1].miles,
            pair[0].name_key,
            pair[0].id,
        )
    )
    return tuple(ranked for _one, ranked in judged)


def find_fits(ask: FinderAsk, one: Candidate) -> dict[Wish, Fit]:
    """Return how an entry fits each wish that was asked; that it takes new patients is always asked."""
    fits = {Wish.NEW_PATIENTS: _known(one.accepts_new)}
    if ask.network:
        fits[Wish.NETWORK] = _among(ask.network, one.networks)
    if ask.language:
        fits[Wish.LANGUAGE] = _speaks(ask.language, one.languages)
    # A distance says more than a town does.
    if ask.place and ask.position is None:
        fits[Wish.PLACE] = _lies_in(ask.place, one.address)
    if ask.telehealth:
        fits[Wish.TELEHEALTH] = _known(one.telehealth)
    if ask.wheelchair:
        fits[Wish.WHEELCHAIR] = _known(one.wheelchair)
    return fits


def _judge(ask: FinderAsk, one: Candidate, today: date) -> Ranked:
    fits = find_fits(ask, one)
    reasons = [Reason(fit, _say(wish, fit, ask)) for wish, fit in fits.items()]
    miles = None
    if ask.position is not None and one.position is not None:
        miles = math.ceil(measure_miles(ask.position, one.position))
        reasons.append(Reason(Fit.YES, Say("finder.miles", count=max(1, miles))))
    elif ask.position is not None:
        reasons.append(Reason(Fit.NOT_KNOWN, Say("finder.no_position")))
    days, soon = _soon(one, today)
    told = list(fits.values())
    return Ranked(one.id, (*reasons, soon), told.count(Fit.YES), told.count(Fit.NO), miles, days)


def _soon(one: Candidate, today: date) -> tuple[int | None, Reason]:
    """Return in how many days somebody is seen, and how that is known."""
    if one.opening_on is not None:
        return (one.opening_on - today).days, Reason(Fit.YES, Say("finder.opening", day=one.opening_on))
    if one.wait_days is None:
        say = Say("finder.calendar_full") if one.has_calendar else Say("finder.no_wait")
        return None, Reason(Fit.NOT_KNOWN, say)
    if one.told_on is None:
        return one.wait_days, Reason(Fit.YES, Say("finder.wait", count=one.wait_days))
    # Said weeks ago, it still says how long people wait, not from when.
    return one.wait_days, Reason(Fit.YES, Say("finder.wait_told", count=one.wait_days, day=one.told_on))


def _say(wish: Wish, fit: Fit, ask: FinderAsk) -> Say:
    return Say(f"finder.{wish}_{fit}", language=ask.language, network=ask.network, place=ask.place)


def _known(said: bool | None) -> Fit:
    return Fit.NOT_KNOWN if said is None else Fit.YES if said else Fit.NO


def _among(network: str, networks: Sequence[str]) -> Fit:
    """A plan is the same only by its whole name: one name within another is often another plan."""
    if not networks:
        return Fit.NOT_KNOWN
    return Fit.YES if fold_words(network) in [fold_words(one) for one in networks] else Fit.NO


def _speaks(language: str, languages: Sequence[str]) -> Fit:
    if not languages:
        return Fit.NOT_KNOWN
    spoken = {one.lower().partition("-")[0] for one in languages}
    return Fit.YES if language.lower().partition("-")[0] in spoken else Fit.NO


def _lies_in(place: str, address: str) -> Fit:
    if not address.strip():
        return Fit.NOT_KNOWN
    there = fold_words(address)
    return Fit.YES if any(_run_in(fold_words(part), there) for part in place.split(",")) else Fit.NO


def _run_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    return bool(part) and any(tuple(whole[n : n + len(part)]) == tuple(part) for n in range(len(whole) - len(part) + 1))


def _middle(values: Sequence[int]) -> int:
    """Return the lower median, 0 of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else 0


def _telling(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words that say something, or all if none does."""
    return tuple(word for word in words if word not in EMPTY) or tuple(words)


def _weigh(asked: Sequence[str], words: str) -> int:
    """Return how far what was asked is from words of a need: slips weigh two, words it has not six; or NEVER."""
    there = fold_words(words)
    slips = [min((slip for other in there if (slip := _slip(one, other)) is not None), default=None) for one in asked]
    found = [slip for slip in slips if slip is not None]
    if not found:
        return NEVER
    # Of two that fit as well, the one that says nothing more comes first.
    return 2 * sum(found) + 6 * slips.count(None) + (len(found) < len(_telling(there)))


@lru_cache(maxsize=8192)
def _slip(asked: str, word: str) -> int | None:
    """Return how many letters are wrong, None if it is another word; the beginning of a word is that word."""
    if word == asked or (len(asked) >= ONE_SLIP and word.startswith(asked)):
        return 0
    most = 0 if len(asked) < ONE_SLIP else 1 if len(asked) < TWO_SLIPS else 2
    if not most or abs(len(asked) - len(word)) > most:
        return None
    found = _distance(asked, word)
    return found if found <= most else None


def _distance(one: str, other: str) -> int:
    """Return the edit distance in which two letters that change places are one slip (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and (a, one[i - 2]) == (other[j - 2], b):
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _holds(there: Sequence[str], word: str) -> bool:
    """Tell whether a phrase stands among words; its last word may be the beginning of a longer one, if it is long."""
    part = fold_words(word)
    for n in range(len(there) - len(part) + 1):
        *first, last = there[n : n + len(part)]
        if tuple(first) == part[:-1] and (
            last == part[-1] or (len(part[-1]) >= ONE_SLIP and last.startswith(part[-1]))
        ):
            return True
    return False
