"""What templates say of referrals: what shows whose a report is, and shares that are not said of a few."""

from collections.abc import Iterable

from django.template import Library
from django.utils.translation import gettext

from careloop.facts.preparation import ItemDue
from careloop.facts.referral_figures import FEW_EACH, GroupFigures, Share
from careloop.web.labels import name_language
from careloop.web.labels_referrals import EVIDENCE
from careloop.web.labels_specialties import name_specialty

register = Library()


@register.simple_tag
def evidence(name: str) -> str:
    """Return what shows that a report is somebody's, in words."""
    return str(EVIDENCE[name])


@register.simple_tag
def sources_of(dues: Iterable[ItemDue]) -> list[tuple[str, bool]]:
    """Return where the days come from by which things are to be in order, each once, and whether it was verified."""
    return list(dict.fromkeys((one.source, one.is_verified) for one in dues))


@register.simple_tag
def share(of: Share) -> str:
    """Return a share as "7 of 10", with its percentage where enough are counted."""
    counted = gettext("%(part)s of %(whole)s") % {"part": of.part, "whole": of.whole}
    return counted if of.percent is None else f"{counted} ({of.percent}%)"


@register.simple_tag
def group_name(of: GroupFigures, kind: str) -> str:
    """Return the name of a group: a language in words, a plan or clinic as it stands, a specialty as a heading."""
    if not of.name:
        return gettext("Not known")
    if of.name == FEW_EACH:
        return gettext("All with fewer than twenty")
    if kind == "language":
        return name_language(of.name)
    return of.name if kind in ("payer", "clinic") else name_specialty(of.name)
