"""The words that would carry a link, whole, as the person would see them: greeting, link and end."""

from django.conf import settings

from careloop.catalog.messages import load_private_names, load_tongues
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.messages import Composed, Field, Reader, Value
from careloop.facts.portal import LINK_MARK, LINK_ROADS
from careloop.records.models import Patient
from careloop.rules.compose import preview
from careloop.worklist.approvals import find_words
from careloop.worklist.contact_points import Receiver
from careloop.worklist.message_frame import fill_values
from careloop.worklist.sent_links import LINK_SITUATION
from careloop.worklist.situations import language_of_words


def show_link_words(acting: Acting, patient: Patient) -> tuple[tuple[Road, Composed], ...]:
    """Return what would carry a link on each road on which one is sent, in the language in which it would go."""
    template = find_words(LINK_SITUATION)
    if template is None:
        return ()
    language = language_of_words(LINK_SITUATION, patient)
    given: dict[Field, Value] = {Field.LINK: f"https://… {LINK_MARK}", Field.PHONE: settings.CLINIC_PHONE or "…"}
    values, names = fill_values(acting, Receiver(patient), given), load_private_names()
    reader = Reader(language, patient.zone)
    return tuple(
        (road, preview(template, reader, road, values, tongues=load_tongues(), names=names)) for road in LINK_ROADS
    )
