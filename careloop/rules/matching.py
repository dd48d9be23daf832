"""Are two records of one person? Only a strong identifier with agreeing demographics links; the rest is asked.

Strong are identifiers that one system gives to one person: the types below, of HL7 table 0203 (identifier type,
https://terminology.hl7.org/CodeSystem/v2-0203; codes known to the authors, not compared with the published text).
A name and a birth date alone never link. Better two records of one person than one record of two.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Sex
from careloop.facts.matching import Candidate, Compared, Decision, Description, Keys, Verdict
from careloop.rules.nicknames import is_same_given, is_surely_same_given
from careloop.rules.people import fold

# Given to one person: record and patient numbers, social security, passport, driver's licence, national and
# jurisdictional numbers, Medicare and Medicaid, birth certificate, permanent resident card, citizen card.
PERSONAL = frozenset({"MR", "PI", "SS", "PPN", "DL", "NI", "JHN", "MC", "MA", "BC", "PRC", "CZ"})
# Strong too, but a family may share one: member, subscriber and health card numbers.
FAMILY = frozenset({"MB", "SN", "HC"})
# Of these a person has one in a system: two that differ speak against one person.
ONLY_ONE = frozenset({"MR", "PI", "SS", "NI", "JHN", "MC", "MA"})
# Systems that say by themselves what kind of number they give.
SYSTEMS = {
    "http://hl7.org/fhir/sid/us-ssn": "SS",
    "http://hl7.org/fhir/sid/us-mbi": "MC",
    "http://hl7.org/fhir/sid/us-medicare": "MC",
}

SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
# Parts of family names that tell nobody apart.
PARTICLES = frozenset({"de", "del", "la", "las", "los", "da", "das", "do", "dos", "di", "van", "von", "der", "den",
                       "el", "al", "bin", "bint", "ben", "y", "e", "san", "st"})  # fmt: skip
# What stands where a name should: it agrees with nobody.
NO_NAMES = frozenset({"baby", "babyboy", "babygirl", "boy", "girl", "newborn", "infant", "twin", "unknown", "unk",
                      "test", "patient", "doe", "male", "female"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Name:
    family: frozenset[str]
    given: tuple[str, ...]
    suffix: str


@dataclass(frozen=True, slots=True)
class _Demographics:
    """How the words about two people agree."""

    birth: bool
    birth_turned: bool
    family: bool
    given: bool
    given_sure: bool
    given_exact: bool
    suffix_differs: bool


def compare(one: Description, other: Description) -> Compared:
    """Return whether two records are of one person, or must be compared by people, and why."""
    shared = _shared(one, other)
    words = _compare_words(one, other)
    if shared:
        return _judge_strong(one, other, shared, words)
    name = words.family and words.given
    if name and words.birth and not words.suffix_differs:
        return Compared(Verdict.ASK, (Say("match.name_and_birth"),), is_strong=False)
    if name and words.birth_turned:
        return Compared(Verdict.ASK, (Say("match.birth_turned"),), is_strong=False)
    return Compared(Verdict.OTHER, (), is_strong=False)


def decide(arrived: Description, candidates: Sequence[Candidate]) -> Decision:
    """Return what becomes of a record that arrived: linked if one person alone fits, else people are asked.

    Records that are linked already count as one person. If a second person shares a strong identifier, nobody is
    linked.
    """
    compared = [(one, compare(arrived, one.who)) for one in candidates]
    same = [one for one, result in compared if result.verdict is Verdict.SAME]
    strong = {one.root for one, result in compared if result.is_strong}
    chosen = same[0] if same and len(strong) == 1 else None
    asked: dict[object, tuple[Candidate, Compared]] = {}
    for one, result in compared:
        if result.verdict is not Verdict.OTHER and (chosen is None or one.root != chosen.root):
            asked.setdefault(one.root, (one, result))
    return Decision(chosen, tuple(asked.values()))


def make_keys(who: Description) -> Keys:
    """Return by what the likes of a record are looked up: by its numbers, and by birth date with a name's beginning."""
    name = _read_name(who)
    starts = {*name.family, *name.given[:1]} if who.birth_on else set()
    births = {b for b in (who.birth_on, turn_birth(who.birth_on)) if b is not None}
    return Keys(tuple(sorted({v for _s, v in _strong(who)})), tuple(sorted(births)), tuple(sorted(starts)))


def make_turns(who: Description) -> tuple[str, ...]:
    """Return the names of the turns that a record takes: any two that could be of one person share one.

    Coarser than the keys: a birth date, day and month in either order, stands for every name.
    """
    births = [b for b in (who.birth_on, turn_birth(who.birth_on)) if b is not None]
    return (*sorted({number for _system, number in _strong(who)}), *(b.isoformat() for b in sorted(births)[:1]))


def make_print(one: Description, other: Description) -> str:
    """Return a short hash of what two records say: it changes when a question about them is worth asking again."""
    both = sorted(_as_text(who) for who in (one, other))
    return hashlib.sha256(json.dumps(both).encode()).hexdigest()[:24]


def turn_birth(on: date | None) -> date | None:
    """Return the date with day and month changed over, None if there is no such day or nothing changes."""
    if on is None or on.day > 12 or on.day == on.month:
        return None
    return on.replace(month=on.day, day=on.month)


def make_plain(value: str) -> str:
    """Return an identifier without blanks, signs and case: as two systems that write it differently mean it."""
    return "".join(c for c in value.lower() if c.isascii() and c.isalnum()) or value.strip()


