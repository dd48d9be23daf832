"""Busy times out of other people's calendars: what repeats, zones and days, what is refused, and no crash ever."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.facts.scheduling import Span
from careloop.formats.busy import MAX_BYTES, NotBusyTimes, read_busy

ZONE = "America/New_York"
SINCE = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=90)
NINE = "DTSTART;TZID=America/New_York:20261102T090000\nDTEND;TZID=America/New_York:20261102T100000"


def event(*lines: str, uid: str = "a") -> str:
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid}@elsewhere", "SUMMARY:Nobody reads this", *lines, "END:VEVENT"))


def calendar(*events: str, head: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *([head] if head else []), *events]
    return "\r\n".join("\n".join((*lines, "END:VCALENDAR")).split("\n")).encode()


def busy(*events: str, head: str = "", zone: str = ZONE) -> list[str]:
    """Return busy times as days and hours in UTC."""
    spans = read_busy(calendar(*events, head=head), zone=zone, since=SINCE, until=UNTIL)
    return [f"{one.start:%m-%d %H:%M} {(one.end - one.start).total_seconds() / 3600:g}h" for one in spans]


def refusal(data: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(NotBusyTimes) as no:
        read_busy(data, zone=ZONE, since=SINCE, until=UNTIL)
    return no.value.say.key, dict(no.value.say.values)


SURE = [
    ("once", [event(NINE)], ["11-02 14:00 1h"]),
    ("in UTC", [event("DTSTART:20261102T090000Z", "DURATION:PT90M")], ["11-02 09:00 1.5h"]),
    ("without a zone: on the entry's clocks", [event("DTSTART:20261102T090000", "DURATION:PT1H")], ["11-02 14:00 1h"]),
    (
        "under the name that Windows gives a zone",
        [event("DTSTART;TZID=Pacific Standard Time:20261102T090000", "DURATION:PT1H")],
        ["11-02 17:00 1h"],
    ),
    ("a whole day", [event("DTSTART;VALUE=DATE:20261110")], ["11-10 05:00 24h"]),
    (
        "days over the end of summer time are as long as they are there",
        [event("DTSTART;VALUE=DATE:20261031", "DTEND;VALUE=DATE:20261102")],
        ["10-31 04:00 49h"],
    ),
    ("a moment", [event("DTSTART:20261102T090000Z")], []),
    ("transparent", [event(NINE, "TRANSP:TRANSPARENT")], []),
    ("cancelled", [event(NINE, "STATUS:CANCELLED")], []),
    ("tentative", [event(NINE, "STATUS:TENTATIVE")], ["11-02 14:00 1h"]),
    (
        "every week, on the clocks there, across the end of summer time",
        [event(NINE.replace("1102", "1026"), "RRULE:FREQ=WEEKLY;COUNT=2")],
        ["10-26 13:00 1h", "11-02 14:00 1h"],
    ),
    (
        "until, told in UTC",
        [event(NINE, "RRULE:FREQ=DAILY;UNTIL=20261103T140000Z")],
        ["11-02 14:00 1h", "11-03 14:00 1h"],
    ),
    (
        "without a day, and on one more",
        [
            event(
                NINE, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=America/New_York:20261103T090000",
                "RDATE;TZID=America/New_York:20261110T090000",
            )
        ],
        ["11-02 14:00 1h", "11-04 14:00 1h", "11-10 14:00 1h"],
    ),
    (
        "with a day that was moved and one that was cancelled",
        [
            event(NINE, "RRULE:FREQ=DAILY;COUNT=3"),
            event(
                "RECURRENCE-ID;TZID=America/New_York:20261103T090000", "DTSTART:20261103T200000Z", "DURATION:PT2H"
            ),
            event("RECURRENCE-ID;TZID=America/New_York:20261104T090000", NINE.replace("1102", "1104"),
                  "STATUS:CANCELLED"),
        ],
        ["11-02 14:00 1h", "11-03 20:00 2h"],
    ),
    (
        "every month on its last Friday",
        [event("DTSTART:20261030T120000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=2")],
        ["10-30 12:00 1h", "11-27 12:00 1h"],
    ),
    (
        "a birthday since 1604",
        [event("DTSTART;VALUE=DATE:16041110", "RRULE:FREQ=YEARLY")],
        ["11-10 05:00 24h"],
    ),
    (
        "a free/busy answer",
        [
            "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20261102T100000Z/PT1H,20261103T100000Z/20261103T110000Z\n"
            "FREEBUSY;FBTYPE=FREE:20261104T100000Z/PT1H\nEND:VFREEBUSY"
        ],
        ["11-02 10:00 1h", "11-03 10:00 1h"],
    ),
    ("our own appointment", [event(NINE).replace("@elsewhere", "@careloop")], []),
    ("before the window", [event(NINE.replace("202611", "202511"))], []),
]  # fmt: skip


@pytest.mark.parametrize(("events", "found"), [row[1:] for row in SURE], ids=[row[0] for row in SURE])
def test_what_is_sure_is_busy(events: list[str], found: list[str]) -> None:
    assert busy(*events) == found


def test_days_are_those_of_the_zone_that_the_calendar_names() -> None:
    day = event("DTSTART;VALUE=DATE:20261110")

    assert busy(day, head="X-WR-TIMEZONE:Europe/Madrid") == ["11-09 23:00 24h"]
    assert busy(day, zone="America/Los_Angeles") == ["11-10 08:00 24h"]


def test_a_zone_that_the_calendar_explains_itself_is_taken() -> None:
    own = (
        "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0300\nTZOFFSETTO:-0300\n"
        "TZNAME:O\nEND:STANDARD\nEND:VTIMEZONE"
    )

    assert busy(own, event("DTSTART;TZID=Own:20261102T090000", "DURATION:PT1H")) == ["11-02 12:00 1h"]


def test_a_zone_that_a_calendar_explains_is_not_remembered_for_the_next() -> None:
    """Two offices may call their own clocks by the same name."""
    found = [
        busy(
            f"BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\n"
            f"TZOFFSETTO:{offset}\nTZNAME:O\nEND:STANDARD\nEND:VTIMEZONE",
            event("DTSTART;TZID=Office:20261102T090000", "DURATION:PT1H"),
        )
        for offset in ("-0500", "-0800")
    ]

    assert found == [["11-02 14:00 1h"], ["11-02 17:00 1h"]]


def test_a_time_that_reaches_over_the_window_is_cut() -> None:
    spans = read_busy(
        calendar(event("DTSTART:20260901T000000Z", "DTEND:20270901T000000Z")), zone=ZONE, since=SINCE, until=UNTIL
    )

    assert spans == (Span(SINCE, UNTIL),)


UNSURE = [
    ("every hour", [NINE, "RRULE:FREQ=HOURLY"], "busy_rule"),
    ("weeks by number", [NINE, "RRULE:FREQ=YEARLY;BYWEEKNO=20"], "busy_rule"),
    ("a day that never comes", [NINE, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"], "busy_rule"),
    ("every no days", [NINE, "RRULE:FREQ=DAILY;INTERVAL=0"], "busy_rule"),
    ("a rule of exceptions", [NINE, "EXRULE:FREQ=DAILY"], "busy_rule"),
    ("all from then on", [NINE, "RECURRENCE-ID;RANGE=THISANDFUTURE:20261103T140000Z"], "busy_rule"),
    ("every day since 1604", ["DTSTART;VALUE=DATE:16040101", "RRULE:FREQ=DAILY"], "busy_rule"),
    ("an unknown rule", [NINE, "RRULE:FREQ=NEVERLY"], "busy_broken"),
    ("a broken start", ["DTSTART:2026112"], "busy_broken"),
    ("two starts", [NINE, "DTSTART:20261102T090000Z"], "busy_broken"),
    ("no start", ["TRANSP:OPAQUE"], "busy_start"),
    ("an end before the start", ["DTSTART:20261102T090000Z", "DTEND:20261101T090000Z"], "busy_broken"),
    ("a zone that nobody knows", ["DTSTART;TZID=Nowhere/Land:20261102T090000"], "busy_zone"),
]


@pytest.mark.parametrize(("lines", "key"), [row[1:] for row in UNSURE], ids=[row[0] for row in UNSURE])
def test_what_is_not_sure_is_refused_with_its_place(lines: list[str], key: str) -> None:
    said, values = refusal(calendar(event(NINE, uid="fine"), event(*lines)))

    assert said == f"refusal.{key}"
    assert values["number"] == 2


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "busy_no_calendar"),
        (b"Name,Day\nAna,Monday\n", "busy_no_calendar"),
        (b"BEGIN:VCALENDAR\r\nX:\xff\xfe\r\nEND:VCALENDAR", "busy_not_text"),
        (calendar(event(NINE))[:-20], "busy_cut"),
        (calendar(event(NINE).replace("END:VEVENT", "")), "busy_unreadable"),
        (b"BEGIN:VCALENDAR" + b" " * MAX_BYTES, "busy_large"),
        (calendar(head="X-WR-TIMEZONE:Nowhere/Land"), "busy_own_zone"),
    ],
)
def test_what_is_no_whole_calendar_is_refused(data: bytes, key: str) -> None:
    assert refusal(data)[0] == f"refusal.{key}"


WHOLE = calendar(*[line for _name, events, _found in SURE for line in events]).decode()
ODD = (
    "", ":", ";", "=", "\n", "99999999T999999", "-1", "0", "00010101T000000", "99991231T235959Z", "P", "TZID=",
    "VALUE=DATE", "\u202e", "BEGIN:VEVENT", "END:VCALENDAR", "FREQ=", "COUNT=99999999999", "20261102", "PT-1H",
    "\r", "/", ",",
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.randoms(use_true_random=False))
def test_no_calendar_changed_or_cut_anywhere_does_more_than_refuse(chance: Random) -> None:
    text = WHOLE
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(ODD) + text[at + chance.choice((0, 1, 5, 40)) :]
    if not chance.randrange(5):
        text = text[: chance.randrange(len(text))] + "\r\nEND:VCALENDAR"
    try:
        spans = read_busy(text.encode(), zone=ZONE, since=SINCE, until=UNTIL)
    except NotBusyTimes:
        return
    assert all(SINCE <= one.start < one.end <= UNTIL for one in spans)
    assert list(spans) == sorted(spans, key=lambda one: (one.start, one.end))


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_being_refused(raw: bytes) -> None:
    for data in (raw, b"BEGIN:VCALENDAR\r\n" + raw + b"\r\nEND:VCALENDAR"):
        with suppress(NotBusyTimes):
            assert isinstance(read_busy(data, zone=ZONE, since=SINCE, until=UNTIL), tuple)
