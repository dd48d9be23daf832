"""Invented pairs of records, seeded: the same person seen by two systems, and people who are easily taken for one.

Never real people. Kinds: the same person with another system's spelling; twins with a shared member number, and
sometimes the twin's own number typed into the record; father and son of one name; strangers of one name and birth
date; strangers with one mistyped number; mother and child under one number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from careloop.facts.chart import Sex
from careloop.facts.intake import IdentifierColumns
from careloop.facts.matching import Description
from careloop.rules.nicknames import STANDS_FOR


def _split(names: str) -> list[str]:
    return names.split()


SSN = "http://hl7.org/fhir/sid/us-ssn"
FAMILIES = _split("""
Alvarez García López Martínez Nguyễn Smith Johnson Williams O'Brien Müller Fernández Chen Kim Okafor Haddad
Kowalski Novák Silva Santos Ivanova Popescu Yilmaz Rossi Dubois Andersson Nakamura Patel Singh Abdi Tesfaye
""")
MEN = _split("""
Alexander Andrew Anthony Benjamin Charles Christopher Daniel David Edward Gregory James Jacob Joseph José John
Juan Luis Michael Miguel Nathan Nicholas Robert Samuel Steven Thomas William Amir Kenji Minh Piotr
""")
WOMEN = _split("""
Alexandra Ana Anna Barbara Catherine Christina Christine Concepción Deborah Elizabeth Guadalupe Hannah
Jennifer Joan Katherine Margaret María Patricia Rebecca Samantha Sandra Susan Theresa Victoria Fatima Mei
""")
SHORT: dict[str, list[str]] = {}
for _short, _names in STANDS_FOR.items():
    for _name in _names:
        SHORT.setdefault(_name, []).append(_short.title())
BEGIN, DAYS = date(1930, 1, 1), 33_000
# Kinds of pairs and how many of a hundred.
KINDS = {
    "same": 40,
    "twins": 18,
    "father_and_son": 12,
    "same_name_and_birth": 14,
    "mistyped": 10,
    "mother_and_child": 6,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and what they are in truth."""

    kind: str
    one: Description
    other: Description

    @property
    def is_same(self) -> bool:
        """Tell whether both are of one person."""
        return self.kind == "same"


def make_pairs(count: int, seed: int) -> Iterator[Pair]:
    """Yield so many pairs; the same seed gives the same pairs."""
    dice = Random(seed)  # noqa: S311
    kinds, weights = list(KINDS), list(KINDS.values())
    for _ in range(count):
        kind = dice.choices(kinds, weights)[0]
        one = _make_person(dice)
        other = _elsewhere(dice, one) if kind == "same" else _elsewhere(dice, MAKERS[kind](dice, one))
        yield Pair(kind, one, other)


def _make_person(dice: Random) -> Description:
    sex = dice.choice([Sex.MALE, Sex.FEMALE])
    names = MEN if sex is Sex.MALE else WOMEN
    given = " ".join(dice.sample(names, dice.choice([1, 1, 2])))
    family = dice.choice(FAMILIES) if dice.random() < 0.8 else " ".join(dice.sample(FAMILIES, 2))
    born = BEGIN + timedelta(days=dice.randrange(DAYS))
    return _named(Description("fhir", family, given, "", born, sex, tuple(_numbers(dice))), family=family, given=given)


def _numbers(dice: Random) -> Iterator[IdentifierColumns]:
    yield IdentifierColumns("urn:north:mrn", _digits(dice, 8), "MR")
    if dice.random() < 0.85:
        yield IdentifierColumns(SSN, _digits(dice, 9), "SS")
    if dice.random() < 0.7:
        yield IdentifierColumns("urn:plan:members", "W" + _digits(dice, 9), "MB")


def _digits(dice: Random, count: int) -> str:
    return str(dice.randrange(10 ** (count - 1), 10**count))


def _named(who: Description, *, family: str, given: str, suffix: str = "") -> Description:
    whole = " ".join(part for part in (given, family, suffix) if part)
    return replace(who, family=family, given=given, full_name=whole)