def _judge_strong(one: Description, other: Description, shared: frozenset[str], words: _Demographics) -> Compared:
    because = tuple(Say("match.shares", kind=kind) for kind in sorted(shared))
    contradiction = _contradiction(one, other, words)
    if contradiction is not None:
        return Compared(Verdict.ASK, (*because, contradiction), is_strong=True)
    if not words.birth:
        said = Say("match.birth_turned_over") if words.birth_turned else Say("match.birth_differs")
        return Compared(Verdict.ASK, (*because, said), is_strong=True)
    if not words.given_sure:
        # Twins, and children under a parent's number, share birth date, family name and often the number.
        return Compared(Verdict.ASK, (*because, Say("match.given_differs")), is_strong=True)
    if not shared & PERSONAL and not (words.given_exact and words.family):
        return Compared(Verdict.ASK, (*because, Say("match.family_number")), is_strong=True)
    if one.source == other.source:
        # One system that keeps two records under two keys says that they are two people: only people overrule it.
        return Compared(Verdict.ASK, (*because, Say("match.one_source")), is_strong=True)
    return Compared(Verdict.SAME, (*because, Say("match.agrees")), is_strong=True)


def _compare_words(one: Description, other: Description) -> _Demographics:
    a, b = _read_name(one), _read_name(other)
    family = bool(a.family & b.family)
    whole = {*a.family, *a.given}
    turned = len(whole) > 1 and whole == {*b.family, *b.given}
    return _Demographics(
        birth=one.birth_on is not None and one.birth_on == other.birth_on,
        birth_turned=one.birth_on is not None and turn_birth(one.birth_on) == other.birth_on,
        family=family or turned,
        given=turned or _agree_given(a.given, b.given, is_same_given),
        given_sure=turned or _agree_surely(a.given, b.given),
        given_exact=bool(a.given) and set(a.given) == set(b.given),
        suffix_differs=bool(a.suffix and b.suffix and a.suffix != b.suffix),
    )


def _contradiction(one: Description, other: Description, words: _Demographics) -> Say | None:
    """Return what shows that two records are not of one person whatever else agrees, or None."""
    if words.suffix_differs:
        return Say("match.suffix_differs")
    known = {Sex.MALE, Sex.FEMALE}
    if {one.sex, other.sex} == known:
        return Say("match.sex_differs")
    a, b = _only_ones(one), _only_ones(other)
    if any(not a[key] & b[key] for key in a.keys() & b.keys()):
        return Say("match.number_differs")
    return None


def _agree_given(one: tuple[str, ...], other: tuple[str, ...], is_same: Callable[[str, str], bool]) -> bool:
    """Tell whether every given name of the shorter list is one of the longer; an initial fits but proves nothing."""
    short, long = sorted((one, other), key=len)
    proven = False
    for name in short:
        if len(name) == 1:
            if not any(n[0] == name for n in long):
                return False
            continue
        if any(len(n) > 1 and is_same(name, n) for n in long):
            proven = True
        elif not any(len(n) == 1 and name[0] == n for n in long):
            return False
    return proven


def _agree_surely(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two lists of given names are of one person: a second name alone may be a twin's first."""
    if not one or not other:
        return False
    first = is_surely_same_given(one[0], other[0]) or set(one) == set(other)
    return first and _agree_given(one, other, is_surely_same_given)


def _read_name(who: Description) -> _Name:
    family, given, whole = _tokens(who.family), _tokens(who.given), _tokens(who.full_name)
    suffix = next((SUFFIXES[t] for t in (*family, *given[1:], *whole[-2:]) if t in SUFFIXES and len(whole) > 1), "")
    kept = frozenset(t for t in family if t not in PARTICLES and t not in SUFFIXES and t not in NO_NAMES)
    plain = tuple(t for n, t in enumerate(given) if not (t in NO_NAMES and len(t) > 1) and not (n and t in SUFFIXES))
    return _Name(kept or frozenset(t for t in family if t in PARTICLES), () if _has_no_name(given) else plain, suffix)


def _has_no_name(given: Sequence[str]) -> bool:
    return bool(given) and given[0] in NO_NAMES and len(given[0]) > 1


def _tokens(text: str) -> tuple[str, ...]:
    # Hyphens part names; apostrophes and full stops do not.
    plain = fold(text).replace("'", "").replace("’", "").replace(".", "")
    return tuple("".join(c if c.isalnum() else " " for c in plain).split())


def _shared(one: Description, other: Description) -> frozenset[str]:
    """Return the kinds of strong identifiers that both records hold: same system and value."""
    a, b = _strong(one), _strong(other)
    return frozenset(a[key] for key in a.keys() & b.keys())


def _strong(who: Description) -> dict[tuple[str, str], str]:
    """Return the kind of each strong identifier by system and plain value."""
    found = {}
    for one in who.identifiers:
        kind = SYSTEMS.get(one.system, one.type_code)
        plain = make_plain(one.value)
        if one.system and kind in PERSONAL | FAMILY and not is_filler(plain):
            found[one.system, plain] = kind
    return found


def is_filler(plain: str) -> bool:
    """Tell whether a number is one that people type because a field wants one: all one digit, counted up, very short.

    078-05-1120 and 219-09-9999 were printed on specimen cards (general knowledge).
    """
    return len(plain) < 4 or len(set(plain)) == 1 or plain in ("123456789", "987654321", "078051120", "219099999")


def _only_ones(who: Description) -> dict[tuple[str, str], set[str]]:
    held: dict[tuple[str, str], set[str]] = {}
    for (system, value), kind in _strong(who).items():
        if kind in ONLY_ONE:
            held.setdefault((system, kind), set()).add(value)
    return held


def _as_text(who: Description) -> str:
    numbers: Iterable[str] = sorted(f"{i.system}|{make_plain(i.value)}|{i.type_code}" for i in who.identifiers)
    return "\n".join([fold(who.family), fold(who.given), str(who.birth_on), str(who.sex), *numbers])
