"""Examples as JSON lines: question rows, and with them what is right to say, where it stands and where it is from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tuning.exam.questions import Problem, collected, question_of, row_of
from tuning.exam.rows import BadRow, Row, read_rows, shown, write_rows
from tuning.exam.values import given, objects, short, text_of, texts
from tuning.nouns import Example, Question

ROLES = ("system", "user", "assistant")


def read_examples(paths: Sequence[Path]) -> tuple[list[Example], list[Problem]]:
    """Ids are unique over all files. A row that can't be learned from is named, with its line and why."""
    examples, _, problems = collected(paths, read_rows, example_of)
    return list(examples.values()), problems


def write_examples(path: Path, examples: Sequence[Example]) -> None:
    write_rows(path, [row_of_example(example) for example in examples])


def example_of(row: Row) -> Example:
    """`answer` may be left out where `answers` says it."""
    said = text_of(row, "answer") or ""
    question = question_of(row if row.get("answers") or not said else row | {"answers": [said]})
    sources = question.passages or ()
    places = {source.id: place for place, source in enumerate(sources)}
    gold = tuple(places[id] for id in question.gold_ids if id in places)  # the first holds the answer's very words
    messages = tuple(_message(one) for one in objects(row, "messages") or ())
    if question.answerable and not messages and not gold:
        raise BadRow("answerable, but none of its passages is named in gold_ids; an example brings its evidence along")
    return Example(
        id=question.id,
        question=question.question,
        sources=sources,
        gold=gold,
        answer=(said or question.answers[0]) if question.answerable else "",
        kind=question.kind,
        origin=short(row, "origin") or "",
        evidence=texts(row, "evidence"),
        documents=texts(row, "documents"),
        licence=short(row, "licence") or "",
        twin_of=question.twin_of,
        slice=question.slice,
        history=question.history,
        messages=messages,
    )


def row_of_example(example: Example) -> Row:
    """Only what says something."""
    answered = bool(example.gold) or (example.kind == "answerable")
    question = Question(
        id=example.id,
        question=example.question,
        answerable=answered,
        answers=(example.answer,) if answered else (),
        history=example.history,
        passages=example.sources,
        gold_ids=tuple(example.sources[place].id for place in example.gold),
        kind=example.kind,
        twin_of=example.twin_of,
        yes_no=answered and example.answer in ("Yes", "No"),
        slice=example.slice,
    )
    further: Row = {
        "answer": example.answer,
        "evidence": list(example.evidence),
        "origin": example.origin,
        "licence": example.licence,
        "documents": list(example.documents),
        "messages": [dict(message) for message in example.messages],
    }
    return row_of(question) | {name: value for name, value in further.items() if value}


def _message(message: Row) -> dict[str, str]:
    role = given(message, "role")
    if role not in ROLES:
        raise BadRow(f"a role in messages is {shown(role)}; it must be {', '.join(ROLES)}")
    return {"role": role, "content": given(message, "content")}
