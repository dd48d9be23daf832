"""Referrals at a million: the list, the board, what is closed and the figures, against their SQL and a small clinic."""

from functools import partial
from pathlib import Path

import psycopg

from bench.board_clinic import count_open, fill_board, plan_board
from bench.common import Figures, note, own_server, read_machine
from bench.databases import open_databases
from bench.doors import Do, acting_as, measure_door

REFERRALS = {"full": 1_000_000, "small": 20_000}
SMALL = 10_000
OTHER = "careloop_small"


def main(*, scale: str, keep: Path | None) -> int:
    """Measure the doors behind the pages of referrals for a coordinator and a supervisor; return the exit code."""
    figures = Figures("boards")
    figures.tell("machine", **read_machine())
    with own_server(keep) as home:
        from careloop.postgres.server import ensure_running

        links, server = open_databases(home, OTHER), ensure_running(home)
        clinics = {"careloop": plan_board(REFERRALS[scale]), OTHER: plan_board(SMALL)}
        for name, clinic in clinics.items():
            note(f"{name}: {clinic.patients} referrals")
            with psycopg.connect(server.url("super", name)) as link:
                fill_board(link, clinic)
                open_ones = count_open(link, clinic.coordinator)
            figures.tell("clinic", referrals=clinic.patients, teams=clinic.units, open_of_team=open_ones)
        for who in ("coordinator", "supervisor"):
            places = [(links[name], acting_as(who, clinic)) for name, clinic in clinics.items()]
            for page, do in _find_doors().items():
                measure_door(figures, f"{who}: {page}", do, places)
    return figures.exit_code()


def _find_doors() -> dict[str, Do]:
    """Return the doors as the pages open them."""
    from careloop.facts.referrals import ReferralFilter
    from careloop.reads.referral_work import get_referral_report
    from careloop.reads.referrals import BOARD, list_referrals

    return {
        "list": list_referrals,
        "board": partial(list_referrals, how_many=BOARD),
        "one specialty": partial(list_referrals, asked=ReferralFilter(specialty="eyes")),
        "closed ones": partial(list_referrals, asked=ReferralFilter(is_closed=True)),
        "figures": get_referral_report,
    }
