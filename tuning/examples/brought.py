"""Questions that people bring become rows: with the sources that they bring, or set among the documents they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from random import Random

from assistant.polarity import asks_yes_or_no
from retrieval import Passage
from retrieval.units import sentences
from tuning.drafting.corpus import RIVAL, content, words_of
from tuning.drafting.faq import replies
from tuning.exam.questions import Problem, question_of
from tuning.exam.rows import BadRow, Row, shown
from tuning.exam.values import short
from tuning.examples.distractors import Around, drawn
from tuning.examples.formats.files import rows_in
from tuning.examples.formats.reading import example_in
from tuning.examples.grounds import UNKNOWN, Grounds
from tuning.examples.rows import example_of
from tuning.examples.setting import showing, twin_of
from tuning.examples.shape import Seats, Shape, seated
from tuning.examples.showing import alone, evidence_of, source_of, worded
from tuning.nouns import Example, Question

ELSEWHERE = "its answer stands in none of the documents that it names, from word to word and on one line"
ALONE = "nothing near it is left to show"
VERDICTS = {"Yes", "No"}
FIRST = 2  # sentences of a long answer: the first may repeat what was asked


@dataclass(frozen=True)
class Brought:
    """Rows with sources of their own, and questions that still need theirs; with each, the row as it was read."""

    rows: list[Example] = field(default_factory=list)
    questions: list[tuple[Question, Row]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_brought(paths: Sequence[Path]) -> Brought:
    """Exam questions and examples alike. Ids are unique over all files; a row that can't be used is named."""
    found, places = Brought(), dict[str, tuple[Path, int]]()
    for path in paths:
        for line, parse in rows_in(path):
            try:
                _sort(found, parse(), path, line, places)
            except BadRow as bad:
                found.problems.append(Problem(path, line, str(bad)))
    return found


def _sort(found: Brought, row: Row, path: Path, line: int, places: dict[str, tuple[Path, int]]) -> None:
    if "question" not in row or "answerable" not in row:  # in the format of another trainer
        other = example_in(row)
        _name(other.id, path, line, places)
        found.rows.append(other)
        return
    said = row.get("answer")
    question = question_of(row | {"answers": [said]} if said and not row.get("answers") else row)
    example = example_of(row) if question.passages is not None or row.get("messages") else None
    _name(question.id, path, line, places)
    if example:
        found.rows.append(replace(example, origin=example.origin or path.stem))
    else:
        found.questions.append((question, {"origin": path.stem} | row))


def _name(id: str, path: Path, line: int, places: dict[str, tuple[Path, int]]) -> None:
    if id in places:
        raise BadRow("id {} is already in {}, line {}".format(shown(id), *places[id]))
    places[id] = (path, line)


# ------------------------------------------------------------------------------------- setting them among documents


@dataclass(frozen=True)
class Setting:
    grounds: Grounds
    shape: Shape
    seed: int
    left_out: Counter[str] = field(default_factory=Counter)
    seats: Seats = field(default_factory=Seats)


@dataclass(frozen=True)
class _Answered:
    row: Example
    around: Around


def set_among(setting: Setting, questions: Sequence[tuple[Question, Row]]) -> list[Example]:
    """A row for each question that can be set, and twins of them; what can't be set is counted, by reason.

    A follow-up is set as the question that the assistant would ask.
    """
    gold = {question.id: question.gold_ids for question, _ in questions}
    rows: list[Example] = []
    answered: list[_Answered] = []
    for question, row in ((alone(question), row) for question, row in questions):
        made = _answered(setting, question) if question.answerable else _unanswered(setting, question, gold)
        if isinstance(made, str):
            setting.left_out[made] += 1
        elif isinstance(made, Example):
            rows.append(_from(row, made))
        else:
            answered.append(replace(made, row=_from(row, made.row)))
    return [*(one.row for one in answered), *rows, *_twins(setting, answered, rows)]


def _from(row: Row, made: Example) -> Example:
    return replace(made, origin=short(row, "origin") or "", licence=short(row, "licence") or "")


