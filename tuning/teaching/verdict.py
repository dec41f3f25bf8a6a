"""Whether a trained adapter is better than what serves, and costs nothing elsewhere: by bounds, not by point values.

How many questions that takes is a matter of what the margins are. Of n questions on which nothing was lost, a loss as
large as the margin m would have spared all with probability (1 - m)^n; from the n on where that is under 5 %, a bound
that stays within the margin says something. Below it the decision is the owner's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.card import ADOPT
from tuning.exam.comparing import Comparison
from tuning.exam.forgetting import Forgetting
from tuning.nouns import Metric

Decision = Literal["adopt", "keep", "yours"]
SURENESS = 0.95


@dataclass(frozen=True)
class Gate:
    """One figure of the difference, and how far it may be on the wrong side. Points are hundredths."""

    name: str
    better: Literal[1, -1]  # 1: higher is better
    margin: float
    must_rise: bool
    what: str  # in the words of a sentence: "… of questions and their twins …"

    @property
    def least(self) -> int:
        """Questions from which on its bound says something."""
        return math.ceil(math.log(1 - SURENESS) / math.log(1 - self.margin))


GATES = (
    Gate("pair_switch", 1, 0.05, True, "questions answered rightly and their twins refused"),
    Gate("refused_answerable", -1, 0.05, False, "answerable questions refused"),
    Gate("forgetting", 1, 0.03, False, "general questions right, as the base model has them"),
)
COUNTED = {"pair_switch": "pairs of a question and its twin", "refused_answerable": "answerable questions"} | {
    "forgetting": "multiple-choice probes"
}


@dataclass(frozen=True)
class Verdict:
    decision: Decision
    reasons: tuple[str, ...]  # a sentence each
    figures: Mapping[str, Metric]  # differences, the adapter minus what serves

    @property
    def adopt(self) -> bool:
        return self.decision == ADOPT

    def to_json(self) -> dict[str, Any]:
        return {
            "decision": self.decision,
            "reasons": list(self.reasons),
            "figures": {name: asdict(one) for name, one in self.figures.items()},
        }


def verdict(compared: Comparison, forgot: Forgetting | None) -> Verdict:
    """`compared`: the adapter against what serves, on documents kept out of all training."""
    pooled = forgot.pooled if forgot else None
    found = {name: compared.differences.get(name) for name in ("pair_switch", "refused_answerable")}
    found["forgetting"] = pooled.delta if pooled else None
    return judged({name: one for name, one in found.items() if one})


def judged(figures: Mapping[str, Metric]) -> Verdict:
    """By the differences alone. A gate that can't be judged leaves the decision to the owner."""
    lacking = [sentence for gate in GATES if (sentence := _lacking(gate, figures.get(gate.name)))]
    failing = [sentence for gate in GATES for sentence in _failing(gate, figures.get(gate.name))]
    passing = [_passing(gate, figures[gate.name]) for gate in GATES if _passes(gate, figures.get(gate.name))]
    decision: Decision = "yours" if lacking else "keep" if failing else "adopt"
    return Verdict(decision, (*lacking, *failing, *passing), dict(figures))


def _lacking(gate: Gate, found: Metric | None) -> str:
    many = found.n if found else 0
    if many >= gate.least:
        return ""
    return f"Too few to tell: {many:,} {COUNTED[gate.name]}, and {gate.least} are needed."


def _failing(gate: Gate, found: Metric | None) -> Iterator[str]:
    if found is None:
        return
    if gate.must_rise and found.value <= 0:
        yield f"Not more {gate.what}: {shown(found)}."
    if _worst(gate, found) < -gate.margin:
        which, limit = ("fewer", -gate.margin) if gate.better > 0 else ("more", gate.margin)
        yield f"Perhaps {which} {gate.what}: {shown(found)}, and the limit is {points(limit)}."


def _passes(gate: Gate, found: Metric | None) -> bool:
    return found is not None and not list(_failing(gate, found))


def _passing(gate: Gate, found: Metric) -> str:
    how = "More" if gate.must_rise else "Not surely fewer" if gate.better > 0 else "Not surely more"
    return f"{how} {gate.what}: {shown(found)}."


def _worst(gate: Gate, found: Metric) -> float:
    """The end of the interval that speaks against the adapter; below 0 it is for the worse."""
    return found.low if gate.better > 0 else -found.high


def shown(found: Metric) -> str:
    spread = f"95\N{NO-BREAK SPACE}% interval {points(found.low)} to {points(found.high)}"
    return f"{points(found.value)} points ({spread}, n = {found.n:,})"


def points(share: float) -> str:
    return f"{share * 100:+.1f}".replace("-", "−")


def counts() -> dict[str, int]:
    """How many of what an exam needs, so that its verdict is its own."""
    return {COUNTED[gate.name]: gate.least for gate in GATES}
