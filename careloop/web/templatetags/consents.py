"""What templates need to say who may hear what, in one line."""

from collections.abc import Mapping, Sequence
from enum import Enum
from uuid import UUID

from django.template import Context, Library
from django.utils import translation
from django.utils.translation import gettext as _

from careloop.catalog.speech import speak_date
from careloop.facts.access import Label
from careloop.facts.consents import ConsentPurpose, Hearing
from careloop.web.labels import label_of
from careloop.web.screen import Attempt

register = Library()


@register.filter
def hears(hearing: Sequence[Hearing]) -> str:
    """Say what somebody may hear: "may hear about visits and rides, by phone, until 3 Mar 2027; nothing else"."""
    if not hearing:
        return _("may hear nothing: nobody has agreed to it.")
    parts = "; ".join(_part(one) for one in hearing)
    return _("may hear about %(parts)s; nothing else.") % {"parts": parts}


@register.filter
def told_for(purpose: str) -> str:
    """Return the words for what something was told for, as the ledger keeps it."""
    return label_of(ConsentPurpose(purpose))


@register.filter
def labels_of(mask: Label) -> str:
    """Return the names of the labels of a mask."""
    return _join([label_of(one) for one in Label if one & mask])


def _part(one: Hearing) -> str:
    said = [_join([label_of(topic) for topic in one.topics]), _join([label_of(road) for road in one.roads])]
    if one.named:
        said.insert(1, _("also %(labels)s") % {"labels": labels_of(one.named)})
    if one.purposes != (ConsentPurpose.CARE,):
        said.append(_join([label_of(purpose) for purpose in one.purposes]))
    said.append(_until(one))
    return ", ".join(said)


def _until(one: Hearing) -> str:
    if one.until is None:
        return _("until it is taken back")
    return _("until %(day)s") % {"day": speak_date(one.until, translation.get_language() or "en")}


def _join(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


@register.filter
def options_of(members: Sequence[Enum]) -> list[tuple[str, str]]:
    """Return members of the vocabulary as a field takes them: value and words."""
    return [(str(one.value), label_of(one)) for one in members]


@register.filter
def or_none(pairs: Sequence[tuple[UUID, str]]) -> list[tuple[str, str]]:
    """Return keys with their words as a field takes them, with nothing first."""
    return [("", _("None")), *((str(key), words) for key, words in pairs)]


@register.simple_tag(takes_context=True)
def was_of(context: Context, verb: str, member: object) -> Mapping[str, str]:
    """Return what was typed into a form about somebody of the circle before a refusal; nothing if it was another."""
    attempt: Attempt | None = context.get("attempt")
    if attempt is None or attempt.verb != verb or attempt.values.get("member") != str(member):
        return {}
    return attempt.values


@register.simple_tag(takes_context=True)
def ticks_of(context: Context, verb: str, member: object, name: str) -> Sequence[str]:
    """Return what was ticked under a name in a form about somebody of the circle before a refusal."""
    chosen: Mapping[str, Sequence[str]] = context.get("ticks") or {}
    return chosen.get(name, ()) if was_of(context, verb, member) else ()
