"""What templates need to show letters to offices: how they like to receive, which letter wants which fields."""

from django.template import Library

from careloop.facts.directory import ReferralBy
from careloop.facts.offices import LetterComposing, Way
from careloop.web.labels import label_of
from careloop.web.labels_directory import WAYS

register = Library()


@register.filter
def likes(way: ReferralBy) -> str:
    """Return how somebody likes to receive, in words."""
    return str(WAYS[way])


@register.filter
def way_of(value: str) -> str:
    """Return the name of a way of letters by its value."""
    return str(label_of(Way(value)))


@register.filter
def wanted_fields(letters: LetterComposing) -> list[tuple[str, str]]:
    """Return each letter with the fields that it wants, in words."""
    return [(str(label_of(kind)), ", ".join(str(label_of(one)) for one in fields)) for kind, fields in letters.fields]
