"""The planner over invented clinics: against a desk that gives out the first free time, and against the solver's bound.

Weighted days: for each patient the weight times the days until all steps are done; who finds no place counts as done on
the first day after the window, which is kind to the desk. Every plan is held against every rule.
"""

import statistics
import time
from pathlib import Path

from bench.clinics import first_available, make_clinic
from bench.common import Figures, read_machine
from careloop.facts.itineraries import Journey, Plan
from careloop.jobs.planning import improve
from careloop.rules.planning.keep import find_broken_together
from careloop.rules.planning.many import Placement, plan_many
from careloop.rules.planning.propose import propose

INSTANCES = {"full": 40, "small": 4}
SOLVED = {"full": (8, 60.0), "small": (1, 5.0)}
# The first day after two working weeks from Monday to Friday.
AFTER_WINDOW = 13
SECONDS = 1.0
SAVED = 0.20


def main(*, scale: str, keep: Path | None) -> int:
    """Plan every instance both ways and some with the solver; return the exit code. No database is needed."""
    del keep
    figures = Figures("planner")
    figures.tell("machine", **read_machine())
    clinics = [make_clinic(seed) for seed in range(INSTANCES[scale])]
    desk = [first_available(clinic) for clinic in clinics]
    took, ours = [], []
    for clinic in clinics:
        began = time.process_time()
        ours.append(plan_many(clinic))
        took.append(time.process_time() - began)
    broken = sum(len(find_broken_together(one.plans)) for one in (*ours, *desk))
    figures.judge("broken rules", broken, at_most=0, instances=len(clinics))
    before, after = (sum(_days(c, p) for c, p in zip(clinics, some, strict=True)) for some in (desk, ours))
    figures.judge("weighted days saved", 1 - after / before, at_least=SAVED, desk=before, planner=after)
    figures.judge(
        "trips a placed patient, of the desk's", _trips(ours) / _trips(desk), at_most=1.0,
        desk=round(_trips(desk), 3), planner=round(_trips(ours), 3),
    )  # fmt: skip
    figures.tell("left out", desk=sum(len(p.unplaced) for p in desk), planner=sum(len(p.unplaced) for p in ours))
    figures.judge("processor seconds for 40 patients, p95", _p95(took), at_most=SECONDS,
                  median=round(statistics.median(took), 3))  # fmt: skip
    _tell_single(figures, clinics)
    _tell_solver(figures, scale, clinics, ours)
    return figures.exit_code()


def _tell_single(figures: Figures, clinics: list[list[Journey]]) -> None:
    """Three plans for one patient, as the page asks for them."""
    took, wrong = [], 0
    for journey in (one for clinic in clinics[:10] for one in clinic[:10]):
        began = time.process_time()
        plans: tuple[Plan, ...] = propose(journey).plans
        took.append(time.process_time() - began)
        wrong += sum(len(find_broken_together([(journey, plan)])) for plan in plans)
    figures.judge("broken rules in plans for one", wrong, at_most=0, patients=len(took))
    figures.judge("processor seconds for one patient, p95", _p95(took), at_most=SECONDS,
                  median=round(statistics.median(took), 4))  # fmt: skip


def _tell_solver(figures: Figures, scale: str, clinics: list[list[Journey]], ours: list[Placement]) -> None:
    """How far from the best possible, as the solver proves it, and whether it places anybody whom we left out."""
    count, seconds = SOLVED[scale]
    left_out = 0
    for seed in range(count):
        better = improve(clinics[seed], ours[seed], seconds=seconds, workers=2)
        left_out += len(ours[seed].unplaced) - len(better.placement.unplaced)
        figures.tell(
            "solver", seed=seed, seconds=seconds, planner=ours[seed].cost, solver=better.placement.cost,
            off_percent=better.off_percent,
        )  # fmt: skip
    figures.judge("left out whom the solver places", left_out, at_most=0, instances=count)


def _days(clinic: list[Journey], placement: Placement) -> int:
    return placement.cost + AFTER_WINDOW * sum(one.weight for one in clinic if one.key in placement.unplaced)


def _trips(placements: list[Placement]) -> float:
    return sum(one.trips for one in placements) / sum(len(one.plans) for one in placements)


def _p95(took: list[float]) -> float:
    return sorted(took)[max(0, round(0.95 * len(took)) - 1)]
