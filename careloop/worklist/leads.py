"""Who is asked about what belongs to no patient and no team."""

from careloop.facts.access import Role
from careloop.records.models import Membership, Unit
from careloop.rules.access import MAY_CARRY


def find_administrators_unit() -> int | None:
    """Return the first team in which an administrator is together with somebody who carries loops; else the led one."""
    ours = Membership.objects.filter(person__role=str(Role.ADMINISTRATOR), person__is_active=True)
    carried = Membership.objects.filter(person__role__in=[str(one) for one in MAY_CARRY], person__is_active=True)
    found = ours.filter(unit_id__in=carried.values("unit_id")).order_by("unit_id").values_list("unit_id", flat=True)
    return found.first() or find_led_unit()


def find_led_unit() -> int | None:
    """Return the first team that has a supervisor, else the first team; None while there is none."""
    led = Membership.objects.filter(person__role=str(Role.SUPERVISOR), person__is_active=True)
    unit_id = led.order_by("unit_id").values_list("unit_id", flat=True).first()
    return unit_id or Unit.objects.order_by("pk").values_list("pk", flat=True).first()
