"""The doors to every record. Behind each: right and relation checked, context set, log written.

A door opens the transaction, so nothing outside it may be open already in production; a refusal is
logged after the rollback, and "not there" and "not yours" are the same answer.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.db import transaction

from careloop.basics.refusals import NotFound, Refusal, WrongPatient
from careloop.facts.access import NOBODY, Acting, Right, Role
from careloop.facts.portal import LinkPurpose
from careloop.guard.again import again
from careloop.guard.audit import write_line
from careloop.guard.context import (
    begin_entering,
    begin_naming,
    clear_context,
    enter,
    find_place,
    list_entered,
    list_named,
    name_in_line,
    set_context,
)
from careloop.guard.errors import explain_constraint, strip_rows
from careloop.guard.grants import Reach, load_reach, load_relations
from careloop.guard.links import expect_live
from careloop.records.base import writing
from careloop.records.models import Amendment, Booking, Document, Loop, Patient, PatientLink, Referral, StrayReport
from careloop.rules.access import has_right, is_allowed, is_system_purpose, may_see_labels

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", Patient, Loop, Document, Amendment, Booking, Referral, StrayReport, PatientLink)
# A row that a door is about.
Row = Patient | Loop | Document | Amendment | Booking | Referral | StrayReport | PatientLink

DOORS: dict[str, tuple[str, Right]] = {}

_inside: ContextVar[str] = ContextVar("inside", default="")


@dataclass(frozen=True, slots=True)
class Shown(Generic[R]):
    """What a listing hands out, the patients who are on it, and what was asked: they go into the log."""

    value: R
    patient_ids: tuple[UUID, ...]
    asked: str = ""


@dataclass(slots=True)
class _Visit:
    """One passage through a door: what the log line will say."""

    what: str
    outcome: str
    key: object = ""
    patient_id: UUID | None = None
    patient_ids: tuple[UUID, ...] = ()
    is_silent: bool = False


@contextmanager
def _through(acting: Acting, visit: _Visit, *, write: bool) -> Iterator[None]:
    """Open transaction and context, log success inside it and anything else after the rollback."""
    if _inside.get():
        message = f"{visit.what} was called from inside {_inside.get()}: a door calls no other door"
        raise RuntimeError(message)
    token = _inside.set(visit.what)
    try:
        begin_naming()
        with transaction.atomic():
            set_context(acting)
            with writing() if write else nullcontext():
                yield
            if not visit.is_silent:
                write_line(
                    acting,
                    visit.what,
                    visit.outcome,
                    key=visit.key,
                    patient_id=visit.patient_id,
                    patient_ids=(*visit.patient_ids, *list_named()),
                )
            clear_context()
    except Exception as fault:
        known = fault if isinstance(fault, Refusal) else explain_constraint(fault)
        strip_rows(fault)
        _log_refusal(acting, visit, "refused" if known else "failed")
        if known is not None and known is not fault:
            raise known from None
        raise
    finally:
        _inside.reset(token)


def _log_refusal(acting: Acting, visit: _Visit, outcome: str) -> None:
    with transaction.atomic():
        write_line(acting, visit.what, outcome, key=visit.key, patient_id=visit.patient_id)


def _register(kind: str, needs: Right, do: Callable[..., object]) -> str:
    name = f"{do.__module__.removeprefix('careloop.')}.{do.__name__}"
    DOORS[name] = (kind, needs)
    return name


def _load(acting: Acting, needs: Right, about: type[T], key: UUID, *, lock: bool) -> T:
    """Return the row if it is there and this person may use this right on it.

    :raises NotFound: if not there or not theirs
    """
    if not has_right(acting, needs):
        raise NotFound
    # No key of a row ever changes: a weaker lock lets others go on writing rows that point to it.
    rows = about.objects.select_for_update(of=("self",), no_key=True) if lock else about.objects.all()
    row: T | None = rows.filter(pk=key).first()
    if row is None:
        raise NotFound
    relations, labels = load_relations(acting, _patient_of(row), row.unit_id)
    if not is_allowed(acting, needs, relations) or not may_see_labels(acting, row.label_mask, labels):
        raise NotFound
    return row


def load_beside(acting: Acting, needs: Right, key: UUID) -> Patient:
    """Return another patient inside a door, by the same checks as the row that the door is about.

    The line of the passage names the patient.

    :raises NotFound: if not there or not theirs
    """
    patient = _load(acting, needs, Patient, key, lock=False)
    name_in_line([key])
    return patient


def _enter_for_system(acting: Acting, about: type[T], keys: Sequence[UUID]) -> None:
    """A system purpose has no grants: it enters the context of exactly the rows that it names."""
    if acting.role is not Role.SYSTEM:
        return
    places = [place for place in (find_place(about._meta.db_table, key) for key in keys) if place is not None]
    enter(patients={p for p, _unit in places if p is not None}, units={unit for p, unit in places if p is None})


def _expect_shown(acting: Acting, rows: Sequence[Row]) -> None:
    """Refuse a form of one patient that came for another's row: somebody had two pages open.

    :raises WrongPatient: with whose form it was
    """
    if acting.about is not None and any((_patient_of(row) or NOBODY) != acting.about for row in rows):
        raise WrongPatient(acting.about)


def _patient_of(row: Row) -> UUID | None:
    return row.pk if isinstance(row, Patient) else row.patient_id


def action(
    needs: Right, about: type[T]
) -> Callable[[Callable[Concatenate[Acting, T, P], R]], Callable[Concatenate[Acting, UUID, P], R]]:
    """Make a function an action: callers pass a key, it gets the row, locked, and may write."""
    return _about_one("action", needs, about, lock=True, write=True, outcome="done")


def creating(
    needs: Right, about: type[T]
) -> Callable[[Callable[Concatenate[Acting, T, P], R]], Callable[Concatenate[Acting, UUID, P], R]]:
    """Make a function that adds a row about a patient: it gets the patient and may write."""
    return _about_one("creating", needs, about, lock=False, write=True, outcome="done")


def reading(
    needs: Right, about: type[T]
) -> Callable[[Callable[Concatenate[Acting, T, P], R]], Callable[Concatenate[Acting, UUID, P], R]]:
    """Make a function a reading of one row or one patient's page; nothing is changed."""
    return _about_one("reading", needs, about, lock=False, write=False, outcome="seen")


