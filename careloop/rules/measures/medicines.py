"""How long a prescription lasts, as CumulativeMedicationDuration 4.1.000 (2024) reckons it.

Its rules: one way of dosing, one dose; the days that were supplied, times one and the refills, or else quantity
through dose and doses a day; it begins with the period of the timing, else when it was written.
"""

from decimal import Decimal

from careloop.facts.measures import Dosage, Entry, Moment, Quantity, Unanswerable
from careloop.rules.measures.clock import Point, Reach, day_of, shift
from careloop.rules.measures.quantities import in_unit

# Hours in a unit of a dosing period; months have 30 days and years 365, as the library says.
HOURS = {
    **dict.fromkeys(("h", "hour", "hours"), Decimal(1)),
    **dict.fromkeys(("min", "minute", "minutes"), Decimal(1) / 60),
    **dict.fromkeys(("s", "second", "seconds"), Decimal(1) / 3600),
    **dict.fromkeys(("d", "day", "days"), Decimal(24)),
    **dict.fromkeys(("wk", "week", "weeks"), Decimal(24 * 7)),
    **dict.fromkeys(("mo", "month", "months"), Decimal(24 * 30)),
    **dict.fromkeys(("a", "year", "years"), Decimal(24 * 365)),
}


def days_supplied(order: Entry) -> Decimal | None:
    """Return for how many days a prescription with its refills lasts; None if that cannot be told.

    :raises Unanswerable: if there is more than one way of dosing or more than one dose
    """
    supply = order.supply
    dosage = only_dosage(order)
    days = in_unit(supply.days, "day")
    if days is None:
        days = _divide(supply.quantity, _used_a_day(order, dosage))
    return None if days is None else days * (1 + (supply.repeats or 0))


def order_period(order: Entry) -> Reach | None:
    """Return from which day to which a prescription lasts; None if that cannot be told.

    :raises Unanswerable: if there is more than one way of dosing or more than one dose
    """
    dosage = only_dosage(order)
    first = _first_day(order, dosage)
    days = days_supplied(order)
    if first is None:
        return None
    if days is not None:
        last = shift(first, days=int(days - 1))
        return Reach(Point(first, first), Point(last, last))
    if dosage.bounds is not None and dosage.bounds.high is not None:
        last = day_of(dosage.bounds.high)
        return Reach(Point(first, first), Point(last, last))
    return None


def only_dosage(order: Entry) -> Dosage:
    """Return the one way in which a medicine is taken, an empty one where none was written.

    :raises Unanswerable: if there is more than one way of dosing
    """
    if len(order.supply.dosages) > 1:
        place = f"{order.where}.dosageInstruction"
        raise Unanswerable(place, "the measure takes one way of dosing, not several")
    return order.supply.dosages[0] if order.supply.dosages else Dosage()


def _first_day(order: Entry, dosage: Dosage) -> Moment | None:
    starts = (
        dosage.bounds.low if dosage.bounds else None,
        order.authored,
        order.supply.valid.low if order.supply.valid else None,
    )
    return next((day_of(moment) for moment in starts if moment is not None), None)


def _used_a_day(order: Entry, dosage: Dosage) -> Decimal | None:
    if len(dosage.doses) > 1:
        place = f"{order.where}.dosageInstruction.doseAndRate"
        raise Unanswerable(place, "the measure takes one dose, not several")
    dose = dosage.doses[0] if dosage.doses else None
    a_day = _times_a_day(dosage)
    return None if dose is None else dose.value * (Decimal(dosage.times_of_day) if a_day is None else a_day)


def _times_a_day(dosage: Dosage) -> Decimal | None:
    times = dosage.frequency_max if dosage.frequency_max is not None else dosage.frequency
    every = dosage.period
    if times is None or every is None or every.unit not in HOURS or not every.value:
        return None
    return times * Decimal(24) / (every.value * HOURS[every.unit])


def _divide(quantity: Quantity | None, through: Decimal | None) -> Decimal | None:
    return quantity.value / through if quantity is not None and through else None
