"""Notes on what worked, as they are kept and looked at: what they are about, what they may not say, what they show."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q

from careloop.catalog.covering import TIP, load_covering
from careloop.catalog.messages import load_messages
from careloop.facts.access import Acting, Right
from careloop.facts.tips import BriefTip, Clues, Telling, Tip, TipAbout, TipsBox
from careloop.facts.worklist import LoopKind
from careloop.records.models import DirectoryEntry, PatientIdentifier, TipHelp, VisitType
from careloop.records.models import Tip as TipRow
from careloop.rules.access import has_right
from careloop.rules.defaults import value_on
from careloop.rules.tips import may_be_birth
from careloop.worklist.settle import clinic_zone

SHOWN = 20


def today_of(acting: Acting) -> date:
    """Return the clinic's day."""
    return acting.at.astimezone(ZoneInfo(clinic_zone())).date()


def tip_days(on: date) -> int:
    """Return for how many days a note holds, by the default that holds on a day."""
    return value_on(load_covering()[TIP], on)


def find_telling(clues: Clues, today: date) -> Telling | None:
    """Return what in a note could tell who a patient is, among those in reach; None if nothing does.

    A telephone may stand in it if it is one of the directory; a date of the past may not.
    """
    if may_be_birth(clues.dates, today):
        return Telling.DATE
    if any(one not in _known_phones() for one in clues.phones):
        return Telling.PHONE
    if PatientIdentifier.objects.filter(value__in=list(clues.numbers)).exists():
        return Telling.NUMBER
    return Telling.NAME if _names_somebody(clues.names) else None


def list_tips(acting: Acting, asked: Q, most: int = SHOWN, *, old_too: bool = False) -> tuple[Tip, ...]:
    """Return notes that were not withdrawn, those that hold and helped most first; those out of date if asked for."""
    today = today_of(acting)
    rows = TipRow.objects.filter(asked, withdrawn_at=None)
    if not old_too:
        rows = rows.filter(good_until__gte=today)
    counted = rows.annotate(helped=Count("tiphelp")).select_related("author")
    latest = counted.order_by("-made_at", "-id")[: most * 5]
    found = sorted(latest, key=lambda one: (one.good_until < today, -one.helped))
    found = found[:most]
    mine = set(
        TipHelp.objects.filter(tip__in=[one.pk for one in found], person_id=acting.person_id).values_list(
            "tip_id", flat=True
        )
    )
    names = name_things((TipAbout(one.about), one.about_key) for one in found)
    leads = has_right(acting, Right.CASELOAD_WRITE)
    return tuple(
        Tip(
            id=one.pk,
            about=TipAbout(one.about),
            about_name=names.get((TipAbout(one.about), one.about_key), one.about_key),
            words=one.words,
            author=one.author.name,
            made_at=one.made_at,
            good_until=one.good_until,
            is_old=one.good_until < today,
            helped=one.helped,
            helped_me=one.pk in mine,
            may_withdraw=leads or one.author_id == acting.person_id,
        )
        for one in found
    )


def make_box(
    acting: Acting, about: TipAbout, key: str, also: Mapping[TipAbout, Sequence[str]] | None = None
) -> TipsBox:
    """Return the notes on one thing, with those on what goes along (``also``), for the page that shows it."""
    asked = Q(about=str(about), about_key=key)
    for kind, keys in (also or {}).items():
        asked |= Q(about=str(kind), about_key__in=list(keys))
    return TipsBox(about, key, list_tips(acting, asked), has_right(acting, Right.LOOP_WRITE))


def list_brief(acting: Acting, about: TipAbout, keys: Iterable[str], most: int = SHOWN) -> tuple[BriefTip, ...]:
    """Return the notes that hold on things to choose from, those that helped most first: two statements."""
    asked = Q(about=str(about), about_key__in=list(keys), withdrawn_at=None, good_until__gte=today_of(acting))
    rows = TipRow.objects.filter(asked).annotate(helped=Count("tiphelp")).order_by("-helped", "-made_at", "-id")[:most]
    shown = rows.values_list("about_key", "words", "author__name", "helped")
    return tuple(BriefTip(key, words, author, helped) for key, words, author, helped in shown)


def count_tips(acting: Acting, things: Mapping[UUID, Sequence[str]]) -> Counter[UUID]:
    """Return how many notes hold on entries, with those on their payers (``things``): as their own pages show them."""
    payers = {name for names in things.values() for name in names}
    asked = Q(about=str(TipAbout.ENTRY), about_key__in=[str(key) for key in things])
    asked |= Q(about=str(TipAbout.PAYER), about_key__in=list(payers))
    rows = TipRow.objects.filter(asked, withdrawn_at=None, good_until__gte=today_of(acting))
    held = Counter(rows.values_list("about", "about_key"))
    return Counter({
        key: held[str(TipAbout.ENTRY), str(key)] + sum(held[str(TipAbout.PAYER), name] for name in set(names))
        for key, names in things.items()
    })  # fmt: skip


def name_things(things: Iterable[tuple[TipAbout, str]]) -> dict[tuple[TipAbout, str], str]:
    """Return the names of entries and kinds of visits; the others are named by their key."""
    keys: dict[TipAbout, set[str]] = {}
    for about, key in things:
        keys.setdefault(about, set()).add(key)
    named = {}
    entries = [UUID(key) for key in keys.get(TipAbout.ENTRY, ())]
    for pk, name in DirectoryEntry.objects.filter(pk__in=entries).values_list("pk", "name") if entries else ():
        named[TipAbout.ENTRY, str(pk)] = name
    kinds = keys.get(TipAbout.VISIT_TYPE, ())
    for pk, name in VisitType.objects.filter(pk__in=list(kinds)).values_list("pk", "name") if kinds else ():
        named[TipAbout.VISIT_TYPE, str(pk)] = name
    return named


def is_thing(about: TipAbout, key: str) -> bool:
    """Tell whether there is such a thing to write a note on."""
    if about is TipAbout.PAYER:
        return bool(key)
    if about is TipAbout.MESSAGE:
        return key in load_messages()
    if about is TipAbout.LOOP_KIND:
        return key in set(LoopKind)
    try:
        return bool(name_things([(about, key)]))
    except ValueError:
        return False


def _known_phones() -> set[str]:
    rows = DirectoryEntry.objects.exclude(phone="", fax="").values_list("phone", "fax")
    whole = {re.sub(r"\D", "", one) for row in rows for one in row}
    return whole | {one[-10:] for one in whole if len(one) > 10} | {f"1{one}" for one in whole if len(one) == 10}


def _names_somebody(pairs: Sequence[str]) -> bool:
    if not pairs:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM patient p WHERE p.name_key = ANY(%s)) OR EXISTS (SELECT FROM unnest(%s::text[])"
            " AS k (pair) JOIN patient p ON p.name_key >= k.pair || ' ' COLLATE \"C\""
            " AND p.name_key < k.pair || '!' COLLATE \"C\")",
            [list(pairs), list(pairs)],
        )
        return bool(cursor.fetchone()[0])
