"""Examining: what a system sees, what is kept, and what an interruption costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from tuning.exam.run import examine, shown
from tuning.exam.systems import AlwaysAbstain, Examined
from tuning.nouns import Asked, Outcome, Question, Source

WARRANTY = Question(
    id="w",
    question="How long does the warranty last?",
    answerable=True,
    answers=("24 months",),
    gold_ids=("warranty.md",),
)
TWIN = replace(WARRANTY, id="w-twin", answerable=False, answers=(), kind="twin", without=("warranty.md",), twin_of="w")
BROUGHT = replace(
    WARRANTY,
    id="b",
    gold_ids=("s2",),
    passages=(Source("s1", "Kettle", "Rinse it twice."), Source("s2", "W", "It lasts.")),
)
SALARY = Question(
    id="s",
    question="What does the tamarisk band pay?",
    answerable=True,
    answers=("41,000",),
    gold_ids=("hr/salaries.md",),
)


def quiet(what: str, done: int, total: int) -> None:
    """No progress is shown."""


class Counting:
    """A system that counts how often it is asked, and may be interrupted."""

    name = "counting"

    def __init__(self, identity: str = "one", stop_after: int = 99) -> None:
        self.identity = (identity,)
        self.asked: list[str] = []
        self.stop_after = stop_after

    def answer(self, asked: Asked) -> Outcome:
        if len(self.asked) >= self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(asked.question)
        return Outcome("", abstained=False, confidence=0.5, answer=asked.question, citations=())

    def read(self, asked: Asked) -> str | None:
        raise AssertionError("it never abstains")


def many(number: int) -> list[Question]:
    return [replace(WARRANTY, id=f"q{place}", question=f"Question {place}?") for place in range(number)]


def test_own_retrieval_finds_and_a_twin_does_not(assistant: Assistant, tmp_path: Path) -> None:
    found = examine(Examined("served", assistant), [WARRANTY, TWIN], tmp_path, quiet)
    answered, twin = found.outcomes
    assert not answered.abstained
    assert answered.citations[0].document == "warranty.md"
    assert answered.citations[0].verbatim
    assert answered.best_document == "warranty.md"
    assert "24 months" in (answered.forced or "")
    assert twin.best_document != "warranty.md"


def test_who_asks_decides_what_is_found(assistant: Assistant, tmp_path: Path) -> None:
    inside = replace(SALARY, id="hr", groups=frozenset({"HR"}))
    outsider, insider = examine(Examined("served", assistant), [SALARY, inside], tmp_path, quiet).outcomes
    assert outsider.best_document != "hr/salaries.md"
    assert insider.best_document == "hr/salaries.md"


def test_brought_passages_are_the_only_sources(assistant: Assistant, tmp_path: Path) -> None:
    (outcome,) = examine(Examined("served", assistant), [BROUGHT], tmp_path, quiet).outcomes
    assert outcome.best in {"s1", "s2"}


def test_a_system_is_handed_nothing_that_says_what_is_right(tmp_path: Path) -> None:
    """One that goes through all that it is given meets no answer, no kind, no id, and no gold."""
    seen: list[object] = []

    class Prying(Counting):
        def answer(self, asked: Asked) -> Outcome:
            seen.append(asked)
            return super().answer(asked)

    telling = replace(BROUGHT, id="the-id", claims=(("a claim",),), slice="the-slice", absent=("not there",))
    examine(Prying(), [telling], tmp_path, quiet)
    (asked,) = seen
    for hidden in ("the-id", "24 months", "a claim", "the-slice", "not there", "answerable", "gold", "twin"):
        assert hidden not in repr(asked)


def test_answers_do_not_depend_on_what_is_known_to_be_right(assistant: Assistant, tmp_path: Path) -> None:
    blind = replace(
        WARRANTY, answerable=False, answers=(), gold_ids=(), claims=(), kind="hard", slice="x", absent=("y",)
    )
    (seen,) = examine(Examined("served", assistant), [WARRANTY], tmp_path / "a", quiet).outcomes
    (unseen,) = examine(Examined("served", assistant), [blind], tmp_path / "b", quiet).outcomes
    assert _as_said(seen) == _as_said(unseen)


def _as_said(outcome: Outcome) -> Outcome:
    return replace(outcome, seconds=None, first_evidence=None, forced=None)


def test_what_it_would_read_is_asked_for_only_where_it_could_be_right(tmp_path: Path) -> None:
    class Silent(AlwaysAbstain):
        def read(self, asked: Asked) -> str | None:
            return f"read: {asked.question}"

    found = examine(Silent(), [WARRANTY, replace(TWIN, question="Another?")], tmp_path, quiet).outcomes
    assert [outcome.forced for outcome in found] == [f"read: {WARRANTY.question}", None]


def test_rows_with_the_same_sources_are_asked_together(tmp_path: Path) -> None:
    other = replace(BROUGHT, id="o", passages=(Source("x", "X", "Other."),))
    rows = [replace(one, id=f"{one.id}{n}", question=f"{n}?") for n in range(3) for one in (BROUGHT, other)]
    system = Counting()
    found = examine(system, rows, tmp_path, quiet)
    assert system.asked == ["0?", "1?", "2?"] * 2
    assert [outcome.id for outcome in found.outcomes] == [row.id for row in rows]


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Another?"},
        {"groups": frozenset({"HR"})},
        {"without": ("x",)},
        {"passages": ()},
        {"history": ({"role": "user", "content": "Hi"},)},
        {"answerable": False},  # then nobody asks what it would read
    ],
)
def test_what_is_shown_decides_what_is_known(change: dict[str, object]) -> None:
    assert shown(WARRANTY) != shown(replace(WARRANTY, **change))  # type: ignore[arg-type]


def test_an_interrupted_exam_goes_on_where_it_was(tmp_path: Path) -> None:
    questions = many(9)
    first = Counting(stop_after=4)
    with pytest.raises(KeyboardInterrupt):
        examine(first, questions, tmp_path, quiet)
    second = Counting()
    found = examine(second, questions, tmp_path, quiet)
    assert second.asked == [question.question for question in questions[4:]]
    assert found.outcomes == examine(Counting(stop_after=0), questions, tmp_path, quiet).outcomes


def test_half_a_line_is_asked_again(tmp_path: Path) -> None:
    questions = many(3)
    examine(Counting(), questions, tmp_path, quiet)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    again = Counting()
    examine(again, questions, tmp_path, quiet)
    assert again.asked == ["Question 2?"]
    assert examine(Counting(stop_after=0), questions, tmp_path, quiet).outcomes[2].id == "q2"


def test_another_identity_is_asked_anew(tmp_path: Path) -> None:
    examine(Counting("one"), many(2), tmp_path, quiet)
    other = Counting("two")
    examine(other, many(2), tmp_path, quiet)
    assert other.asked == ["Question 0?", "Question 1?"]


def test_changed_documents_change_the_identity(opened: Callable[[], Assistant]) -> None:
    assistant = opened()
    assistant.library.sync()
    before = Examined("served", assistant).identity
    (assistant.library.home.documents / "new.md").write_text("# New\n\nThe new kettle is blue.\n", encoding="utf-8")
    assistant.library.sync()
    assert Examined("served", assistant).identity != before


def test_what_cannot_be_asked_is_skipped_by_name(tmp_path: Path) -> None:
    endless = replace(WARRANTY, id="e", question="How long? " * 500)
    found = examine(AlwaysAbstain(), [WARRANTY, endless], tmp_path, quiet)
    assert list(found.skipped) == ["e"] and "the limit is 4000" in found.skipped["e"]
    assert [outcome.id for outcome in found.outcomes] == ["w"]


def test_a_follow_up_is_asked_as_the_assistant_would_ask_it(assistant: Assistant, tmp_path: Path) -> None:
    history = ({"role": "user", "content": "Who rinses the kettle afterwards?"}, {"role": "assistant", "content": "I."})
    alone, follow_up = (
        replace(WARRANTY, id=id, question="How often must I rinse it?", history=said)
        for id, said in (("alone", ()), ("follow-up", history))
    )
    outcomes = examine(Examined("served", assistant), [alone, follow_up], tmp_path, quiet).outcomes
    assert outcomes[0].confidence < outcomes[1].confidence
    assert [cited.document for cited in outcomes[1].citations] == ["kettle.md"]


def test_same_sources_asked_in_two_rows_are_answered_once(tmp_path: Path) -> None:
    system = Counting()
    found = examine(system, [WARRANTY, replace(WARRANTY, id="again")], tmp_path, quiet)
    assert [outcome.id for outcome in found.outcomes] == ["w", "again"]
    assert system.asked == [WARRANTY.question]


def test_an_outcome_survives_the_disk(assistant: Assistant, tmp_path: Path) -> None:
    first, again = (examine(Examined("served", assistant), [WARRANTY], tmp_path, quiet).outcomes for _ in range(2))
    assert first == again and first[0].citations and first[0].seconds
