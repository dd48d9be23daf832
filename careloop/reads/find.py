"""Finding a patient among those whom one reaches, by anything that one knows of them."""

from dataclasses import asdict
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from careloop.facts.access import Acting, Right
from careloop.facts.chart import Sex
from careloop.facts.find import Found, FoundPerson
from careloop.guard.doors import Shown, finding
from careloop.rules.find import read_asks
from careloop.worklist.settle import clinic_zone

MOST = 10


@finding(needs=Right.PATIENT_FIND)
def find_in_reach(acting: Acting, *, text: str) -> Shown[Found]:
    """Find patients by parts of the name in any order, birth date, telephone or number: whatever the text holds.

    Only patients whom this person may open are found: somebody who is not there and somebody who is not theirs are
    the same answer. Every hit is logged; what was typed is not.
    """
    asks = read_asks(text, acting.at.astimezone(ZoneInfo(clinic_zone())).date())
    if not asks:
        return Shown(Found((), has_more=False, is_enough=False), ())
    given = DjangoJSONEncoder().encode([asdict(ask) for ask in asks])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM find_in_reach(%s::jsonb)", [given])
        rows = cursor.fetchall()
    people = tuple(
        FoundPerson(patient_id=r[0], name=r[1], birth_on=r[2], sex=Sex(r[3]), city=r[4], last_of_identifier=r[5])
        for r in rows[:MOST]
    )
    found = Found(people, has_more=len(rows) > MOST, is_enough=True)
    return Shown(found, tuple(person.patient_id for person in people))
