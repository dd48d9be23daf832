"""Words for patients, as administrators and supervisors look at them: all situations, and one with its preview."""

from collections.abc import Mapping
from dataclasses import replace

from careloop.basics.refusals import NotFound
from careloop.catalog.messages import (
    SAMPLE_ZONE,
    load_messages,
    load_part_prices,
    load_private_names,
    load_samples,
    load_tongues,
)
from careloop.facts.access import Acting, Right
from careloop.facts.messages import MessageLine, Private, Template
from careloop.facts.tips import TipAbout
from careloop.guard.doors import managing
from careloop.records.models import Unit
from careloop.rules.messages import show_messages
from careloop.rules.private_words import add_names
from careloop.worklist.tips import make_box


@managing(needs=Right.WORDS_READ, write=False)
def list_messages(acting: Acting) -> tuple[MessageLine, ...]:
    """Return every situation with its languages, filled with made-up values, in the order of the files."""
    return _show(acting, load_messages())


@managing(needs=Right.WORDS_READ, write=False)
def get_message(acting: Acting, *, key: str) -> MessageLine:
    """Return one situation on each of its roads, filled with made-up values.

    :raises NotFound: if there is no such situation
    """
    template = load_messages().get(key)
    if template is None:
        raise NotFound
    return replace(_show(acting, {key: template})[0], tips=make_box(acting, TipAbout.MESSAGE, key))


def _show(acting: Acting, templates: Mapping[str, Template]) -> tuple[MessageLine, ...]:
    # The clinic's own names are its sites': where somebody goes can tell why.
    sites = Unit.objects.filter(kind="site").order_by("name").values_list("name", flat=True)
    tongues = load_tongues()
    return show_messages(
        templates.values(),
        {language: load_samples(language) for language in tongues},
        tongues=tongues,
        names=add_names(load_private_names(), ((name, Private.CLINIC) for name in sites)),
        prices=load_part_prices(),
        on=acting.at.date(),
        zone=SAMPLE_ZONE,
    )