def by_link(
    needs: Right, *, purposes: Collection[LinkPurpose], write: bool = False
) -> Callable[[Callable[Concatenate[Acting, PatientLink, P], R]], Callable[Concatenate[Acting, UUID, P], R]]:
    """Make a function one that a patient, or a person of the circle, reaches with a link for one of these purposes.

    It is asked anew at every passage whether the link is live: what was ended opens nothing from that moment on.
    """

    def wrap(
        do: Callable[Concatenate[Acting, PatientLink, P], R],
    ) -> Callable[Concatenate[Acting, UUID, P], R]:
        @wraps(do)
        def live(acting: Acting, link: PatientLink, /, *args: P.args, **kwargs: P.kwargs) -> R:
            expect_live(acting, link, purposes)
            return do(acting, link, *args, **kwargs)

        outcome = "done" if write else "seen"
        return _about_one("by_link", needs, PatientLink, lock=write, write=write, outcome=outcome)(live)

    return wrap


def _about_one(
    kind: str, needs: Right, about: type[T], *, lock: bool, write: bool, outcome: str
) -> Callable[[Callable[Concatenate[Acting, T, P], R]], Callable[Concatenate[Acting, UUID, P], R]]:
    def wrap(do: Callable[Concatenate[Acting, T, P], R]) -> Callable[Concatenate[Acting, UUID, P], R]:
        name = _register(kind, needs, do)

        @wraps(do)
        def through(acting: Acting, key: UUID, /, *args: P.args, **kwargs: P.kwargs) -> R:
            visit = _Visit(name, outcome, key=key)
            with _through(acting, visit, write=write):
                _enter_for_system(acting, about, [key])
                row = _load(acting, needs, about, key, lock=lock)
                visit.patient_id = _patient_of(row)
                _expect_shown(acting, [row])
                return do(acting, row, *args, **kwargs)

        return again(through) if write else through

    return wrap


def batch(
    needs: Right, about: type[T]
) -> Callable[[Callable[Concatenate[Acting, Sequence[T], P], R]], Callable[Concatenate[Acting, Sequence[UUID], P], R]]:
    """Make a function change many rows in one decision: each is loaded, locked and checked, in key order."""

    def wrap(
        do: Callable[Concatenate[Acting, Sequence[T], P], R],
    ) -> Callable[Concatenate[Acting, Sequence[UUID], P], R]:
        name = _register("batch", needs, do)

        @wraps(do)
        def through(acting: Acting, keys: Sequence[UUID], /, *args: P.args, **kwargs: P.kwargs) -> R:
            visit = _Visit(name, "done", key=f"{len(keys)} rows")
            with _through(acting, visit, write=True):
                _enter_for_system(acting, about, keys)
                rows = [_load(acting, needs, about, key, lock=True) for key in sorted(set(keys))]
                _expect_shown(acting, rows)
                result = do(acting, rows, *args, **kwargs)
                for row in rows:
                    write_line(acting, name, "done", key=row.pk, patient_id=_patient_of(row))
                return result

        return again(through)

    return wrap


