"""Gate 1, where sources contradict each other: that is no reason to be silent.

A reader is less sure of a passage beside which another one says nearly the same. Where it refuses, and the two
contradict each other, it is asked again without the other: who would answer from one answers from two, and shows both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.conflict.finding import contradicting
from assistant.gate import Gate, formed, refusal
from assistant.nouns import Decision
from assistant.reading import Reader
from retrieval import Hit


def decided(reader: Reader, gate: Gate, question: str, hits: Sequence[Hit]) -> Decision | None:
    """Gate 1's verdict; None where the reader's decision is none."""
    first = reader.decide(question, hits)
    if not formed(first, hits):
        return None
    judged = gate.judged(first)
    if refusal(judged) is None or judged.cited is None:
        return judged
    rivals = contradicting(question, hits, judged.cited, judged.dropped)
    kept = [place for place in range(len(hits)) if place not in rivals]
    return (_again(reader, gate, question, hits, judged.cited, kept) if rivals else None) or judged


def _again(
    reader: Reader, gate: Gate, question: str, hits: Sequence[Hit], cited: int, kept: Sequence[int]
) -> Decision | None:
    """The decision over the hits kept, in the places of all; None unless it answers from the same passage."""
    fewer = [hits[place] for place in kept]
    second = reader.decide(question, fewer)
    if not formed(second, fewer) or second.cited is None or kept[second.cited] != cited:
        return None
    judged = gate.judged(second)
    dropped = tuple(kept[place] for place in judged.dropped)
    return None if refusal(judged) else replace(judged, cited=cited, dropped=dropped)
