"""What the policy says: of a topic that is off limits, below answers, and below refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.nouns import Abstention, Answer, Ended
from assistant.spec import Spec
from assistant.voice.tongue import named, tongue_of


def off_limits(spec: Spec, *questions: str) -> str | None:
    """The word or phrase in one of these for which the question is not answered.

    From word to word, in any case, and to the letter: other forms of it, and other ways to say it, are not found.
    """
    return named(spec.policy.off_limits, *questions)


def refused(blank: Answer, topic: str, spec: Spec) -> Iterator[Ended]:
    """The policy's own sentence. `blank` says who answers."""
    said = tongue_of(spec, blank.question).off_limits
    told = replace(blank, text=said, abstention=Abstention("off_topic", said), trace=blank.trace | {"policy": topic})
    yield Ended(told)


def noted(answer: Answer, spec: Spec) -> Answer:
    """With what stands below it. What code says to small talk needs nothing."""
    if answer.kind != "answer":
        return answer
    understood = answer.trace.get("condensed", {}).get("question", "")
    tongue, refusal = tongue_of(spec, answer.question, understood), answer.abstention
    return replace(answer, note=tongue.hand_over(refusal.reason) if refusal else tongue.disclaimer(answer.question))