def listing(
    needs: Right,
) -> Callable[[Callable[Concatenate[Acting, Reach, P], Shown[R]]], Callable[Concatenate[Acting, P], R]]:
    """Make a function list many patients' rows; it gets the reach and repeats it in its own WHERE."""

    def wrap(do: Callable[Concatenate[Acting, Reach, P], Shown[R]]) -> Callable[Concatenate[Acting, P], R]:
        name = _register("listing", needs, do)

        @wraps(do)
        def through(acting: Acting, /, *args: P.args, **kwargs: P.kwargs) -> R:
            visit = _Visit(name, "seen")
            with _through(acting, visit, write=False):
                if not has_right(acting, needs):
                    raise NotFound
                shown = do(acting, load_reach(acting), *args, **kwargs)
                visit.patient_ids, visit.key = shown.patient_ids, shown.asked
                return shown.value

        return through

    return wrap


def finding(
    needs: Right,
) -> Callable[[Callable[Concatenate[Acting, P], Shown[R]]], Callable[Concatenate[Acting, P], R]]:
    """Make a function search among people one may not yet see: at most ten hits, all logged."""

    def wrap(do: Callable[Concatenate[Acting, P], Shown[R]]) -> Callable[Concatenate[Acting, P], R]:
        name = _register("finding", needs, do)

        @wraps(do)
        def through(acting: Acting, /, *args: P.args, **kwargs: P.kwargs) -> R:
            visit = _Visit(name, "seen")
            with _through(acting, visit, write=False):
                if not has_right(acting, needs):
                    raise NotFound
                shown = do(acting, *args, **kwargs)
                visit.patient_ids, visit.key = shown.patient_ids, shown.asked
                return shown.value

        return through

    return wrap


def arriving(do: Callable[P, R]) -> Callable[P, R]:
    """Make a function tell who is at the keyboard: before anybody acts, so without a right and without a log."""
    _register("arriving", Right.SELF_READ, do)
    return do


def managing(
    needs: Right, *, write: bool = True, leaves_line: bool = True
) -> Callable[[Callable[Concatenate[Acting, P], R]], Callable[Concatenate[Acting, P], R]]:
    """Make a function look at or change what belongs to no patient: people, teams, cover, system health.

    Numbers that stand on every page and name nobody leave no line (``leaves_line``): the page beside them does.
    """
    return _without_row("managing", needs, write=write, leaves_line=leaves_line)


def unattended(
    needs: Right, *, leaves_line: bool = True
) -> Callable[[Callable[Concatenate[Acting, P], R]], Callable[Concatenate[Acting, P], R]]:
    """Make a function run for a named system purpose; it enters the context of the patients it works on.

    Its line names them. A round in which nothing was due (a false result) leaves no line, nor does work
    that is its own record (``leaves_line``).
    """
    return _without_row("unattended", needs, write=True, system=True, leaves_line=leaves_line)


def intake(
    needs: Right,
) -> Callable[[Callable[Concatenate[Acting, P], R]], Callable[Concatenate[Acting, P], R]]:
    """Make a function take in one bundle or message from outside, in one transaction."""
    return _without_row("intake", needs, write=True, system=True)


def _without_row(
    kind: str, needs: Right, *, write: bool, system: bool = False, leaves_line: bool = True
) -> Callable[[Callable[Concatenate[Acting, P], R]], Callable[Concatenate[Acting, P], R]]:
    def wrap(do: Callable[Concatenate[Acting, P], R]) -> Callable[Concatenate[Acting, P], R]:
        name = _register(kind, needs, do)

        @wraps(do)
        def through(acting: Acting, /, *args: P.args, **kwargs: P.kwargs) -> R:
            visit = _Visit(name, "done" if write else "seen")
            with _through(acting, visit, write=write):
                if not has_right(acting, needs) or (system and not is_system_purpose(acting.purpose)):
                    raise NotFound
                begin_entering()
                result = do(acting, *args, **kwargs)
                visit.is_silent = not leaves_line or (kind == "unattended" and not result)
                if system:
                    visit.patient_ids = list_entered()
                return result

        # What runs unattended is done in its next round; some of it reaches outward and is never repeated blindly.
        return through if kind == "unattended" else again(through)

    return wrap
