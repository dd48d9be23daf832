"""Every table, where Django looks for them."""

from careloop.records.administration import ClinicDay, FirstRun, HeldFile, OpeningHours, StaffChange
from careloop.records.amendments import Amendment, AmendmentEvent
from careloop.records.audit import AuditLine, AuditSeal
from careloop.records.calendars import CalendarDay, CalendarHours, VisitType, VisitTypeWith
from careloop.records.catalog import ValueSetCode, ValueSetRow
from careloop.records.chart import ChartFactRow, DirectoryResource, Inbox, Resource, ResourceVersion
from careloop.records.consents import CallerCode, CallerTry, CircleChange, CircleMember, Consent
from careloop.records.covering import Absence, AbsenceLoop, AbsencePart, AbsenceShare, WorkProfile
from careloop.records.crisis import CrisisNumberRow, CrisisReport
from careloop.records.directory import DirectoryEntry
from careloop.records.disclosures import Disclosure, LegalHold
from careloop.records.documents import Document, DocumentSource, Note
from careloop.records.endpoints import FhirEndpoint
from careloop.records.feeds import CalendarFeed
from careloop.records.handoffs import Handoff, HandoffLoop, HandoffPatient, HandoffStep, HandoffWhatIf
from careloop.records.itineraries import Itinerary, ItineraryStep
from careloop.records.mailbox import AnswerCorrection, Mailbox, MailboxLetter
from careloop.records.matching import PersonLink
from careloop.records.meetings import FamilyMeeting, MeetingDecision, MeetingGuest, MeetingStep
from careloop.records.misfiled import DocumentOut
from careloop.records.offices import OfficeLetter
from careloop.records.outages import Outage, OutageMove
from careloop.records.outbox import (
    ChannelTest,
    ContactChoice,
    ContactPoint,
    InboxItem,
    Message,
    Outbox,
    OutboxEpoch,
    OutboxEvent,
    Thread,
)
from careloop.records.outreach import OutreachEntry, OutreachList
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
from careloop.records.portal import PatientLink, PatientLinkStep
from careloop.records.preparation import VisitItem
from careloop.records.reach import ContactTry, ContactTryLoop, ReachBlock, ReachEnd
from careloop.records.referrals import (
    Referral,
    ReferralAnswer,
    ReferralItem,
    ReferralPacket,
    ReferralReport,
    ReferralSending,
    ReferralStay,
    StrayReport,
)
from careloop.records.reminders import MedicineReminder, MedicineSchedule, Reminder, ReminderPlan, ReminderRung
from careloop.records.retention import DeletionWish, Tombstone
from careloop.records.safety import SafetyOverride
from careloop.records.scheduling import AnsweredRequest, Booking, BookingPart, ExtraSeat, GroupVisit
from careloop.records.signing import CheckSetting
from careloop.records.support import DistressNote, SupportOffer
from careloop.records.threads import Answer, AnswerReview, ThreadLock, WordsApproval
from careloop.records.tips import Tip, TipHelp
from careloop.records.waitlist import FreedTime, WaitlistOffer, WaitlistWish
from careloop.records.worklist import Loop, LoopEvent, Recheck, WaitingFinding, WorkerSeen

__all__ = [
    "Absence",
    "AbsenceLoop",
    "AbsencePart",
    "AbsenceShare",
    "AccessGrant",
    "Amendment",
    "AmendmentEvent",
    "Answer",
    "AnswerCorrection",
    "AnswerReview",
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
    "ChannelTest",
    "ChartFactRow",
    "CheckSetting",
    "CircleChange",
    "CircleMember",
    "Clinic",
    "ClinicDay",
    "Consent",
    "ContactChoice",
    "ContactPoint",
    "ContactTry",
    "ContactTryLoop",
    "Cover",
    "CrisisNumberRow",
    "CrisisReport",
    "DeletionWish",
    "DirectoryEntry",
    "DirectoryResource",
    "Disclosure",
    "DistressNote",
    "Document",
    "DocumentOut",
    "DocumentSource",
    "ExtraSeat",
    "FamilyMeeting",
    "FhirEndpoint",
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
    "InboxItem",
    "Itinerary",
    "ItineraryStep",
    "LegalHold",
    "Login",
    "Loop",
    "LoopEvent",
    "Mailbox",
    "MailboxLetter",
    "MedicineReminder",
    "MedicineSchedule",
    "MeetingDecision",
    "MeetingGuest",
    "MeetingStep",
    "Membership",
    "Message",
    "Note",
    "OfficeLetter",
    "OpeningHours",
    "Outage",
    "OutageMove",
    "Outbox",
    "OutboxEpoch",
    "OutboxEvent",
    "OutreachEntry",
    "OutreachList",
    "OutsideAddress",
    "OutsideBusy",
    "OutsideCalendar",
    "Patient",
    "PatientContact",
    "PatientIdentifier",
    "PatientLink",
    "PatientLinkStep",
    "Person",
    "PersonLink",
    "PlanSearch",
    "Proxy",
    "ReachBlock",
    "ReachEnd",
    "Recheck",
    "Referral",
    "ReferralAnswer",
    "ReferralItem",
    "ReferralPacket",
    "ReferralReport",
    "ReferralSending",
    "ReferralStay",
    "Reminder",
    "ReminderPlan",
    "ReminderRung",
    "Resource",
    "ResourceVersion",
    "SafetyOverride",
    "StaffChange",
    "StrayReport",
    "SupportOffer",
    "Thread",
    "ThreadLock",
    "Tip",
    "TipHelp",
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
    "WordsApproval",
    "WorkProfile",
    "WorkerSeen",
]
