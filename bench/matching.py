"""Matching over invented pairs of records: how many strangers it links (none), and how many of the same it finds.

Of each verdict: precision, how many that got it are what it says (linked and asked: one person; left apart: two), and
recall, how many of those whom it is meant for got it. Nobody knows these people: they are made by ``bench.pairs``.
"""

import resource
import time
from pathlib import Path

from bench.common import Figures, read_machine
from bench.pairs import KINDS, make_pairs
from careloop.facts.matching import Verdict
from careloop.rules.matching import compare

COUNTS = {"full": 1_000_000, "small": 20_000}
SEED = 20261120
# What is linked of the same people whose records share a strong identifier. The rest is asked.
AT_LEAST_RECALL = 0.75


def main(*, scale: str, keep: Path | None) -> int:
    """Compare the pairs, count verdicts by kind; return the exit code. No database is needed."""
    del keep
    figures = Figures("matching")
    figures.tell("machine", **read_machine())
    counts = {kind: dict.fromkeys((*map(str, Verdict), "strong"), 0) for kind in KINDS}
    spent = 0.0
    for pair in make_pairs(COUNTS[scale], SEED):
        began = time.process_time()
        result = compare(pair.one, pair.other)
        spent += time.process_time() - began
        counts[pair.kind][str(result.verdict)] += 1
        counts[pair.kind]["strong"] += result.is_strong
    for kind, found in counts.items():
        figures.tell("verdicts", kind=kind, **found)
    for verdict in Verdict:
        figures.tell(f"verdict {verdict}", **_measure(counts, verdict))
    false = sum(found[str(Verdict.SAME)] for kind, found in counts.items() if kind != "same")
    same = counts["same"]
    figures.judge("strangers linked", false, at_most=0, pairs=COUNTS[scale], seed=SEED)
    figures.judge("linked of the same with a shared strong identifier", same["same"] / same["strong"],
                  at_least=AT_LEAST_RECALL)  # fmt: skip
    whole = _sum(same)
    figures.tell("of all the same", linked=round(same["same"] / whole, 4), asked=round(same["ask"] / whole, 4))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures.tell("cost", microseconds_a_pair=round(spent / COUNTS[scale] * 1e6, 2),
                 pairs_a_second=round(COUNTS[scale] / spent), peak_mb=round(peak, 1))  # fmt: skip
    return figures.exit_code()


def _measure(counts: dict[str, dict[str, int]], verdict: Verdict) -> dict[str, float]:
    """Return precision and recall of a verdict against what the pairs are in truth."""
    is_meant = {kind: (kind == "same") is (verdict is not Verdict.OTHER) for kind in counts}
    got = sum(found[str(verdict)] for found in counts.values())
    right = sum(found[str(verdict)] for kind, found in counts.items() if is_meant[kind])
    meant = sum(_sum(found) for kind, found in counts.items() if is_meant[kind])
    return {"pairs": got, "precision": round(right / got, 6) if got else 0.0, "recall": round(right / meant, 6)}


def _sum(found: dict[str, int]) -> int:
    return sum(found[str(verdict)] for verdict in Verdict)
