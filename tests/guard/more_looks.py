"""Ways through the doors of lists, people's work, paper and the first run, by the name of the door."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from careloop.facts.access import Acting
from careloop.facts.chart import FactKind
from careloop.facts.directory import DirectoryAsk
from careloop.facts.finder import FinderAsk
from careloop.facts.itineraries import PlanAsk
from careloop.facts.offices import OFFICES, Detail, LetterAsk, Way
from careloop.facts.outages import OutAsk
from careloop.facts.portal import LinkPurpose
from careloop.facts.support import SupportAsk
from careloop.facts.threads import Box
from careloop.facts.visits import Wish
from careloop.facts.waitlist import WaitlistAsk
from careloop.reads.access import find_feed_owner
from careloop.reads.callers import get_caller_page
from careloop.reads.calls import get_call_card
from careloop.reads.capacity import get_board
from careloop.reads.caseload import get_back_page, get_caseload_list, get_caseload_page, get_cover_plan
from careloop.reads.channels import count_outbox, get_channels_page, get_portal_address, is_demo_house, list_rows
from careloop.reads.consents import get_circle_page
from careloop.reads.covering import get_absence_page, get_share_plan
from careloop.reads.crisis import get_crisis_page, get_crisis_page_about, get_numbers_page
from careloop.reads.demo import find_open_loops
from careloop.reads.directory import (
    find_entries,
    get_directory_page,
    get_entry,
    get_entry_page,
    list_nameable,
    list_receivers,
    list_visit_types,
)
from careloop.reads.disclosures import get_accounting, get_disclosed_copy, get_disclosures_page
from careloop.reads.endpoints import get_endpoint
from careloop.reads.feeds import get_feeds_page, list_feed
from careloop.reads.find import find_in_reach
from careloop.reads.finder import get_finder, search_finder
from careloop.reads.frame import count_frame
from careloop.reads.groups import get_group_page, get_groups_page
from careloop.reads.handoffs import get_handoff_page, get_handoffs_page, get_new_handoff_page
from careloop.reads.hours import get_calendar_page, get_kinds_page, get_reading_window, list_calendars
from careloop.reads.itineraries import get_plan_page
from careloop.reads.loop_page import get_loop_page
from careloop.reads.mailbox import find_mailbox, get_mailbox_page
from careloop.reads.meetings import get_meeting_page, get_meetings_page, get_summary_page
from careloop.reads.message_figures import get_message_figures
from careloop.reads.offices import get_letter_look, get_sent_letter
from careloop.reads.outages import get_outage_page
from careloop.reads.outbox import get_letter, get_outbox_page
from careloop.reads.outreach import get_list_page, get_lists_page, get_new_list_page
from careloop.reads.patient_links import get_links_page
from careloop.reads.patient_part import get_patient_part
from careloop.reads.patients import get_my_patients
from careloop.reads.portal import get_portal_page
from careloop.reads.prints import get_day_list, get_summary
from careloop.reads.questions import get_questions_page
from careloop.reads.reminders import get_ladder_page, get_medicine_reminders_page
from careloop.reads.rounds import get_rounds_page
from careloop.reads.scheduling import find_times, get_day_board, get_visits
from careloop.reads.setup import (
    find_held_name,
    get_demo_password,
    get_demo_progress,
    get_held_file,
    get_installer,
    get_setup,
    is_setup_open,
)
from careloop.reads.support import get_support_page
from careloop.reads.team import get_day_page, get_team_page, get_work_page
from careloop.reads.threads import get_new_thread_page, get_thread_page, get_threads_page
from careloop.reads.tips import get_tips_page
from careloop.reads.visit_board import get_visit_day
from careloop.reads.visits import get_invitation, get_move_page, get_times_page, get_visit_page
from careloop.reads.waitlist import get_freed_page, get_waitlist_page, get_wish_page
from tests.people import NOW

PARTS = ("loops", "closed", "contacts", *map(str, FactKind))


def look_more(
    who: Acting,
    *,
    patient: UUID,
    loop: UUID,
    colleague: UUID,
    team: int,
    words: tuple[str, ...],
    board: tuple[UUID, ...] = (),
    visits: tuple[UUID, ...] = (),
) -> dict[str, Callable[[], object]]:
    """Return ways through these doors; each asks for what is not within reach of the north."""
    nobody = UUID(int=7)
    return {
        "reads.directory.find_entries": lambda: [find_entries(who), *(find_entries(who, text=one) for one in words)],
        "reads.directory.list_receivers": lambda: [list_receivers(who, specialty=one) for one in words],
        "reads.directory.get_entry": lambda: get_entry(who, nobody),
        "reads.directory.get_directory_page": lambda: [
            get_directory_page(who, DirectoryAsk(text=one)) for one in words
        ],
        "reads.directory.get_entry_page": lambda: get_entry_page(who, nobody),
        "reads.patient_links.get_links_page": lambda: [get_links_page(who, patient, chosen=one) for one in LinkPurpose],
        "reads.portal.get_portal_page": lambda: get_portal_page(who, nobody),
        "reads.directory.list_nameable": lambda: list_nameable(who),
        "reads.finder.get_finder": lambda: get_finder(who, patient, ask=FinderAsk("heart", language="en")),
        "reads.finder.search_finder": lambda: [search_finder(who, FinderAsk(one)) for one in words],
        "reads.directory.list_visit_types": lambda: list_visit_types(who),
        "reads.itineraries.get_plan_page": lambda: [
            get_plan_page(who, patient, ask=one) for one in (None, PlanAsk("cardiac_workup"))
        ],
        "reads.outages.get_outage_page": lambda: [
            get_outage_page(who, ask=OutAsk(one, NOW.date(), NOW.date())) for one in board
        ],
        "reads.scheduling.find_times": lambda: find_times(who, patient, visit_type_id=nobody, entry_ids=[]),
        "reads.scheduling.get_visits": lambda: get_visits(who, patient),
        "reads.scheduling.get_day_board": lambda: get_day_board(who, on=NOW.date(), entry_ids=board),
        "reads.feeds.list_feed": lambda: list_feed(who),
        "reads.feeds.get_feeds_page": lambda: get_feeds_page(who),
        "reads.access.find_feed_owner": lambda: find_feed_owner("nobody's", NOW),
        "reads.groups.get_groups_page": lambda: get_groups_page(who),
        "reads.groups.get_group_page": lambda: [
            get_group_page(who, group_id=one.id) for one in get_groups_page(who).groups
        ],
        "reads.endpoints.get_endpoint": lambda: get_endpoint(who, nobody),
        "reads.hours.get_reading_window": lambda: [get_reading_window(who, one) for one in board],
        "reads.hours.list_calendars": lambda: list_calendars(who),
        "reads.hours.get_calendar_page": lambda: [get_calendar_page(who, one) for one in board],
        "reads.hours.get_kinds_page": lambda: get_kinds_page(who),
        "reads.visit_board.get_visit_day": lambda: get_visit_day(who, on=NOW.date()),
        "reads.visits.get_times_page": lambda: get_times_page(who, patient, visit_type_id=None, wish=Wish()),
        "reads.visits.get_visit_page": lambda: [get_visit_page(who, one) for one in visits],
        "reads.visits.get_invitation": lambda: [get_invitation(who, one) for one in visits],
        "reads.visits.get_move_page": lambda: [get_move_page(who, one, wish=Wish()) for one in visits],
        "reads.consents.get_circle_page": lambda: get_circle_page(who, patient),
        "reads.callers.get_caller_page": lambda: get_caller_page(who, patient),
        "reads.disclosures.get_disclosures_page": lambda: get_disclosures_page(who, patient),
        "reads.disclosures.get_accounting": lambda: get_accounting(who, patient),
        "reads.disclosures.get_disclosed_copy": lambda: get_disclosed_copy(who, patient, line=1),
        "reads.outbox.get_outbox_page": lambda: get_outbox_page(who, patient),
        "reads.outbox.get_letter": lambda: get_letter(who, patient, outbox_id=patient),
        "reads.channels.get_portal_address": lambda: get_portal_address(who),
        "reads.channels.is_demo_house": lambda: is_demo_house(who),
        "reads.channels.count_outbox": lambda: count_outbox(who),
        "reads.channels.list_rows": lambda: list_rows(who, state="waiting"),
        "reads.channels.get_channels_page": lambda: get_channels_page(who),
        "reads.mailbox.find_mailbox": lambda: find_mailbox(who),
        "reads.mailbox.get_mailbox_page": lambda: get_mailbox_page(who),
        "reads.waitlist.get_waitlist_page": lambda: get_waitlist_page(who, asked=WaitlistAsk()),
        "reads.waitlist.get_freed_page": lambda: [
            get_freed_page(who, freed_id=one.id) for one in get_waitlist_page(who, asked=WaitlistAsk()).freed
        ],
        "reads.waitlist.get_wish_page": lambda: get_wish_page(who, patient, loop_id=loop),
        "reads.questions.get_questions_page": lambda: [
            get_questions_page(who),
            get_questions_page(who, patient_id=patient),
        ],
        "reads.reminders.get_medicine_reminders_page": lambda: get_medicine_reminders_page(who, patient),
        "reads.reminders.get_ladder_page": lambda: [
            get_ladder_page(who, visit_type_id=kind.id) for kind in get_kinds_page(who).kinds[:1]
        ],
        "reads.rounds.get_rounds_page": lambda: [get_rounds_page(who), get_rounds_page(who, team=team)],
        "reads.crisis.get_crisis_page": lambda: get_crisis_page(who),
        "reads.crisis.get_crisis_page_about": lambda: get_crisis_page_about(who, patient),
        "reads.crisis.get_numbers_page": lambda: get_numbers_page(who),
        "reads.meetings.get_meetings_page": lambda: get_meetings_page(who, patient),
        "reads.meetings.get_meeting_page": lambda: [
            get_meeting_page(who, patient, meeting_id=one.id) for one in get_meetings_page(who, patient).rows
        ],
        "reads.meetings.get_summary_page": lambda: get_summary_page(who, patient, meeting_id=nobody, guest_id=1),
        "reads.support.get_support_page": lambda: get_support_page(who, patient, asked=SupportAsk("food")),
        "reads.capacity.get_board": lambda: [get_board(who), get_board(who, person_id=colleague)],
        "reads.covering.get_share_plan": lambda: [
            get_share_plan(who),
            get_share_plan(who, person_id=colleague, since=NOW, until=NOW + timedelta(days=7)),
        ],
        "reads.covering.get_absence_page": lambda: get_absence_page(who, absence_id=nobody),
        "reads.tips.get_tips_page": lambda: get_tips_page(who),
        "reads.handoffs.get_handoffs_page": lambda: get_handoffs_page(who),
        "reads.handoffs.get_new_handoff_page": lambda: get_new_handoff_page(who, patient_id=patient),
        "reads.handoffs.get_handoff_page": lambda: [
            get_handoff_page(who, handoff_id=one.id) for one in get_handoffs_page(who).waiting
        ],
        "reads.calls.get_call_card": lambda: get_call_card(who, patient),
        "reads.outreach.get_lists_page": lambda: get_lists_page(who),
        "reads.outreach.get_new_list_page": lambda: get_new_list_page(who),
        "reads.outreach.get_list_page": lambda: [
            get_list_page(who, list_id=one.id) for one in get_lists_page(who).rows
        ],
        "reads.threads.get_threads_page": lambda: [get_threads_page(who, box=box, query="a") for box in Box],
        "reads.offices.get_letter_look": lambda: [
            get_letter_look(who, patient, thread_id=one.id, ask=LetterAsk(Way.FAX, "canary", details=tuple(Detail)))
            for one in get_new_thread_page(who, patient).threads
            if one.partner in OFFICES
        ],
        "reads.offices.get_sent_letter": lambda: get_sent_letter(who, patient, message_id=patient),
        "reads.message_figures.get_message_figures": lambda: get_message_figures(who),
        "reads.threads.get_new_thread_page": lambda: get_new_thread_page(who, patient),
        "reads.threads.get_thread_page": lambda: [
            get_thread_page(who, thread_id=one.id) for one in get_threads_page(who, box=Box.TEAM).rows
        ],
        "reads.caseload.get_back_page": lambda: get_back_page(who, cover_id=1),
        "reads.caseload.get_caseload_list": lambda: get_caseload_list(who, person_id=colleague),
        "reads.caseload.get_caseload_page": lambda: get_caseload_page(who),
        "reads.caseload.get_cover_plan": lambda: get_cover_plan(
            who, absent=colleague, covering=who.person_id, since=NOW, until=NOW + timedelta(days=1)
        ),
        "reads.demo.find_open_loops": lambda: find_open_loops(who, patient),
        "reads.find.find_in_reach": lambda: [find_in_reach(who, text=one) for one in words],
        "reads.frame.count_frame": lambda: count_frame(who),
        "reads.loop_page.get_loop_page": lambda: get_loop_page(who, loop),
        "reads.patient_part.get_patient_part": lambda: [get_patient_part(who, patient, part=one) for one in PARTS],
        "reads.patients.get_my_patients": lambda: get_my_patients(who),
        "reads.prints.get_day_list": lambda: get_day_list(who),
        "reads.prints.get_summary": lambda: get_summary(who, patient),
        "reads.setup.is_setup_open": is_setup_open,
        "reads.setup.get_installer": lambda: get_installer("", NOW),
        "reads.setup.get_setup": lambda: get_setup(who),
        "reads.setup.find_held_name": lambda: find_held_name(who),
        "reads.setup.get_held_file": lambda: get_held_file(who, file_id=nobody),
        "reads.setup.get_demo_password": get_demo_password,
        "reads.setup.get_demo_progress": lambda: get_demo_progress(""),
        "reads.team.get_day_page": lambda: get_day_page(who),
        "reads.team.get_team_page": lambda: get_team_page(who),
        "reads.team.get_work_page": lambda: get_work_page(who, person_id=colleague, team=team),
    }
