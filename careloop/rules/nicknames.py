"""Short names and the names that they stand for. General knowledge of the authors, not a published list."""

from collections.abc import Mapping

_TABLE = """
al albert alfred alan alejandro; alex alexander alexandra alejandro alejandra; andy andrew andres; art arthur
abby abigail; barb barbara; becky rebecca; ben benjamin benedict; bernie bernard; beth elizabeth; betty elizabeth
bill william; billy william; bob robert; bobby robert; brad bradley; cathy catherine kathleen; charlie charles
chris christopher christine christina cristina; cindy cynthia; dan daniel; danny daniel; dave david; deb deborah
debbie deborah; dick richard; don donald; dot dorothy; ed edward edgar eduardo; eddie edward; fran frances francisco
frank francis franklin; fred frederick; gabe gabriel; greg gregory; hank henry; harry henry harold; jack john
jake jacob; jen jennifer; jenny jennifer; jerry gerald jerome; jim james; jimmy james; joe joseph jose; joey joseph
jon jonathan; josh joshua; kate katherine catherine; kathy katherine kathleen; katie katherine; ken kenneth
larry lawrence; liz elizabeth; maggie margaret; marge margaret; matt matthew; meg margaret; mike michael miguel
mickey michael; molly mary; nancy ann anne; nate nathan nathaniel; nick nicholas; pam pamela; pat patricia patrick
patty patricia; peggy margaret; pete peter; phil philip phillip; ray raymond; rich richard; rick richard; rob robert
ron ronald; sally sarah; sam samuel samantha; sandy sandra alexandra; steve steven stephen; sue susan; ted edward
theodore; terry terence theresa; tim timothy; tom thomas; tommy thomas; tony anthony antonio; val valerie
vicky victoria; will william; beto alberto roberto; chuy jesus; concha concepcion; lola dolores; lupe guadalupe
memo guillermo; nacho ignacio; paco francisco; pancho francisco; pepe jose; quique enrique; tere teresa; tono antonio
"""

STANDS_FOR: Mapping[str, frozenset[str]] = {
    words[0]: frozenset(words[1:])
    for words in (part.split() for line in _TABLE.splitlines() for part in line.split(";"))
    if len(words) > 1
}

NOBODY: frozenset[str] = frozenset()


def is_same_given(one: str, other: str) -> bool:
    """Tell whether two given names (folded) are one: equal, or one a short name of the other."""
    return one == other or other in STANDS_FOR.get(one, NOBODY) or one in STANDS_FOR.get(other, NOBODY)


def is_surely_same_given(one: str, other: str) -> bool:
    """Tell the same, but of short names only those that stand for one name: twins may share the rest (Chris, Alex)."""
    return one == other or STANDS_FOR.get(one, NOBODY) == {other} or STANDS_FOR.get(other, NOBODY) == {one}
