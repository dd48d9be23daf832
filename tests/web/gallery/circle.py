"""The circle, callers and the ledger, for the gallery, filled by hand."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Label
from careloop.facts.callers import CallerAnswer, CallerIs, CallerPage
from careloop.facts.consents import (
    CirclePage,
    CircleWho,
    Consent,
    ConsentLine,
    ConsentPurpose,
    GivenHow,
    Hearing,
    MemberDraft,
    MemberLine,
    Relation,
    Road,
    Topic,
)
from careloop.facts.disclosures import Basis, DisclosureLine, DisclosuresPage, What
from careloop.web.screen import Attempt
from careloop.web.staff.callers import render_callers
from careloop.web.staff.consent_forms import CallerForm, UnknownCallerForm
from careloop.web.staff.consents import render_circle
from careloop.web.staff.disclosures import render_disclosures
from tests.web.gallery.values import AT, LONG_NAME, ROSA, ZONE

BORN = date(1958, 3, 14)
UNTIL = date(2027, 3, 3)
WHO = CircleWho(ROSA, LONG_NAME, BORN, ZONE)
ANA = MemberDraft(
    "Ana Alvarez", Relation.CHILD, "es", needs_interpreter=True, phone="(555) 010-0199",
    email="ana.alvarez.with.a.long.address@example.org", address="7 Elm St, Nowhere", is_emergency=True,
    note="After 5.",
)  # fmt: skip
HEARS = (
    Hearing((Topic.VISITS, Topic.MEDICINES), (Road.PHONE, Road.TEXT), (ConsentPurpose.CARE,), UNTIL, Label.HIV),
    Hearing((Topic.MONEY,), (Road.LETTER,), (ConsentPurpose.PAYMENT,), None),
)
RIDES = Consent(UUID(int=901), Topic.VISITS, ConsentPurpose.CARE, Road.PHONE, Label.HIV, AT, AT + timedelta(days=100))
CONSENTS = (
    ConsentLine(RIDES, UNTIL, "Dana Okafor", document_id=UUID(int=950)),
    ConsentLine(
        replace(RIDES, id=UUID(int=902), how=GivenHow.VOICE), UNTIL, "Dana Okafor", "Lee Martin", holds=False
    ),
    ConsentLine(
        replace(RIDES, id=UUID(int=903), taken_back_at=AT), None, "Dana Okafor", holds=False,
        taken_back_by="Lee Martin", taken_back_because="She said: no more. " * 8,
    ),
)  # fmt: skip
MEMBERS = (
    MemberLine(UUID(int=911), ANA, 3, AT, "Dana Okafor", HEARS, CONSENTS, has_code=True, changes=2),
    MemberLine(UUID(int=912), MemberDraft("فاطمة الزهراء", Relation.NEIGHBOUR), 1, AT, "Dana Okafor"),
)
LEFT = replace(MEMBERS[1], id=UUID(int=913), ended_at=AT, ended_by="Lee Martin", ended_because="Moved away. " * 12)
PAGE = CirclePage(
    AT, WHO, MEMBERS, (LEFT,), may_change=True, documents=((UUID(int=950), "Consent, signed"),),
    witnesses=((UUID(int=951), "Lee Martin"),), has_code=True,
)  # fmt: skip
EMPTY = CirclePage(AT, WHO, (), (), may_change=True)
UNCLEAR = Attempt("add_member", None, {"name": "", "relation": "child"}, {"name": "Write the name."})
REFUSED = Attempt("tell", None, {}, say=Say("refusal.telling_guarded"))
CALLER = CallerPage(ROSA, LONG_NAME, BORN, ((UUID(int=911), "Ana Alvarez", Relation.CHILD),))
CONFIRMED = CallerAnswer(True, ROSA, CallerIs.MEMBER, "Ana Alvarez", Relation.CHILD, HEARS)
LINES = tuple(
    DisclosureLine(
        n, AT, what, to, reason, basis, words, "Dana Okafor", "0123456789abcdef",
        is_counted=basis in (Basis.LAW, Basis.UNSTATED),
        has_copy=what is What.SUMMARY,
    )
    for n, (what, to, reason, basis, words) in enumerate(
        (
            (What.TOLD, "Ana Alvarez", "care", Basis.CONSENT, "The visit is on Monday at nine."),
            (What.NOTED, "County health office", "A reportable result " * 6, Basis.LAW, "The result. " * 20),
            (What.SUMMARY, LONG_NAME, "Visit tomorrow", Basis.UNSTATED, ""),
            (What.REFERRAL_PACKET, "Bayview Heart", "Is it the heart?", Basis.TREATMENT, ""),
        )
    )
)  # fmt: skip
LEDGER = DisclosuresPage(
    AT, WHO, date(2020, 11, 23), LINES, 120, counted=2, left_out=118, clinic="Elm Clinic", printed_by="Dana Okafor",
    may_note=True, number=2, hidden=1,
)  # fmt: skip
NOTHING = replace(LEDGER, lines=(), count=0, counted=0, left_out=0, number=1, hidden=0)

CIRCLE_SHOWN = {
    "circle": lambda request: render_circle(request, PAGE),
    "circle-empty": lambda request: render_circle(request, EMPTY),
    "circle-look": lambda request: render_circle(request, replace(PAGE, may_change=False)),
    "circle-unclear": lambda request: render_circle(request, EMPTY, UNCLEAR),
    "circle-refused": lambda request: render_circle(request, PAGE, REFUSED),
    "callers": lambda request: render_callers(request, UnknownCallerForm()),
    "callers-unclear": lambda request: render_callers(request, UnknownCallerForm({"name": ""})),
    "callers-no": lambda request: render_callers(request, UnknownCallerForm(), answer=CallerAnswer()),
    "callers-closed": lambda request: render_callers(
        request, UnknownCallerForm(), answer=CallerAnswer(closed_until=AT)
    ),
    "callers-yes": lambda request: render_callers(request, UnknownCallerForm(), answer=CONFIRMED),
    "caller-patient": lambda request: render_callers(request, CallerForm(), answer=CONFIRMED, who=CALLER),
    "disclosures": lambda request: render_disclosures(request, LEDGER),
    "disclosures-none": lambda request: render_disclosures(request, NOTHING),
}
