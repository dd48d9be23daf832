"""What a link shows to whoever holds it and knows the birth date."""

from careloop.facts.access import Acting, Right
from careloop.facts.portal import LinkPurpose, PortalPage
from careloop.guard.doors import by_link
from careloop.records.models import PatientLink
from careloop.worklist.portal import load_page


@by_link(needs=Right.OWN_READ, purposes=tuple(LinkPurpose))
def get_portal_page(acting: Acting, link: PatientLink) -> PortalPage:
    """Return all that a link shows: its visit, its question, or what happens next."""
    return load_page(acting, link.patient, LinkPurpose(link.purpose), link)
