"""What templates need to show the words for patients: shapes of states, roads in words, a cost, who may see a piece."""

from decimal import Decimal

from django.template import Library
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from careloop.basics.words import Say
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import OPEN_PIECES, MessageLine, Piece, Shown, State, Template
from careloop.facts.worklist import Tone
from careloop.rules.messages import find_faults, find_faults_of
from careloop.web.labels import label_of
from careloop.web.labels_messages import ROAD_NAMES, STATE_TONES, TOPIC_NAMES

register = Library()


@register.filter
def words_tone(state: State) -> Tone:
    """Return the shape and colour of how far words are."""
    return STATE_TONES[state]


@register.filter
def name_road(road: Road) -> str:
    """Return the name of a road."""
    return str(ROAD_NAMES[road])


@register.filter
def name_topic(topic: Topic) -> str:
    """Return the name of what a message is about."""
    return str(TOPIC_NAMES[topic])


@register.filter
def roads_of(template: Template) -> str:
    """Return the roads of a message in words."""
    return ", ".join(name_road(road) for road in template.roads)


@register.filter
def fields_of(template: Template) -> str:
    """Return what has to be known to fill a message, in words."""
    return ", ".join(label_of(field) for field in sorted(template.fields)) or _("nothing more")


@register.filter
def is_open(piece: Piece) -> bool:
    """Tell whether others than the patient may see or hear a piece."""
    return piece in OPEN_PIECES


@register.filter
def faults_of(line: MessageLine) -> tuple[tuple[str, Say], ...]:
    """Return what is wrong with a message, each with its language."""
    return find_faults(line)


@register.filter
def own_faults(shown: Shown) -> tuple[Say, ...]:
    """Return what is wrong with the words of one language."""
    return find_faults_of(shown)


@register.filter
def cents(hundredths: int | None) -> str:
    """Return a cost in hundredths of a cent as cents: "1.58"; that it is not known where it is not."""
    if hundredths is None:
        return _("cost not known")
    return _("%(cents)s cents") % {"cents": number_format(Decimal(hundredths) / 100, 2)}