def _twins(setting: Setting, answered: Sequence[_Answered], rows: Sequence[Example]) -> list[Example]:
    """Of questions that brought none, so many that of all rows the share abstains that is wanted."""
    share = setting.shape.abstaining
    many = round(len(answered) * share / (1 - share)) - len(rows)
    brought = {row.twin_of for row in rows}
    alone = [one for one in answered if one.row.id not in brought]
    mixed = Random(setting.seed).sample(alone, len(alone))
    return list(islice(filter(None, (twin_of(one.row, one.around) for one in mixed)), max(many, 0)))


def _answered(setting: Setting, question: Question) -> _Answered | str:
    named = [setting.grounds.of(name) for name in question.gold_ids]
    passages = [passage for some in named if not isinstance(some, str) for passage in some]
    if not passages:
        return next((why for why in named if isinstance(why, str)), UNKNOWN)
    telling = _telling(setting, question, passages)
    if not telling:
        return ELSEWHERE
    first, answer = telling[0]
    golden = {passage.id for passage, _ in telling}
    own = {passage.document for passage in passages}
    near = [one for one in setting.grounds.near(question.question) if _near(one, question, own - {first.document})]
    near = [one for one in near if one.id not in golden]
    chance = Random(f"{setting.seed}:{question.id}")
    others = drawn(first, near, setting.shape, chance)
    shown = seated(first, others, setting.seats.next(len(others) + 1, chance))
    evidence = () if answer in VERDICTS else evidence_of(first, answer, question.question)
    row = replace(_blank(question), answer=answer, evidence=evidence)
    return _Answered(showing(row, shown, (shown.index(first),)), Around((first,), tuple(near)))


def _telling(setting: Setting, question: Question, passages: Sequence[Passage]) -> list[tuple[Passage, str]]:
    """The passages that hold an answer, the best found first; of a verdict, the one that a search finds first."""
    rank = {passage.id: place for place, passage in enumerate(setting.grounds.near(question.question))}
    ranked = sorted(passages, key=lambda passage: rank.get(passage.id, len(rank)))
    if set(question.answers) <= VERDICTS:
        return [(passage, question.answers[0]) for passage in ranked[:1] if passage.id in rank]
    found = []
    for passage in ranked:
        source = source_of(passage)
        if said := next(
            (said for one in _wordings(question) if (said := worded(one, source, question.question))), None
        ):
            found.append((passage, said))
    return found


def _wordings(question: Question) -> Iterator[str]:
    """The answers, and of longer ones the sentence with which they begin, where it would do as an answer."""
    yield from question.answers
    for answer in question.answers:
        first = [" ".join(answer[start:end].split()) for start, end in sentences(answer)][:FIRST]
        if not asks_yes_or_no(question.question):
            yield from (part for part in first if replies(question.question, part))


def _near(passage: Passage, question: Question, also_gold: set[str]) -> bool:
    """It shows none of the answers, speaks not of all that is asked, and is of no other document that is named."""
    said = [answer.lower() for answer in question.answers if answer not in VERDICTS]
    keys = content(question.question)
    telling = len(keys) > 1 and len(keys & words_of(passage)) >= RIVAL * len(keys)
    shown = any(answer in passage.text.lower() for answer in said)
    return passage.document not in also_gold and not telling and not shown


def _unanswered(setting: Setting, question: Question, gold: Mapping[str, Sequence[str]]) -> Example | str:
    hidden = set(question.without) | set(gold.get(question.twin_of or "", ()))
    near = [one for one in setting.grounds.near(question.question) if not {one.id, one.document} & hidden]
    if not near:
        return ALONE
    chance = Random(f"{setting.seed}:{question.id}")
    shown = [near[0], *drawn(near[0], near[1:], setting.shape, chance)]
    chance.shuffle(shown)
    return showing(_blank(question), shown, ())


def _blank(question: Question) -> Example:
    return Example(
        question.id,
        question.question,
        (),
        kind=question.kind,
        twin_of=question.twin_of,
        slice=question.slice,
    )
