"""Constraints of the database as refusals in plain words, and every other fault without a word of the row."""

import psycopg
from django.db import DatabaseError

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say

SAID = {
    "caseload_one_primary_at_a_time": "refusal.two_primary_coordinators",
    "loop_is_of_the_living": "refusal.patient_has_died",
    "death_closes_loops": "refusal.patient_has_died",
    "nobody_leaves_loops": "refusal.leaves_loops",
    "loop_owner_is_active": "refusal.owner_not_active",
    "loop_one_open_a_finding": "refusal.open_already",
    "loop_one_open_a_document": "refusal.open_already",
    "link_merged_once": "refusal.link_elsewhere",
    "links_make_no_ring": "refusal.link_elsewhere",
    "link_agreed_by_another": "refusal.same_second_person",
    "link_taken_apart_by_two": "refusal.same_second_person",
    "deletion_by_two_people": "refusal.same_second_person",
    "deletion_asked_once": "refusal.deletion_asked",
    "record_is_kept": "refusal.record_changed",
    "check_setting_is_signed_by_clinician": "refusal.signer",
    "nothing_is_booked_twice": "refusal.booked_twice",
    "group_seat_once": "refusal.group_full",
    "group_has_the_seat": "refusal.group_full",
    "group_is_empty": "refusal.group_has_patients",
    "booking_one_a_loop": "refusal.visit_still_booked",
    "booking_is_of_the_living": "refusal.patient_has_died",
    "booking_has_open_loop": "refusal.visit_still_booked",
    "visit_is_still_booked": "refusal.visit_still_booked",
    "part_extra_seat_is_its_own": "refusal.extra_seat_other",
    "referral_once_a_question": "refusal.referral_open_already",
    "referral_closed_is_read_and_told": "refusal.referral_not_told",
    "sending_one_unsure": "refusal.referral_check_first",
    "entry_names_the_right_kind": "refusal.entry_names_other",
    "calendar_is_of_bookable": "refusal.entry_no_calendar",
    "visit_type_is_with_practitioner": "refusal.entry_names_other",
    "wish_one_a_loop": "refusal.waitlist_already",
    "wish_has_open_loop": "refusal.waitlist_loop_closed",
    "offer_once_a_time": "refusal.waitlist_asked",
    "offer_one_yes_a_time": "refusal.waitlist_answered",
    "offer_one_yes_a_wish": "refusal.waitlist_answered",
    "consent_is_not_hollow": "refusal.consent_hollow",
    "consent_is_only_taken_back": "refusal.consent_taken_back",
    "consent_by_voice_has_a_witness": "refusal.consent_witness",
    "member_who_left_stays_so": "refusal.member_left",
    "telling_has_consent": "refusal.telling_not_asked",
    "reminder_is_true": "refusal.reminder_old",
    "reminder_is_not_rewritten": "refusal.reminder_again",
    "reminder_sent_once": "refusal.reminder_again",
    "medicine_reminder_is_true": "refusal.schedule_statement",
    "medicine_reminder_is_not_rewritten": "refusal.reminder_again",
    "schedule_is_not_rewritten": "refusal.schedule_over",
    "schedule_statement_stands": "refusal.schedule_statement",
    "schedule_once_a_statement": "refusal.schedule_twice",
    "absence_once_at_a_time": "refusal.cover_twice",
    "absence_is_not_rewritten": "refusal.cover_is_over",
    "absence_share_to_somebody_there": "refusal.cover_may_not",
    "nobody_leaves_patients": "refusal.leaves_patients",
    "handoff_needs_synthesis": "refusal.handoff_said_back",
    "handoff_said_back_in_own_words": "refusal.handoff_own_words",
    "handoff_words_stay": "refusal.handoff_words_stay",
    "handoff_is_not_rewritten": "refusal.handoff_changed",
    "handoff_to_somebody_else": "refusal.receiver_elsewhere",
    "link_in_use_is_live": "refusal.link_ended",
    "link_answered_once": "refusal.link_answered",
    "link_is_about_its_patient": "refusal.link_about",
    "unreachable_by_the_rule": "refusal.reach_rule",
    "outreach_called_by_one_at_a_time": "refusal.outreach_taken",
    "outreach_is_of_the_living": "refusal.patient_has_died",
    "entry_that_ended_stays_so": "refusal.outreach_changed",
    "meeting_is_over": "refusal.meeting_is_over",
    "meeting_is_not_over": "refusal.meeting_is_not_over",
    "promise_is_over": "refusal.promise_is_over",
    "support_offer_once": "refusal.support_offered",
}

# Classes of SQLSTATE whose first line names tables, columns and conditions, but never a value: connection,
# transaction state, serialization and deadlock, syntax and access, resources, object state, operator, system.
_NAMES_NO_VALUE = ("08", "25", "40", "42", "53", "55", "57", "58")


def explain_constraint(fault: Exception) -> Refusal | None:
    """Return the refusal that a broken constraint means, or None if it is a bug."""
    if not isinstance(fault, DatabaseError):
        return None
    diagnosis = getattr(fault.__cause__, "diag", None)
    key = SAID.get(getattr(diagnosis, "constraint_name", None) or "")
    return Refusal(Say(key)) if key else None


def strip_rows(fault: BaseException) -> None:
    """Take what PostgreSQL says of the row out of a fault and all that led to it: it could land in a log.

    What stays is the kind of fault, its SQLSTATE, and the names of constraint, table and column.
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [fault]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        server = one if isinstance(one, psycopg.Error) else one.__cause__
        if isinstance(server, psycopg.Error) and isinstance(one, psycopg.Error | DatabaseError) and server.sqlstate:
            one.args = (_say_without_row(server),)
        waiting += [one.__cause__, one.__context__]


def _say_without_row(fault: psycopg.Error) -> str:
    state, diagnosis = fault.sqlstate or "", fault.diag
    names = (diagnosis.constraint_name, diagnosis.table_name, diagnosis.column_name)
    said = diagnosis.message_primary if state.startswith(_NAMES_NO_VALUE) else None
    return " ".join(part for part in (type(fault).__name__, state, *names, said) if part)