def _elsewhere(dice: Random, who: Description) -> Description:
    """Return the record as another system holds it: other spelling, other numbers, some things missing."""
    family, given = who.family, who.given
    suffix = who.full_name.rpartition(" ")[2] if who.full_name.endswith((" Jr", " Sr")) else ""
    given = _respell(dice, given)
    if who.sex is Sex.FEMALE and dice.random() < 0.12:
        family = dice.choice(FAMILIES)
    if dice.random() < 0.3:
        family, given = _without_accents(family), _without_accents(given)
    if dice.random() < 0.2:
        family, given = family.upper(), given.upper()
    if dice.random() < 0.02:
        family, given = given, family
    born = who.birth_on
    if born and born.day <= 12 and dice.random() < 0.04:
        born = born.replace(month=born.day, day=born.month)
    sex = who.sex if dice.random() < 0.97 else Sex.UNKNOWN
    numbers = tuple(_retype(dice, one) for one in who.identifiers if dice.random() < _kept(one))
    numbers += (IdentifierColumns("urn:south:mrn", _digits(dice, 7), "MR"),)
    changed = replace(who, source="south", birth_on=born, sex=sex, identifiers=numbers)
    return _named(changed, family=family, given=given, suffix=suffix)


def _kept(one: IdentifierColumns) -> float:
    return 0.3 if one.type_code == "MR" else 0.85


def _retype(dice: Random, one: IdentifierColumns) -> IdentifierColumns:
    if one.type_code == "SS" and dice.random() < 0.5:
        return IdentifierColumns(one.system, f"{one.value[:3]}-{one.value[3:5]}-{one.value[5:]}", one.type_code)
    return one


def _respell(dice: Random, given: str) -> str:
    names = given.split()
    short = SHORT.get(_without_accents(names[0]).lower())
    if short and dice.random() < 0.2:
        names[0] = dice.choice(short)
    if len(names) == 2:
        names = dice.choice([names, names[:1], [names[0], names[1][0] + "."]])
    return " ".join(names)


def _without_accents(text: str) -> str:
    return text.translate(str.maketrans("áéíóúüñễÁÉÍÓÚ", "aeiouuneAEIOU"))


def _twins(dice: Random, one: Description) -> Description:
    names = MEN if dice.random() < 0.5 else WOMEN
    first = one.given.split()[0]
    given = dice.choice([name for name in names if name != first])
    return _relative(dice, one, given=given, born=one.birth_on, sex=Sex.MALE if names is MEN else Sex.FEMALE)


def _father_and_son(dice: Random, one: Description) -> Description:
    assert one.birth_on is not None
    born = one.birth_on + timedelta(days=dice.randrange(7000, 14000))
    child = _relative(dice, one, given=one.given, born=born, sex=one.sex)
    return _named(child, family=one.family, given=one.given, suffix=dice.choice(["Jr", "Jr", ""]))


def _mother_and_child(dice: Random, one: Description) -> Description:
    assert one.birth_on is not None
    born = one.birth_on + timedelta(days=dice.randrange(7000, 14000))
    return _relative(
        dice, one, given=dice.choice(["Baby Boy", "Baby Girl", dice.choice(WOMEN)]), born=born, sex=Sex.FEMALE
    )


def _relative(dice: Random, one: Description, *, given: str, born: date | None, sex: Sex) -> Description:
    """Return somebody of the family: the member number is shared, and one in ten got a relative's own numbers."""
    numbers = tuple(i for i in one.identifiers if i.type_code == "MB")
    if dice.random() < 0.1:
        numbers = one.identifiers
    else:
        numbers += tuple(i for i in _numbers(dice) if i.type_code != "MB")
    return _named(replace(one, birth_on=born, sex=sex, identifiers=numbers), family=one.family, given=given)


def _same_name_and_birth(dice: Random, one: Description) -> Description:
    return replace(one, identifiers=tuple(_numbers(dice)))


def _mistyped(dice: Random, one: Description) -> Description:
    """Return a stranger in whose record one number of somebody else was typed."""
    other = _make_person(dice)
    if other.birth_on == one.birth_on:
        other = replace(other, birth_on=BEGIN)
    return replace(other, identifiers=(*other.identifiers[:1], dice.choice(one.identifiers)))


MAKERS = {
    "twins": _twins,
    "father_and_son": _father_and_son,
    "same_name_and_birth": _same_name_and_birth,
    "mistyped": _mistyped,
    "mother_and_child": _mother_and_child,
}
