"""Pages of the directory and of the finder filled by hand, in several states."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.directory import (
    Beside,
    DirectoryAsk,
    DirectoryPage,
    EntryDraft,
    EntryEndpoint,
    EntryKind,
    EntryPage,
    EntryRow,
    Filled,
    ReferralBy,
    RowProblem,
    TableReceipt,
)
from careloop.facts.finder import Candidate, FinderAsk, FinderPage, Finding, Position, Wishes
from careloop.facts.tips import TipAbout, TipsBox
from careloop.formats.patient_table import UnusableTable
from careloop.rules.finder import rank
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.directory import render_directory, render_entry, render_new_entry
from careloop.web.staff.directory_forms import FinderForm
from careloop.web.staff.directory_import import Trial, render_import
from careloop.web.staff.endpoints import render_endpoint
from careloop.web.staff.finder import render_finder
from tests.web.gallery.cover import TIPS
from tests.web.gallery.referrals import PAGE as REFERRED

ON = date(2026, 11, 20)
PIER, HARBOR, ANA, PANTRY = UUID(int=21), UUID(int=22), UUID(int=23), UUID(int=24)
HEART = EntryDraft(
    EntryKind.PRACTITIONER, "Dr. Ana Maximiliana Rivera-Schwarzenberger", organization_id=HARBOR, site_id=PIER,
    zone="America/Phoenix", specialties=("Cardiology", "Heart failure"), languages=("en", "es"),
    networks=("Senior plan", "Employer plan"), accepts_new=True, telehealth=False, phone="602-555-0140",
    fax="602-555-0141", email="desk@harbor.example", referral_by=ReferralBy.FAX, wait_days=14,
    address="1 Lantern Court, Juniper Wells, AZ 85000", latitude=Decimal("33.9"), longitude=Decimal("-112.7"),
)  # fmt: skip
FOOD = EntryDraft(
    EntryKind.SERVICE, "Juniper Wells Food Pantry", specialties=("Food pantry",), phone="602-555-0150", wheelchair=True,
    about="Groceries for a week", eligibility="Everybody in the county", cost="Nothing", hours="Tuesdays",
    how_to_apply="Come by with any letter that shows the address",
)  # fmt: skip
ROW = EntryRow(ANA, HEART, 3, "Harbor Heart", "Pier", checked_by="Dana Okafor", checked_on=ON)
STALE = EntryRow(PANTRY, FOOD, 1, is_stale=True)
OLD = replace(STALE, id=HARBOR, draft=replace(FOOD, kind=EntryKind.ORGANIZATION, name="Harbor Heart", specialties=()),
              checked_by="Lee Martin", checked_on=date(2026, 1, 5))  # fmt: skip
BESIDE = (
    Beside(PIER, EntryKind.SITE, "Pier", ()),
    Beside(HARBOR, EntryKind.ORGANIZATION, "Harbor Heart", ("Cardiology",)),
)
PAGE = DirectoryPage((ROW, STALE, OLD), has_more=True, languages=("en", "es", "vi"), networks=("Senior plan",))
ENTRY = EntryPage(ROW, BESIDE, is_filled=False, is_of_table=False, source="here", choices=BESIDE,
                  tips=TipsBox(TipAbout.ENTRY, str(ROW.id), TIPS.tips, may_write=True))  # fmt: skip
FILLED = EntryPage(STALE, (), is_filled=True, is_of_table=True, source="csv", choices=BESIDE)
GONE = replace(FILLED, row=replace(OLD, draft=replace(OLD.draft, is_active=False)), beside=BESIDE)
TYPED = {"entry": str(ANA), "version": "2", "name": HEART.name, "phone": "602-555-0199", "languages": "Klingon 7"}
TAKEN = Attempt("save_entry", None, TYPED, say=Say("refusal.entry_changed"), taken=True)
UNCLEAR = Attempt("save_entry", None, {"kind": "", "name": ""}, {"name": "Give a name.", "kind": "Choose what it is."})
HOME = Position(Decimal("33.95"), Decimal("-112.75"))
WISHES = Wishes(UUID(int=5), "Rosa Alvarez", date(1958, 3, 14), "Juniper Wells, 85000", HOME, ("es",), ("Senior plan",))
ASK = FinderAsk("heart doctor", "Juniper Wells, 85000", HOME, "es", "Senior plan", telehealth=True)


def _find() -> FinderPage:
    best = Candidate(
        ANA, "ana", HEART.address, Position(Decimal("33.9"), Decimal("-112.7")), HEART.languages, HEART.networks,
        accepts_new=True, telehealth=False, wait_days=14, told_on=ON, opening_on=date(2026, 11, 24),
    )  # fmt: skip
    found = rank(ASK, (best, Candidate(PANTRY, "food")), ON)
    rows = {ANA: ROW, PANTRY: STALE}
    findings = tuple(
        Finding(rows[one.id], one, rows[one.id].draft.address, rows[one.id].draft.phone, notes=2 * (one.id == ANA))
        for one in found
    )
    return FinderPage(WISHES, ("en", "es"), ("Senior plan",), ("Cardiology",), 31, findings)


TRIAL = Trial(
    "list.csv", "kind,name\nsite,Pier\n", ("Color",), TableReceipt(added=3, changed=1, unchanged=2, kept=1),
    (RowProblem(7, "wait_days", "is no number of days", "write a whole number, as in 14"),
     RowProblem(9, "", "cannot be parted into cells", "close the quotes; the rows after it were not read")),
)  # fmt: skip
BOUND = FinderForm({"need": "heart doctor", "place": WISHES.place, "language": "es", "network": "Senior plan"})
ENDPOINT = EntryEndpoint(
    ANA, HEART.name, "https://fhir.juniper-heart.example/r4/referrals", has_key=True, set_by="Sol Reyes",
    set_at=datetime(2026, 11, 19, 15, 0, tzinfo=UTC),
)  # fmt: skip
NO_ADDRESS = Attempt("save_endpoint", None, {"address": "http://10.0.0.7"}, say=Say("refusal.endpoint_address"))
NOBODY = DirectoryPage((), has_more=False, languages=(), networks=())

DIRECTORY_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "directory": lambda request: render_directory(request, DirectoryAsk("heart", EntryKind.SITE, number=2), PAGE),
    "directory-empty": lambda request: render_directory(request, DirectoryAsk(), NOBODY),
    "directory-nothing": lambda request: render_directory(request, DirectoryAsk("xyz"), NOBODY),
    "directory-entry": lambda request: render_entry(request, ENTRY),
    "directory-filled": lambda request: render_entry(request, FILLED),
    "directory-gone": lambda request: render_entry(request, GONE),
    "directory-taken": lambda request: render_entry(request, ENTRY, TAKEN),
    "directory-endpoint": lambda request: render_endpoint(request, ENDPOINT),
    "directory-endpoint-none": lambda request: render_endpoint(request, EntryEndpoint(ANA, HEART.name)),
    "directory-endpoint-wrong": lambda request: render_endpoint(request, ENDPOINT, NO_ADDRESS),
    "directory-new": lambda request: render_new_entry(request, BESIDE),
    "directory-new-unclear": lambda request: render_new_entry(request, BESIDE, UNCLEAR),
    "directory-find": lambda request: render_finder(request, FinderForm(), replace(_find(), findings=(), count=0)),
    "directory-found": lambda request: render_finder(request, BOUND, _find(), ASK),
    "directory-found-referral": lambda request: render_finder(request, BOUND, _find(), ASK, REFERRED.row),
    "directory-found-nobody": lambda request: render_finder(
        request, BOUND, FinderPage(replace(WISHES, network_is_shown=False), (), ()), ASK
    ),
    "directory-import": render_import,
    "directory-tried": lambda request: render_import(request, trial=TRIAL),
    "directory-records": lambda request: render_import(request, filled=Filled(3, 1, 4, ("fhir o9",))),
    "directory-unusable": lambda request: render_import(
        request, unusable=UnusableTable("no column holds the kind", "name a column kind")
    ),
}
