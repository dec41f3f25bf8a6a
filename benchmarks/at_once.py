"""Askers at once: how many more answers than one after the other, and whether anybody is told anything else."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

from assistant import Answer, Assistant, create_home, open_assistant
from assistant.format import ANSWER, CITED, labels, neutralise
from assistant.language.local import LocalModel
from assistant.language.spans import SpanConstraint
from assistant.reading.model import MOST_TOKENS
from assistant.spec import DecisionSpec
from benchmarks.rounds import figures, in_turn, share
from benchmarks.sides import Sides, fresh, tokens_of
from tuning.exam.named import with_adapter
from tuning.nouns import Question

ASKERS = 8


def askers(assistant: Assistant, questions: Sequence[str], rounds: int) -> dict[str, Any]:
    """Through the whole assistant: retrieval, decision, answer, checks."""
    assistant.ask(questions[-1])  # all is loaded before the clock starts

    def one_by_one() -> list[object]:
        return [_told(assistant.ask(question)) for question in questions]

    def at_once() -> list[object]:
        with ThreadPoolExecutor(ASKERS) as pool:
            return [_told(answer) for answer in pool.map(assistant.ask, questions)]

    taken = [in_turn(number, at_once, one_by_one, share) for number in range(rounds)]
    return {"askers": ASKERS, "questions": len(questions), **figures(taken)}


def answering(rows: Sequence[Question], folder: Path) -> Assistant:
    """With all sources of these rows as its documents, and an answer to whatever it is asked."""
    home = create_home(folder / "home")
    for source in {source.id: source for row in rows for source in row.passages or ()}.values():
        text = f"# {source.title}\n\n{source.text}\n"
        (home.documents / f"{source.id}.md").write_text(text, encoding="utf-8")
    assistant = with_adapter(open_assistant(home.root), "none")
    assistant.library.sync()
    return replace(assistant, spec=replace(assistant.spec, decision=DecisionSpec(threshold=0.0)))


def _told(answer: Answer) -> object:
    quotes = [(citation.passage.id, citation.quote) for citation in answer.citations]
    return (answer.text, quotes, answer.confidence, answer.abstention)


def alone_and_beside(sides: Sides, rows: Sequence[Question]) -> dict[str, int]:
    """Each request alone, by a model that has read nothing, and all of them at once: weights to the bit, and tokens."""
    asked = rows[:ASKERS]
    alone = [_written(sides, fresh(sides.language), row) for row in asked]
    shared, ready = fresh(sides.language), Barrier(len(asked))

    def beside(row: Question) -> object:
        ready.wait()
        return _written(sides, shared, row)

    with ThreadPoolExecutor(len(asked)) as pool:
        together = list(pool.map(beside, asked))
    same = sum(one == other for one, other in zip(alone, together, strict=True))
    return {"requests": len(asked), "same": same, "tokens": sum(len(tokens) for _, tokens in alone)}


def _written(sides: Sides, language: LocalModel, row: Question) -> tuple[list[float], list[int]]:
    messages, sources = sides.messages(row), row.passages or ()
    weights = language.weigh(messages, CITED, labels(len(sources)))
    cited = max(range(len(sources)), key=weights.__getitem__)
    begun = f"{CITED}{cited + 1}\n{ANSWER}"
    constraint = SpanConstraint(neutralise(sources[cited].text))
    return weights, tokens_of(language, messages, begun, constraint, MOST_TOKENS)
