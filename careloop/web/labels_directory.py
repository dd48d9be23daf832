"""The words for entries of the directory: what they are, and how they like to receive referrals."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.facts.directory import EntryKind, ReferralBy

KINDS: dict[EntryKind, str | Promise] = {
    EntryKind.ORGANIZATION: _("Organization"),
    EntryKind.SITE: pgettext_lazy("entry", "Site"),
    EntryKind.SERVICE: pgettext_lazy("entry", "Service"),
    EntryKind.ROLE: _("Practitioner at a place"),
    EntryKind.PRACTITIONER: _("Practitioner"),
    EntryKind.ROOM: pgettext_lazy("entry", "Room"),
    EntryKind.DEVICE: pgettext_lazy("entry", "Device"),
    EntryKind.INTERPRETER: pgettext_lazy("entry", "Interpreter"),
}
WAYS: dict[ReferralBy, str | Promise] = {
    ReferralBy.PHONE: pgettext_lazy("referrals", "by phone"),
    ReferralBy.FAX: pgettext_lazy("referrals", "by fax"),
    ReferralBy.EMAIL: pgettext_lazy("referrals", "by e-mail"),
    ReferralBy.PORTAL: pgettext_lazy("referrals", "on their own website"),
    ReferralBy.FHIR: pgettext_lazy("referrals", "from system to system (FHIR)"),
    ReferralBy.LETTER: pgettext_lazy("referrals", "by letter"),
}
