"""Invented names for the neighbours of the demo clinic, by language; a name after a slash is in its own script."""

from collections.abc import Sequence
from dataclasses import dataclass

from careloop.catalog.demo.dice import Dice


@dataclass(frozen=True, slots=True)
class Names:
    """Family names and given names of women and men. ``is_family_first`` says how the own script writes them."""

    families: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    is_family_first: bool = False


NAMES: dict[str, Names] = {
    "en": Names(
        (
            "Abernathy",
            "Ballard",
            "Carmody",
            "Dunleavy",
            "Eastman",
            "Fairbanks",
            "Galloway",
            "Harcourt",
            "Ingram",
            "Jessup",
            "Kirkland",
            "Lockhart",
            "Merriweather",
            "Norwood",
            "Ogden",
            "Pettigrew",
            "Quarles",
            "Ransom",
            "Stanhope",
            "Thackeray",
            "Underhill",
            "Vickers",
            "Whitlock",
            "Yarborough",
        ),
        (
            "Alma",
            "Beatrice",
            "Cora",
            "Dorothea",
            "Eleanor",
            "Frances",
            "Georgia",
            "Harriet",
            "Ivy",
            "June",
            "Keziah",
            "Loretta",
            "Mabel",
            "Naomi",
        ),
        (
            "Arthur",
            "Bernard",
            "Clyde",
            "Dwight",
            "Elijah",
            "Franklin",
            "Gordon",
            "Homer",
            "Isaiah",
            "Jasper",
            "Leland",
            "Marcus",
            "Nolan",
            "Otis",
        ),
    ),
    "es": Names(
        (
            "Aguirre",
            "Barrera",
            "Cisneros",
            "Duarte",
            "Escobar",
            "Figueroa",
            "Galindo",
            "Hinojosa",
            "Juárez",
            "Luna",
            "Montoya",
            "Núñez",
            "Olvera",
            "Pacheco",
            "Rentería",
            "Saucedo",
            "Treviño",
            "Urrutia",
        ),
        ("Adela", "Beatriz", "Carmen", "Dolores", "Esperanza", "Francisca", "Gloria", "Herminia", "Isabel", "Josefina"),
        ("Alfonso", "Benito", "César", "Domingo", "Ernesto", "Felipe", "Gerardo", "Hilario", "Ignacio", "Julián"),
    ),
    "vi": Names(
        ("Vũ", "Đỗ", "Dương", "Lý", "Ngô"),
        ("Ánh", "Diễm", "Hạnh", "Kim", "Mỹ"),
        ("Cường", "Dũng", "Khải", "Long", "Phúc"),
    ),
    "zh": Names(
        ("Zhou/周", "Xu/徐", "Sun/孙", "Ma/马", "Gao/高"),
        ("Lihua/丽华", "Xiaoyan/晓燕", "Fang/芳", "Guiying/桂英"),
        ("Jianguo/建国", "Zhiqiang/志强", "Bo/波", "Haitao/海涛"),
        is_family_first=True,
    ),
    "ar": Names(
        ("Saleh/صالح", "Hamdan/حمدان", "Zayed/زايد", "Barakat/بركات"),
        ("Amal/أمل", "Mariam/مريم", "Rania/رانيا"),
        ("Omar/عمر", "Hassan/حسن", "Walid/وليد"),
    ),
    "ru": Names(
        ("Gromyko/Громыко", "Koval/Коваль", "Shevchuk/Шевчук"),
        ("Tamara/Тамара", "Nina/Нина", "Zoya/Зоя"),
        ("Pavel/Павел", "Viktor/Виктор", "Roman/Роман"),
    ),
    "ko": Names(
        ("Kim/김", "Park/박", "Choi/최", "Yoon/윤"),
        ("Jisoo/지수", "Haneul/하늘", "Minji/민지"),
        ("Joon/준", "Sungho/성호", "Taeyang/태양"),
        is_family_first=True,
    ),
    "tl": Names(
        ("Bautista", "Dimaculangan", "Magsaysay", "Pangilinan"),
        ("Ligaya", "Tala", "Mayumi"),
        ("Bayani", "Isagani", "Datu"),
    ),
    "so": Names(("Farah", "Guled", "Osman", "Yusuf"), ("Ayaan", "Ifrah", "Nasra"), ("Abshir", "Cabdi", "Warsan")),
    "ht": Names(
        ("Baptiste", "Estimé", "Fleurant"), ("Marlène", "Nadège", "Rosemène"), ("Dieudonné", "Jocelyn", "Ricot")
    ),
    "ja": Names(
        ("Sakai/酒井", "Noguchi/野口", "Hirano/平野"),
        ("Sachiko/幸子", "Megumi/恵"),
        ("Kazuo/和夫", "Satoru/悟"),
        is_family_first=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A name in Latin letters, and in its own script as (family, given, whole), None if Latin is its script."""

    given: str
    family: str
    script: tuple[str, str, str] | None


def make_name(language: str, sex: str, place: int, *, seed: int, home: int) -> Named:
    """Return the name of the so-many-th person of a language; who shares a ``home`` shares the family name.

    Another seed deals the same names out in another order.
    """
    names = NAMES[language]
    families = _shuffle(names.families, f"{seed}/families/{language}")
    given_names = names.women if sex == "female" else names.men
    given, _, own_given = _shuffle(given_names, f"{seed}/given/{language}/{sex}")[place % len(given_names)].partition(
        "/"
    )
    family, _, own_family = families[home % len(families)].partition("/")
    if not own_family:
        return Named(given, family, None)
    whole = f"{own_family}{own_given}" if names.is_family_first else f"{own_given} {own_family}"
    return Named(given, family, (own_family, own_given, whole))


def _shuffle(things: Sequence[str], words: str) -> list[str]:
    """Return the things in an order that depends on the words alone."""
    dice, left, dealt = Dice(words), list(things), []
    while left:
        dealt.append(left.pop(dice.between(0, len(left) - 1)))
    return dealt
