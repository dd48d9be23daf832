"""Messages are sent while somebody takes back what they rest on: a consent, a life, the time of a visit. None is wrong.

What the doors send to the database is written down once, of one message, and sent of every other, on many connections:
who sends claims the next message, looks at it once more, hands it over and keeps that it went; who stops does so at
that moment. Wrong is what the gateway took after the stop had been committed. In the control nobody looks once more.
"""

import multiprocessing
import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure

from bench.common import Figures, Watch, note, own_server, read_machine
from bench.sending_clinic import AT, DANA, KINDS, fill_house, fill_messages, id_of

RACES = {"full": 100_000, "small": 2_000}
CONTROL = {"full": 5_000, "small": 1_000}
STOPS = ("revocation", "death", "reschedule")
# Of each process: so many who send, and as many who stop.
PAIRS = 3
PROCESSES = min(2 * (os.cpu_count() or 1), 8)
# What a gateway takes to answer, and how much later than the claim somebody stops, at most, in seconds.
ANSWERS, LATER = 0.002, 0.006
# The doors are written down of two messages: what differs between them is what belongs to the message.
TEMPLATES = 2

# Values are written without dashes.
BARE_UUID = re.compile(r"(?<![0-9a-f])([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})(?![0-9a-f])")
UUID_IN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def main(*, scale: str, keep: Path | None) -> int:
    """Race each stop against sending; return the exit code. Nothing is kept: what was sent stays sent."""
    figures = Figures("send_races")
    figures.tell("machine", **read_machine())
    with own_server(keep) as home:
        from django.db import connection

        from careloop.postgres.server import ensure_running

        server, first = ensure_running(home), 0
        with psycopg.connect(server.url("super"), autocommit=True) as owner:
            fill_house(owner)
            for stop in STOPS:
                for races, looks in ((RACES[scale], True), (CONTROL[scale], False)):
                    fill_messages(owner, first, races + TEMPLATES)
                    script = _write_script(connection, stop, first)
                    connection.close()
                    _judge(figures, stop, _race(server.url("app"), (first, races), script, looks=looks), looks=looks)
                    if looks:
                        _count(figures, stop, owner, first)
                    first += races + TEMPLATES
    return figures.exit_code()


@dataclass(frozen=True, slots=True)
class _Ran:
    """When the gateway took each message and when each was stopped, in nanoseconds of one clock; 0 is never."""

    took: list[int]
    stopped: list[int]
    faults: Counter[str]
    seconds: float
    busy: float


def _judge(figures: Figures, stop: str, ran: _Ran, *, looks: bool) -> None:
    wrong = sum(stopped > 0 and took > stopped for took, stopped in zip(ran.took, ran.stopped, strict=True))
    about = {"races": len(ran.took), "seconds": round(ran.seconds), "machine_busy_seconds": round(ran.busy),
             "went": sum(map(bool, ran.took)), "stopped": sum(map(bool, ran.stopped))}  # fmt: skip
    note(f"{stop}: {len(ran.took)} raced in {ran.seconds:.0f} s")
    if looks:
        figures.judge(f"{stop}: wrong", wrong, at_most=0, **about)
    else:
        figures.judge(f"{stop}, control without the second look: wrong", wrong, at_least=1, **about)
    figures.judge(f"{stop}{'' if looks else ', control'}: errors", sum(ran.faults.values()), at_most=0, **ran.faults)


def _count(figures: Figures, stop: str, link: "psycopg.Connection[tuple[object, ...]]", first: int) -> None:
    """Judge that it was a race: some were stopped before the claim, some only seen at the second look, some went."""
    found = link.execute(
        "SELECT count(*) FILTER (WHERE state = 'sent'),"
        " count(*) FILTER (WHERE state = 'withdrawn' AND attempts = 0),"
        " count(*) FILTER (WHERE state = 'withdrawn' AND attempts > 0) FROM outbox WHERE id >= %s",
        [id_of("outbox", first + TEMPLATES)],
    ).fetchone()
    assert found is not None
    sent, at_claim, late = map(int, map(str, found))
    figures.judge(f"{stop}: seen at the second look alone", late, at_least=1, seen_at_claim=at_claim, sent=sent)


@dataclass(frozen=True, slots=True)
class _Script:
    """What the doors send about the first message, each part in one piece, as the application has it.

    ``look`` ends with the second look, ``keep`` follows it in the same transaction. ``fresh`` are ids that are made
    anew each time.
    """

    base: int
    claim: str
    look: str
    keep: str
    stop: str
    fresh: tuple[str, ...]

    def write(self, part: str, number: int, **words: object) -> str:
        """Return a part as it is about another message; ``words`` stand for the marks in it."""
        text = str(getattr(self, part))
        for kind in KINDS:
            text = text.replace(str(id_of(kind, self.base)), str(id_of(kind, number)))
        for key in self.fresh:
            text = text.replace(key, str(uuid4()))
        for name, value in words.items():
            text = text.replace(f"<{name}>", str(value))
        return text


