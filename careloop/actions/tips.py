"""What worked is written down for the next one, helped somebody too, or is withdrawn."""

from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.tips import TipAbout
from careloop.guard.doors import managing
from careloop.records.models import Tip, TipHelp
from careloop.rules.access import has_right
from careloop.rules.tips import MOST_WORDS, find_clues, good_until
from careloop.worklist.tips import find_telling, is_thing, tip_days, today_of

LONGEST_KEY = 100


@managing(needs=Right.LOOP_WRITE)
def write_tip(acting: Acting, *, about: TipAbout, key: str, words: str) -> UUID:
    """Write a note on an entry, a payer, words for patients, a kind of visit or of loop; return it.

    It holds for the default number of days, and longer each time it helps somebody.

    :raises NotFound: if there is no such thing
    :raises Refusal: if nothing is said, it is too long, or it could tell who a patient is
    """
    said = " ".join(words.replace("\x00", "").split())
    named = " ".join(key.replace("\x00", "").split())[:LONGEST_KEY]
    if not said:
        raise Refusal(Say("refusal.tip_empty"))
    if len(said) > MOST_WORDS:
        raise Refusal(Say("refusal.note_too_long", count=MOST_WORDS))
    if not is_thing(about, named):
        raise NotFound
    today = today_of(acting)
    if telling := find_telling(find_clues(said), today):
        raise Refusal(Say(f"refusal.tip_{telling}"))
    tip = Tip(
        id=new_id(acting.at), about=str(about), about_key=named, words=said, author_id=acting.person_id,
        made_at=acting.at, good_until=good_until(today, tip_days(today)),
    )  # fmt: skip
    tip.save(force_insert=True)
    return UUID(str(tip.pk))


@managing(needs=Right.LOOP_WRITE)
def note_helped(acting: Acting, *, tip_id: UUID) -> None:
    """Say that a note helped oneself too: it counts once, and holds longer from today.

    :raises NotFound: if there is none, or it was withdrawn
    """
    tip = _lock(tip_id)
    _row, is_new = TipHelp.objects.get_or_create(tip=tip, person_id=acting.person_id, defaults={"at": acting.at})
    today = today_of(acting)
    until = good_until(today, tip_days(today))
    if is_new and tip.author_id != acting.person_id and until > tip.good_until:
        tip.good_until = until
        tip.save()


@managing(needs=Right.LOOP_WRITE)
def withdraw_tip(acting: Acting, *, tip_id: UUID) -> None:
    """Withdraw a note: its author, or a supervisor. It is kept, and shown no longer.

    :raises NotFound: if there is none, it was withdrawn, or it is somebody else's
    """
    tip = _lock(tip_id)
    if tip.author_id != acting.person_id and not has_right(acting, Right.CASELOAD_WRITE):
        raise NotFound
    tip.withdrawn_at, tip.withdrawn_by_id = acting.at, acting.person_id
    tip.save()


def _lock(tip_id: UUID) -> Tip:
    tip: Tip | None = Tip.objects.select_for_update(of=("self",)).filter(pk=tip_id, withdrawn_at=None).first()
    if tip is None:
        raise NotFound
    return tip
