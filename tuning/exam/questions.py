"""Questions that people bring, as JSON lines or as a table: a bad row is named, and the rest is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuning.exam.rows import COLUMNS, REQUIRED, BadRow, Row, read_rows, shown, write_rows
from tuning.nouns import KINDS, Kind, Question, Source


@dataclass(frozen=True)
class Problem:
    """A row that can't be used, where it stands, and why."""

    file: Path
    line: int
    reason: str


def read_questions(paths: Sequence[Path]) -> tuple[list[Question], list[Problem]]:
    """Ids are unique over all files, and a twin may stand in another file than its question."""
    places: dict[str, tuple[Path, int]] = {}
    questions: dict[str, Question] = {}
    problems: list[Problem] = []
    for path in paths:
        for line, parse in read_rows(path):
            try:
                question = _question(parse())
                if question.id in places:
                    raise BadRow("id {} is already in {}, line {}".format(shown(question.id), *places[question.id]))
            except BadRow as bad:
                problems.append(Problem(path, line, str(bad)))
            else:
                places[question.id], questions[question.id] = (path, line), question
    twins = {id: reason for id, question in questions.items() if (reason := _lone(question, questions))}
    problems += [Problem(*places[id], reason) for id, reason in twins.items()]
    order = {path: number for number, path in enumerate(paths)}
    problems.sort(key=lambda problem: (order[problem.file], problem.line))
    return [question for question in questions.values() if question.id not in twins], problems


def write_questions(
    path: Path, questions: Sequence[Question], notes: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """By its ending a table that spreadsheets open, or JSON lines.

    `notes`, question id → further columns, are for the eyes of who edits the file; they are passed over in reading.
    """
    write_rows(path, [_row(question) | dict((notes or {}).get(question.id, {})) for question in questions])


# ------------------------------------------------------------------------------------- rows to questions


def _question(row: Row) -> Question:
    answerable, answers = _flag(row, "answerable", None), _texts(row, "answers")
    if answerable and not answers:
        raise BadRow("answerable, but answers is empty; name at least one")
    if answers and not answerable:
        raise BadRow(f"not answerable, but answers names {shown(answers[0])}; wordings to be refused go in absent")
    asker, twin_of = _fields(row, "as"), _short(row, "twin_of")
    return Question(
        id=_given(row, "id").strip(),
        question=_given(row, "question"),
        answerable=answerable,
        answers=answers,
        history=tuple(_turn(turn) for turn in _objects(row, "history") or ()),
        user=_short(asker, "user"),
        groups=frozenset(_texts(asker, "groups")),
        passages=_passages(row),
        without=_texts(row, "without"),
        absent=_texts(row, "absent"),
        claims=tuple(_texts({"claims": claim}, "claims") for claim in _list(row, "claims") or ()),
        gold_ids=_texts(row, "gold_ids"),
        kind=_kind(row, answerable, twin_of),
        twin_of=twin_of,
        yes_no=_flag(row, "yes_no", False),
        slice=_short(row, "slice"),
    )


def _kind(row: Row, answerable: bool, twin_of: str | None) -> Kind:
    usual = "answerable" if answerable else "twin" if twin_of else "hard"
    said = _short(row, "kind") or usual
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
    found = _objects(row, "passages")
    if found is None:
        return None
    sources = tuple(Source(_given(one, "id"), _text_of(one, "title") or "", _given(one, "text")) for one in found)
    if len({source.id for source in sources}) < len(sources):
        raise BadRow("two of the passages have the same id")
    return sources


def _turn(turn: Row) -> dict[str, str]:
    """What was said stands in `content`; in MTRAG's rows, in `text`."""
    role = _given(turn, "role")
    if role not in ("user", "assistant"):
        raise BadRow(f"a role in history is {shown(role)}; it must be user or assistant")
    return {"role": role, "content": _given(turn, "content" if "content" in turn else "text")}


def _row(question: Question) -> Row:
    """Only what says something."""
    asker = {"user": question.user, "groups": sorted(question.groups)}
    passages = question.passages
    row: Row = {name: getattr(question, name) for name in COLUMNS if name not in ("as", "passages", "history")}
    row["as"] = {key: value for key, value in asker.items() if value}
    row["history"] = [dict(turn) for turn in question.history]
    row["passages"] = passages and [{"id": one.id, "title": one.title, "text": one.text} for one in passages]
    kept = {name: value for name, value in row.items() if name in REQUIRED or value}
    return kept | ({"passages": []} if passages == () else {})


# ------------------------------------------------------------------------------------- values of the right type


def _given(row: Row, key: str) -> str:
    found = _text_of(row, key)
    if found is None or not found.strip():
        raise BadRow(f"{key} is missing" if found is None else f"{key} is empty")
    return found


def _short(row: Row, key: str) -> str | None:
    return (_text_of(row, key) or "").strip() or None


def _text_of(row: Row, key: str) -> str | None:
    found = row.get(key)
    if found is not None and not isinstance(found, str):
        raise BadRow(f"{key} is {shown(found)}; it must be a text")
    return found


def _flag(row: Row, key: str, default: bool | None) -> bool:
    found = row.get(key)
    found = default if found is None else found
    if not isinstance(found, bool):
        raise BadRow(f"{key} is missing" if found is None else f"{key} is {shown(found)}; it must be true or false")
    return found


def _list(row: Row, key: str) -> list[Any] | None:
    found = row.get(key)
    if found is not None and not isinstance(found, list):
        raise BadRow(f"{key} is {shown(found)}; it must be a list")
    return found


def _texts(row: Row, key: str) -> tuple[str, ...]:
    found = _list(row, key) or []
    for one in found:
        if not isinstance(one, str) or not one.strip():
            raise BadRow(f"{key} holds {shown(one)}; each must be a text, and not empty")
    return tuple(found)


def _objects(row: Row, key: str) -> list[Row] | None:
    found = _list(row, key)
    for one in found or []:
        if not isinstance(one, dict):
            raise BadRow(f"{key} holds {shown(one)}; each must be an object")
    return found


def _fields(row: Row, key: str) -> Row:
    found = row.get(key)
    if found is not None and not isinstance(found, dict):
        raise BadRow(f"{key} is {shown(found)}; it must be an object")
    return found or {}
