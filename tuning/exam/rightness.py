"""Whether a system got a question right: the one definition, on which the headline and the gates rest."""

from __future__ import annotations

import re

from assistant.support.canonical import agree, compared, quantities
from tuning.exam.normal import overlap, runs_through, unmarked
from tuning.nouns import Outcome, Question

ENOUGH = 0.5  # of token F1
MORE_WORDS = 15  # that an answer may be wrapped in
_POLARITY = re.compile(r"\W*(?:(yes)\b|(no)\b(?!\s+\w|[-'’]\w))", re.IGNORECASE)


def right(question: Question, outcome: Outcome) -> bool:
    """Answered from a gold passage with a right answer; abstained from where the sources hold none."""
    if not question.answerable:
        return not answered(outcome)
    return answered(outcome) and cites_gold(question, outcome) and says(question, outcome.answer)


def tells(question: Question) -> bool:
    """Whether the row knows enough to call an answer right: one that is answerable names its answers."""
    return not question.answerable or bool(question.answers)


def answered(outcome: Outcome) -> bool:
    return not outcome.abstained and bool(unmarked(outcome.answer))


def cites_gold(question: Question, outcome: Outcome) -> bool:
    """Asked of the first citation, and only where the row names its gold."""
    if not question.gold_ids:
        return True
    first = outcome.citations[0] if outcome.citations else None
    return first is not None and is_gold(question, first.passage, first.document)


def is_gold(question: Question, passage: str | None, document: str | None) -> bool:
    return passage in question.gold_ids or document in question.gold_ids


def says(question: Question, shown: str) -> bool:
    """Whether what is shown holds an acceptable answer, and little besides."""
    shown = unmarked(shown)
    wanted = {polarity(answer) for answer in question.answers} - {None}
    if question.yes_no and wanted:
        return polarity(shown) in wanted
    return any(same_answer(shown, answer) for answer in question.answers)


def polarity(text: str) -> str | None:
    """`Yes` or `No` where the text starts so. `No party may …` and `No-one …` are no verdicts."""
    found = _POLARITY.match(text)
    return None if found is None else "Yes" if found[1] else "No"


def same_answer(shown: str, answer: str) -> bool:
    """A numeric date that could be two is read one way on both sides: either will do."""
    return any(_same(shown, answer, day_first) for day_first in (False, True))


def _same(shown: str, answer: str, day_first: bool) -> bool:
    said, gold = compared(shown, day_first), compared(answer, day_first)
    if overlap(said, gold) >= ENOUGH:
        return not _contradicts(quantities(shown, day_first), quantities(answer, day_first))
    more = len(shown.split()) - len(answer.split())
    return bool(gold) and runs_through(said, gold) and more <= MORE_WORDS


def _contradicts(said: list[str], gold: list[str]) -> bool:
    """Both name numbers or dates, and none of them agree: `36 months` shares half its words with `24 months`."""
    return bool(said and gold) and not any(agree(one, other) for one in said for other in gold)
