"""Gate 1: whether a decision is sure enough to be answered, by the calibration of what serves where there is one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.adapters import carried
from assistant.calibration.files import belonging, load, read_calibration
from assistant.calibration.nouns import Backend, Calibration
from assistant.format import FORMAT_VERSION
from assistant.nouns import Bar, Decision, Reason
from assistant.reading import Reader
from assistant.spec import DecisionSpec
from retrieval import Hit, Library, ModelError, precision

OWNERS = "the Spec sets a threshold of its own"
UNTOLD = "the files of what reads cannot be read"
NONE_YET = "it has not been calibrated"


@dataclass(frozen=True)
class Gate:
    """The owner's threshold before the calibrated one, and that before the one that the reader is shipped with."""

    spec: DecisionSpec
    shipped: float
    calibration: Calibration | None
    refused: str = ""  # why a calibration that is there does not count

    @property
    def bar(self) -> Bar:
        """What it asks of a question that has all features."""
        if self.spec.threshold >= 0:
            return Bar(self.spec.threshold, why=OWNERS)
        level = self.calibration.level if self.calibration else None
        why = self._why_not()
        return Bar(self.shipped, why=why) if why or level is None else Bar(level.threshold, certified=True)

    def judged(self, decision: Decision) -> Decision:
        """The decision with the confidence that counts, and with what was asked of it."""
        bar = self.bar
        confidence = self.calibration.confidence if self.calibration and bar.certified else None
        if confidence is None:
            return replace(decision, bar=bar)
        missing = confidence.missing(decision.features)
        if missing:
            return replace(decision, bar=Bar(self.shipped, why=f"this question has no {' and no '.join(missing)}"))
        return replace(decision, confidence=confidence.of(decision.features), bar=bar)

    @property
    def identity(self) -> tuple[str, ...]:
        """All that its verdict depends on besides the decision."""
        bar = self.bar
        return (str(bar.threshold), repr(self.calibration)) if bar.certified else (str(bar.threshold),)

    def _why_not(self) -> str:
        found = self.calibration
        if found is None:
            return self.refused or NONE_YET
        if not found.certified:
            return found.why
        if found.risk > self.spec.risk:
            return f"it was calibrated for a risk of {found.risk:g}, and the Spec asks for {self.spec.risk:g}"
        if found.unanswerable < self.spec.unanswerable:
            shares = f"{found.unanswerable:g} unanswerable questions, and the Spec counts on {self.spec.unanswerable:g}"
            return f"it was calibrated for a share of {shares}"
        return ""


def formed(decision: Decision, hits: Sequence[Hit]) -> bool:
    """What is no probability, or names no source, passes nothing."""
    sure = decision.confidence
    return decision.cited in (None, *range(len(hits))) and (sure is None or 0 <= sure <= 1)


def refusal(decision: Decision) -> Reason | None:
    """Gate 1. A model that tells no probabilities has decided all the same, and no threshold can be asked of it."""
    assert decision.bar is not None
    unsure = decision.confidence is not None and decision.confidence < decision.bar.threshold
    if decision.cited is None or unsure:
        return "off_topic" if decision.off_topic else "insufficient"
    return None


def gate_of(spec: DecisionSpec, reader: Reader, library: Library) -> Gate:
    """The Home's own calibration before the one that the adapter's card brings."""
    if spec.threshold >= 0:
        return Gate(spec, reader.threshold, None)
    try:
        backend = backend_of(reader, library)
    except (ModelError, OSError):  # asked to read, it says the same with its reason
        return Gate(spec, reader.threshold, None, UNTOLD)
    own = load(library.home, backend)
    if own or not reader.adapter:
        return Gate(spec, reader.threshold, own)
    return _by_card(spec, reader.threshold, carried(library.home, reader.adapter), backend)


def backend_of(reader: Reader, library: Library) -> Backend:
    spec = library.spec
    finding = (library.encoder.identity, f"reranker {spec.reranker or 'none'}", f"{spec.passages} passages")
    return Backend(
        reader=reader.name,
        model=reader.model,
        adapter=str(reader.adapter or "none"),
        format=FORMAT_VERSION,
        precision=f"{precision('encode')} and {precision('prompt')}",
        finding=", ".join(finding),
        reading=hashlib.sha256(json.dumps(reader.identity).encode()).hexdigest()[:12],
    )


def _by_card(spec: DecisionSpec, shipped: float, table: object, backend: Backend) -> Gate:
    """A calibration in a card goes where its adapter goes, whose weights the card names already.

    Where it was made for another encoder or precision, the adapter serves all the same, uncertified.
    """
    if table is None:
        return Gate(spec, shipped, None)
    where = f"the calibration in the card of {backend.adapter}"
    try:
        return Gate(spec, shipped, belonging(read_calibration(table, where), replace(backend, reading=""), where))
    except ModelError as error:
        return Gate(spec, shipped, None, error.problem)
