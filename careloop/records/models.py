"""Every table, where Django looks for them."""

from careloop.records.administration import ClinicDay, FirstRun, HeldFile, OpeningHours, StaffChange
from careloop.records.amendments import Amendment, AmendmentEvent
from careloop.records.audit import AuditLine, AuditSeal
from careloop.records.calendars import CalendarDay, CalendarHours, VisitType, VisitTypeWith
from careloop.records.catalog import ValueSetCode, ValueSetRow
from careloop.records.chart import ChartFactRow, DirectoryResource, Inbox, Resource, ResourceVersion
from careloop.records.consents import CallerCode, CallerTry, CircleChange, CircleMember, Consent
from careloop.records.directory import DirectoryEntry
from careloop.records.disclosures import Disclosure, LegalHold
from careloop.records.documents import Document, DocumentSource, Note
from careloop.records.feeds import CalendarFeed
from careloop.records.handoffs import Handoff, HandoffLoop, HandoffPatient, HandoffStep, HandoffWhatIf
from careloop.records.itineraries import Itinerary, ItineraryStep
from careloop.records.matching import PersonLink
from careloop.records.misfiled import DocumentOut
from careloop.records.outages import Outage, OutageMove
from careloop.records.outside import OutsideAddress, OutsideBusy, OutsideCalendar
from careloop.records.people import (
    AccessGrant,
    CareTeamMember,
    Caseload,
    Clinic,
    Cover,
    Login,
    Membership,
    Patient,
    PatientContact,
    PatientIdentifier,
    Person,
    Proxy,
    Unit,
)
from careloop.records.plan_search import PlanSearch
from careloop.records.preparation import VisitItem
from careloop.records.referrals import (
    Referral,
    ReferralAnswer,
    ReferralPacket,
    ReferralReport,
    ReferralSending,
    ReferralStay,
    StrayReport,
)
from careloop.records.retention import DeletionWish, Tombstone
from careloop.records.safety import SafetyOverride
from careloop.records.scheduling import AnsweredRequest, Booking, BookingPart, ExtraSeat, GroupVisit
from careloop.records.signing import CheckSetting
from careloop.records.waitlist import FreedTime, WaitlistOffer, WaitlistWish
from careloop.records.worklist import Loop, LoopEvent, Recheck, WaitingFinding, WorkerSeen

__all__ = [
    "AccessGrant",
    "Amendment",
    "AmendmentEvent",
    "AnsweredRequest",
    "AuditLine",
    "AuditSeal",
    "Booking",
    "BookingPart",
    "CalendarDay",
    "CalendarFeed",
    "CalendarHours",
    "CallerCode",
    "CallerTry",
    "CareTeamMember",
    "Caseload",
    "ChartFactRow",
    "CheckSetting",
    "CircleChange",
    "CircleMember",
    "Clinic",
    "ClinicDay",
    "Consent",
    "Cover",
    "DeletionWish",
    "DirectoryEntry",
    "DirectoryResource",
    "Disclosure",
    "Document",
    "DocumentOut",
    "DocumentSource",
    "ExtraSeat",
    "FirstRun",
    "FreedTime",
    "GroupVisit",
    "Handoff",
    "HandoffLoop",
    "HandoffPatient",
    "HandoffStep",
    "HandoffWhatIf",
    "HeldFile",
    "Inbox",
    "Itinerary",
    "ItineraryStep",
    "LegalHold",
    "Login",
    "Loop",
    "LoopEvent",
    "Membership",
    "Note",
    "OpeningHours",
    "Outage",
    "OutageMove",
    "OutsideAddress",
    "OutsideBusy",
    "OutsideCalendar",
    "Patient",
    "PatientContact",
    "PatientIdentifier",
    "Person",
    "PersonLink",
    "PlanSearch",
    "Proxy",
    "Recheck",
    "Referral",
    "ReferralAnswer",
    "ReferralPacket",
    "ReferralReport",
    "ReferralSending",
    "ReferralStay",
    "Resource",
    "ResourceVersion",
    "SafetyOverride",
    "StaffChange",
    "StrayReport",
    "Tombstone",
    "Unit",
    "ValueSetCode",
    "ValueSetRow",
    "VisitItem",
    "VisitType",
    "VisitTypeWith",
    "WaitingFinding",
    "WaitlistOffer",
    "WaitlistWish",
    "WorkerSeen",
]