def _write_script(link: Any, stop: str, base: int) -> _Script:  # noqa: ANN401
    """Send two messages and stop them, and write down what the doors said; what differs belongs to the message."""
    from careloop.worklist.outbox_sent import KEEP

    told: list[dict[str, list[str]]] = []
    for number in (base, base + 1):
        parts = {"claim": _hear(link, _claim)}
        parts["hand"] = _hear(link, partial(_hand, number))
        parts["stop"] = _hear(link, partial(STOPPING[stop], number))
        told.append(parts)
    first, second = (["; ".join(one[part]) for part in ("claim", "hand", "stop")] for one in told)
    fresh = []
    for here, there in zip(first, second, strict=True):
        ids, others = UUID_IN.findall(here), UUID_IN.findall(there)
        assert len(ids) == len(others), "the doors send different things about different messages"
        fresh += [a for a, b in zip(ids, others, strict=True) if a != b and not _is_known(a, base)]
    hand = told[0]["hand"]
    (looks,) = [n for n, sql in enumerate(hand) if "recheck_outbox" in sql]
    (keeps,) = [n for n, sql in enumerate(hand) if sql.startswith("UPDATE outbox o")]
    hand[looks] = f"SELECT id, patient_id, state FROM recheck_outbox(ARRAY['<key>'::uuid], ARRAY[<token>], '{AT}')"
    hand[keeps] = str(
        link.connection.cursor().mogrify(
            KEEP, ["sent", AT, AT, ["<key>"], ["<token>"], ["<reference>"], [""]]
        )
    )  # fmt: skip
    return _Script(
        base=base,
        claim="BEGIN; " + first[0] + "; COMMIT",
        look="BEGIN; " + "; ".join(hand[: looks + 1]),
        keep="; ".join(hand[looks + 1 :]) + "; COMMIT",
        stop="BEGIN; " + first[2] + "; COMMIT",
        fresh=tuple(dict.fromkeys(fresh)),
    )


def _is_known(key: str, number: int) -> bool:
    return any(key == str(id_of(kind, number)) for kind in KINDS)


def _hear(link: Any, do: Callable[[], object]) -> list[str]:  # noqa: ANN401
    """Return what a door sends, with its values."""
    seen: list[str] = []

    def keep_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
        if "SAVEPOINT" not in sql:
            with link.connection.cursor() as cursor:
                seen.append(BARE_UUID.sub(r"\1-\2-\3-\4-\5", str(cursor.mogrify(sql, params))))
        return execute(sql, params, many, context)

    link.ensure_connection()
    with link.execute_wrapper(keep_statement):
        do()
    return seen


def _claim() -> None:
    from careloop.actions.outbox_sending import claim_due

    claimed = claim_due(_system(), how_many=1)
    assert claimed is not None
    _claimed[:] = claimed.keys


def _hand(number: int) -> None:
    from careloop.actions.outbox_sending import hand_over
    from careloop.facts.outbox import Handed, Went

    assert [key for key, _token in _claimed] == [id_of("outbox", number)]
    hand_over(_system(), _claimed, lambda parcels: [Handed(Went.SENT, one.key) for one in parcels])


def _revoke(number: int) -> None:
    from careloop.actions.consents import take_back

    take_back(_dana(), id_of("patient", number), member_id=id_of("member", number), reason="No more")


def _die(number: int) -> None:
    """Write a death down as an import does: what was open about them is closed in the same transaction."""
    from django.db import connection, transaction

    from careloop.guard.context import enter, set_context
    from careloop.records.base import writing
    from careloop.records.models import Patient
    from careloop.worklist.death import close_for_death

    key = id_of("patient", number)
    with transaction.atomic(), writing(), connection.cursor() as cursor:
        set_context(_system())
        enter(patients=[key])
        cursor.execute("UPDATE patient SET is_dead = true, died_at = %s WHERE id = %s", [AT, key])
        close_for_death(_system(), Patient.objects.get(pk=key))


def _move(number: int) -> None:
    """Give the time of the visit back: what moving a visit does to the one that was told."""
    from careloop.actions.scheduling import cancel_visit
    from careloop.facts.scheduling import CancelledBy, CancelReason

    booking = id_of("booking", number)
    cancel_visit(_dana(), booking, version=1, by=CancelledBy.PATIENT, reason=CancelReason.OTHER, note="Another day")


STOPPING: dict[str, Callable[[int], None]] = {"revocation": _revoke, "death": _die, "reschedule": _move}
_claimed: list[tuple[UUID, int]] = []


def _system() -> Any:  # noqa: ANN401
    from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role

    return Acting(SYSTEM_ID, Role.SYSTEM, AT, Purpose.SWEEP)


def _dana() -> Any:  # noqa: ANN401
    from careloop.facts.access import Acting, Purpose, Role

    return Acting(DANA, Role.COORDINATOR, AT, Purpose.TREATMENT)


