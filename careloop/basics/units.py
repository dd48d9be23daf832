"""Units as people read them: records write them in UCUM, which is for machines.

The printed symbols are those of The Unified Code for Units of Measure (ucum.org, version 2.2, 2024); what is not in
the table stays as it came.
"""

import re

_PRINTED = {
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "[degF]": "°F",
    "[lb_av]": "lb",
    "[oz_av]": "oz",
    "[in_i]": "in",
    "[ft_i]": "ft",
}
_POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ALONE = re.compile(r"\{[^{}]*\}")
_INSIDE = re.compile(r"\{([^{}]*)\}")
_TEN = re.compile(r"10[*^](-?\d+)")


def write_unit(code: str) -> str:
    """Return a unit for reading: "mm[Hg]" as "mmHg", "10*3/uL" as "10³/uL", "{INR}" as nothing.

    Braces hold words that change no number (UCUM section 6): alone they are no unit; beside one they are kept.
    """
    if code in _PRINTED:
        return _PRINTED[code]
    if _ALONE.fullmatch(code):
        return ""
    written = _INSIDE.sub(lambda found: found[1].replace("_", " "), code)
    return _TEN.sub(lambda found: "10" + found[1].translate(_POWERS), written)


def write_quantity(amount: str, code: str) -> str:
    """Return an amount with its unit for reading: "131 mmHg", "6.2"."""
    return f"{amount} {write_unit(code)}".strip()
