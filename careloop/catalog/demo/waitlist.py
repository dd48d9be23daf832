"""Who waits in the demo clinic for a sooner check-up: each has a visit that would move. All are invented."""

from dataclasses import dataclass

from careloop.facts.referrals import Urgency
from careloop.facts.visits import PartOfDay
from careloop.facts.waitlist import ReachBy


@dataclass(frozen=True, slots=True)
class DemoWish:
    """Somebody who waits for a sooner time of a kind of visit, and when they could come."""

    patient: str
    kind: str = "check-up"
    urgency: Urgency = Urgency.ROUTINE
    part: PartOfDay | None = None
    notice_hours: int = 24
    reach_by: ReachBy = ReachBy.PATIENT
    note: str = ""


WISHES = (
    DemoWish("robert-blackwood", part=PartOfDay.MORNING, note="Call after 3 pm."),
    DemoWish("priya-raman", urgency=Urgency.URGENT),
    DemoWish("yusuf-haddad", reach_by=ReachBy.FAMILY, notice_hours=48, note="His daughter drives him."),
)