def _race(url: str, which: tuple[int, int], script: _Script, *, looks: bool) -> _Ran:
    """Let every process send and stop until each message has been stopped and none is left to send."""
    first, races = which
    context = multiprocessing.get_context("spawn")
    took, stopped = (context.Array("q", races, lock=False) for _ in range(2))
    taken, ready = context.Value("q", 0), context.Barrier(PROCESSES)
    watch = Watch()
    with context.Pool(PROCESSES, _begin, (took, stopped, taken, ready)) as pool:
        asked = [(url, (first + TEMPLATES, races), script, looks)] * PROCESSES
        faults = pool.starmap(_run_pairs, asked, chunksize=1)
    whole: Counter[str] = Counter()
    for some in faults:
        whole.update(some)
    return _Ran(list(took), list(stopped), whole, watch.wall(), watch.busy())


_took: Any
_stopped: Any
_taken: Any
_ready: Barrier


def _begin(took: Any, stopped: Any, taken: Any, ready: Barrier) -> None:  # noqa: ANN401
    """Remember in a new process what all share: when each was taken and stopped, the next to stop, and the start."""
    global _took, _stopped, _taken, _ready
    _took, _stopped, _taken, _ready = took, stopped, taken, ready


def _run_pairs(url: str, which: tuple[int, int], script: _Script, looks: bool) -> Counter[str]:
    faults: Counter[str] = Counter()
    threads = []
    for _ in range(PAIRS):
        step = threading.Barrier(2)
        given = (url, which, script, faults, step)
        racers = (_Sender(*given, looks=looks), _Stopper(*given))
        threads += [threading.Thread(target=one.run) for one in racers]
    _ready.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


class _Racer:
    """One connection, that goes step by step with another."""

    def __init__(
        self, url: str, which: tuple[int, int], script: _Script, faults: Counter[str], step: threading.Barrier
    ) -> None:
        self.first, self.races = which
        self.script, self.faults, self.step = script, faults, step
        self.link = psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor)

    def say(self, text: str) -> list[list[tuple[Any, ...]]]:
        """Send a piece and return its answers; if others stood in the way, once more, as a door does."""
        while True:
            try:
                cursor = self.link.execute(text)  # type: ignore[call-overload]
            except (DeadlockDetected, SerializationFailure):
                self.link.execute("ROLLBACK")
                continue
            answers = []
            while True:
                answers.append(cursor.fetchall() if cursor.description else [])
                if not cursor.nextset():
                    return answers

    def fail(self, fault: psycopg.Error) -> None:
        """Count an error that nobody expected, and end the transaction."""
        self.faults[f"{type(self).__name__} {fault.sqlstate} {fault.diag.constraint_name or ''}".strip()] += 1
        self.link.execute("ROLLBACK")


class _Stopper(_Racer):
    """Stops one message after the other."""

    def run(self) -> None:
        """Stop until none is left; note when each stop was done."""
        while (turn := _take()) < self.races:
            self.step.wait()
            time.sleep(random.uniform(0, LATER))  # noqa: S311
            try:
                self.say(self.script.write("stop", self.first + turn))
            except psycopg.Error as fault:
                self.fail(fault)
            else:
                _stopped[turn] = time.monotonic_ns()
        self.step.abort()


class _Sender(_Racer):
    """Claims the next message, looks, hands over and keeps."""

    def __init__(self, *given: Any, looks: bool) -> None:  # noqa: ANN401
        super().__init__(*given)
        self.looks = looks

    def run(self) -> None:
        """Send as long as the other stops, and then what is left."""
        with suppress(threading.BrokenBarrierError):
            while True:
                self.step.wait()
                self.send_one()
        while self.send_one():
            pass

    def send_one(self) -> bool:
        """Send what is claimed next; tell whether there was anything."""
        try:
            answers = self.say(self.script.write("claim", self.script.base))
            # The claim alone answers with a token.
            (rows,) = [some for some in answers if some and isinstance(some[0][-1], int)]
        except ValueError:
            return False
        except psycopg.Error as fault:
            self.fail(fault)
            return True
        key, _patient, _unit, state, token = rows[0]
        if state == "claimed":
            try:
                self.hand_over(key, token)
            except psycopg.Error as fault:
                self.fail(fault)
        return True

    def hand_over(self, key: UUID, token: int) -> None:
        """Look once more and hand over; in the control nobody looks, and nothing is kept."""
        number = key.int & ((1 << 48) - 1)
        words = {"key": key, "token": token, "reference": f"SM{number}"}
        if self.looks:
            *_before, seen = self.say(self.script.write("look", number, **words))
            if not seen or seen[0][2] != "claimed":
                self.link.execute("COMMIT")
                return
        time.sleep(ANSWERS)
        _took[number - self.first] = time.monotonic_ns()
        if self.looks:
            self.say(self.script.write("keep", number, **words))


def _take() -> int:
    with _taken.get_lock():
        _taken.value += 1
        return int(_taken.value) - 1
