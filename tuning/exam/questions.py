"""Questions that people bring, as JSON lines or as a table: a bad row is named, and the rest is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tuning.exam.rows import COLUMNS, REQUIRED, BadRow, Row, read_rows, shown, write_rows
from tuning.exam.values import fields, flag, given, listed, objects, short, text_of, texts
from tuning.nouns import KINDS, Example, Kind, Question, Source

Parse = Callable[[], Row]
T = TypeVar("T", Question, Example)


@dataclass(frozen=True)
class Problem:
    """A row that can't be used, where it stands, and why."""

    file: Path
    line: int
    reason: str


def read_questions(paths: Sequence[Path]) -> tuple[list[Question], list[Problem]]:
    """Ids are unique over all files, and a twin may stand in another file than its question."""
    questions, places, problems = collected(paths, read_rows, question_of)
    twins = {id: reason for id, question in questions.items() if (reason := _lone(question, questions))}
    problems += [Problem(*places[id], reason) for id, reason in twins.items()]
    order = {path: number for number, path in enumerate(paths)}
    problems.sort(key=lambda problem: (order[problem.file], problem.line))
    return [question for question in questions.values() if question.id not in twins], problems


def collected(
    paths: Sequence[Path], rows_of: Callable[[Path], Iterable[tuple[int, Parse]]], made: Callable[[Row], T]
) -> tuple[dict[str, T], dict[str, tuple[Path, int]], list[Problem]]:
    """What was made of the rows, by its id, and where each stands. The same id twice is a bad row."""
    places: dict[str, tuple[Path, int]] = {}
    found: dict[str, T] = {}
    problems: list[Problem] = []
    for path in paths:
        for line, parse in rows_of(path):
            try:
                one = made(parse())
                if one.id in places:
                    raise BadRow("id {} is already in {}, line {}".format(shown(one.id), *places[one.id]))
            except BadRow as bad:
                problems.append(Problem(path, line, str(bad)))
            else:
                places[one.id], found[one.id] = (path, line), one
    return found, places, problems


def write_questions(
    path: Path, questions: Sequence[Question], notes: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """By its ending a table that spreadsheets open, or JSON lines.

    `notes`, question id → further columns, are for the eyes of who edits the file; they are passed over in reading.
    """
    write_rows(path, [row_of(question) | dict((notes or {}).get(question.id, {})) for question in questions])


# ------------------------------------------------------------------------------------- rows to questions


def question_of(row: Row) -> Question:
    answerable, answers = flag(row, "answerable", None), texts(row, "answers")
    if answerable and not answers:
        raise BadRow("answerable, but answers is empty; name at least one")
    if answers and not answerable:
        raise BadRow(f"not answerable, but answers names {shown(answers[0])}; wordings to be refused go in absent")
    asker, twin_of = fields(row, "as"), short(row, "twin_of")
    return Question(
        id=given(row, "id").strip(),
        question=given(row, "question"),
        answerable=answerable,
        answers=answers,
        history=tuple(_turn(turn) for turn in objects(row, "history") or ()),
        user=short(asker, "user"),
        groups=frozenset(texts(asker, "groups")),
        passages=_passages(row),
        without=texts(row, "without"),
        absent=texts(row, "absent"),
        claims=tuple(texts({"claims": claim}, "claims") for claim in listed(row, "claims") or ()),
        gold_ids=texts(row, "gold_ids"),
        kind=_kind(row, answerable, twin_of),
        twin_of=twin_of,
        yes_no=flag(row, "yes_no", False),
        slice=short(row, "slice"),
    )


def _kind(row: Row, answerable: bool, twin_of: str | None) -> Kind:
    usual = "answerable" if answerable else "twin" if twin_of else "hard"
    said = short(row, "kind") or usual
    for kind in KINDS:
        if kind == said:
            if (kind == "answerable") != answerable:
                raise BadRow(f"kind is {kind}, but answerable is {str(answerable).lower()}")
            return kind
    raise BadRow(f"kind is {shown(said)}; it must be one of {', '.join(KINDS)}")


def _lone(question: Question, questions: dict[str, Question]) -> str | None:
    """Why a twin has no question to be the twin of."""
    if question.twin_of is None:
        return None
    if question.answerable:
        return f"twin_of is {shown(question.twin_of)}, but a twin is not answerable"
    other = questions.get(question.twin_of)
    if other is None:
        return f"twin_of is {shown(question.twin_of)}, and no row that can be used has that id"
    return None if other.answerable else f"twin_of is {shown(question.twin_of)}, which is not answerable"


def _passages(row: Row) -> tuple[Source, ...] | None:
    found = objects(row, "passages")
    if found is None:
        return None
    sources = tuple(Source(given(one, "id"), text_of(one, "title") or "", given(one, "text")) for one in found)
    if len({source.id for source in sources}) < len(sources):
        raise BadRow("two of the passages have the same id")
    return sources


def _turn(turn: Row) -> dict[str, str]:
    """What was said stands in `content`; in MTRAG's rows, in `text`."""
    role = given(turn, "role")
    if role not in ("user", "assistant"):
        raise BadRow(f"a role in history is {shown(role)}; it must be user or assistant")
    return {"role": role, "content": given(turn, "content" if "content" in turn else "text")}


def row_of(question: Question) -> Row:
    """Only what says something."""
    asker = {"user": question.user, "groups": sorted(question.groups)}
    passages = question.passages
    row: Row = {name: getattr(question, name) for name in COLUMNS if name not in ("as", "passages", "history")}
    row["as"] = {key: value for key, value in asker.items() if value}
    row["history"] = [dict(turn) for turn in question.history]
    row["passages"] = passages and [{"id": one.id, "title": one.title, "text": one.text} for one in passages]
    kept = {name: value for name, value in row.items() if name in REQUIRED or value}
    return kept | ({"passages": []} if passages == () else {})
