"""The words of referrals: states, urgency, ways to send, answers, parts of a packet, and what their doors do."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from careloop.facts.packets import PacketPart
from careloop.facts.referrals import AnswerKind, Channel, ReferralState, SendingState, Told, Urgency

REFERRAL_LABELS: dict[type[Enum], dict[Enum, str | Promise]] = {
    ReferralState: {
        ReferralState.TO_SEND: pgettext_lazy("referral", "To send"),
        ReferralState.NEEDS_INFO: pgettext_lazy("referral", "Needs info"),
        ReferralState.CHECKING: pgettext_lazy("referral", "Being checked"),
        ReferralState.SENT: pgettext_lazy("referral", "Sent"),
        ReferralState.DELIVERED: pgettext_lazy("referral", "Delivered"),
        ReferralState.SILENT: pgettext_lazy("referral", "No answer"),
        ReferralState.DECLINED: pgettext_lazy("referral", "Declined"),
        ReferralState.ACCEPTED: pgettext_lazy("referral", "Accepted"),
        ReferralState.DATE_SET: pgettext_lazy("referral", "Date set"),
        ReferralState.MISSED: pgettext_lazy("referral", "Did not come"),
        ReferralState.SEEN: pgettext_lazy("referral", "Seen"),
        ReferralState.REPORT_IN: pgettext_lazy("referral", "Report in"),
        ReferralState.READ: pgettext_lazy("referral", "Read by the clinician"),
        ReferralState.CLOSED: pgettext_lazy("referral", "Closed"),
    },
    Urgency: {
        Urgency.EMERGENT: pgettext_lazy("urgency", "Emergency, same day"),
        Urgency.URGENT: pgettext_lazy("urgency", "Urgent"),
        Urgency.ROUTINE: pgettext_lazy("urgency", "Routine"),
    },
    Channel: {
        Channel.PHONE: pgettext_lazy("way", "By phone"),
        Channel.FAX: pgettext_lazy("way", "By fax"),
        Channel.LETTER: pgettext_lazy("way", "By letter"),
        Channel.PORTAL: pgettext_lazy("way", "Through their portal"),
        Channel.EMAIL: pgettext_lazy("way", "By secure e-mail"),
        Channel.BY_HAND: pgettext_lazy("way", "By hand"),
        Channel.FHIR: pgettext_lazy("way", "To their FHIR address"),
    },
    SendingState: {
        SendingState.CHECKING: pgettext_lazy("sending", "Not known whether it went"),
        SendingState.SENT: pgettext_lazy("sending", "Went"),
        SendingState.DELIVERED: pgettext_lazy("sending", "Arrived"),
        SendingState.NOT_SENT: pgettext_lazy("sending", "Did not go"),
    },
    AnswerKind: {
        AnswerKind.DELIVERED: pgettext_lazy("answer", "They have it"),
        AnswerKind.ACCEPTED: pgettext_lazy("answer", "They take the patient"),
        AnswerKind.DECLINED: pgettext_lazy("answer", "They cannot take the patient"),
        AnswerKind.NEEDS_INFO: pgettext_lazy("answer", "They need more"),
        AnswerKind.SILENT: pgettext_lazy("answer", "Nobody answered"),
    },
    Told: {
        Told.PHONE: pgettext_lazy("told", "By phone"),
        Told.VISIT: pgettext_lazy("told", "At a visit"),
        Told.INTERPRETER: pgettext_lazy("told", "With an interpreter"),
        Told.LETTER: pgettext_lazy("told", "By letter"),
    },
    PacketPart: {
        PacketPart.QUESTION: pgettext_lazy("packet", "Question"),
        PacketPart.PROBLEMS: pgettext_lazy("packet", "Problems"),
        PacketPart.MEDICINES: pgettext_lazy("packet", "Medicines"),
        PacketPart.ALLERGIES: pgettext_lazy("packet", "Allergies"),
        PacketPart.RESULTS: pgettext_lazy("packet", "Results"),
        PacketPart.DOCUMENTS: pgettext_lazy("packet", "Documents"),
        PacketPart.COVERAGE: pgettext_lazy("packet", "Coverage"),
        PacketPart.NEEDS: pgettext_lazy("packet", "Language and access needs"),
    },
}

# Why a referral ends without an answer.
ENDS: dict[str, str | Promise] = {
    "patient_no": _("The patient does not want it"),
    "unreachable": _("Could not reach the patient"),
    "duplicate": _("Another referral asks the same"),
}

# What shows that a report is somebody's.
EVIDENCE: dict[str, str | Promise] = {
    "name": _("the name agrees"),
    "birth": _("the birth date agrees"),
    "number": _("the record number agrees"),
    "person": _("a person decided"),
}

_LOOKED = pgettext_lazy("log", "Looked at a referral")
_LISTED = pgettext_lazy("log", "Saw it in a list")
_MOVED = pgettext_lazy("log", "Moved a referral on")
REFERRAL_DOORS: dict[str, str | Promise] = {
    "reads.referrals.list_referrals": _LISTED,
    "reads.referrals.get_referral_page": _LOOKED,
    "reads.referrals.get_new_referral": pgettext_lazy("log", "Began a referral"),
    "reads.referral_work.list_strays": _LISTED,
    "reads.referral_work.get_referral_report": _LISTED,
    "reads.packets.get_packet": pgettext_lazy("log", "Looked at the packet of a referral"),
    "reads.packets.get_sent_packet": pgettext_lazy("log", "Looked at the packet of a referral"),
    "actions.referrals.make_referral": pgettext_lazy("log", "Made a referral"),
    "actions.referrals.send_referral": pgettext_lazy("log", "Sent a referral"),
    "actions.referrals.settle_sending": _MOVED,
    "actions.packet_sending.queue_packet": pgettext_lazy("log", "Sent a referral"),
    "actions.packet_sending.take_back_packet": _MOVED,
    "actions.packet_sending.settle_packets": _MOVED,
    "actions.referrals.note_answer": _MOVED,
    "actions.referrals.ask_for_info": _MOVED,
    "actions.referrals.give_info": _MOVED,
    "actions.referrals.reroute_referral": _MOVED,
    "actions.referrals.note_specialist": _MOVED,
    "actions.referrals.end_referral": pgettext_lazy("log", "Closed a referral"),
    "actions.referral_visits.go_on_after_misses": _MOVED,
    "actions.referral_items.note_referral_item": _MOVED,
    "actions.referrals.withdraw_referral": pgettext_lazy("log", "Closed a referral"),
    "actions.referrals.reopen_referral": _MOVED,
    "actions.referral_visits.set_date": _MOVED,
    "actions.referral_visits.lose_date": _MOVED,
    "actions.referral_visits.note_seen": _MOVED,
    "actions.referral_visits.note_missed": _MOVED,
    "actions.referral_reports.take_report": pgettext_lazy("log", "Took a report in"),
    "actions.referral_reports.match_stray": pgettext_lazy("log", "Took a report in"),
    "actions.referral_reports.set_stray_aside": pgettext_lazy("log", "Set a report aside"),
    "actions.misfiled.take_report_out": pgettext_lazy("log", "Took a report out that was another person's"),
    "actions.misfiled.take_document_out": pgettext_lazy("log", "Took a document out that was another person's"),
    "actions.referral_reports.file_stray": pgettext_lazy("log", "Put a report that nobody asked for into a record"),
    "actions.misfiled.move_report": pgettext_lazy("log", "Moved a report to another referral"),
    "actions.misfiled.take_task_back": pgettext_lazy("log", "Took a task back that came of a wrong report"),
    "actions.misfiled.finish_undoing": pgettext_lazy("log", "Noted that what came of a wrong report is undone"),
    "reads.misfiled.get_misfiled_file": pgettext_lazy("log", "Looked at a report that was taken out"),
    "actions.referral_reports.read_report": pgettext_lazy("log", "Read a report"),
    "actions.referral_reports.tell_patient": pgettext_lazy("log", "Told the patient, and closed a referral"),
}
