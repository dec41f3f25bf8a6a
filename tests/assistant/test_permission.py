"""Who may not read a document is answered as if it did not exist."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Ended, Event, Finding, create_home, open_assistant
from assistant.reading.model import ModelReader
from assistant.suggestions import suggestions
from retrieval import EVERYONE, Principal
from tests.assistant.making import Liar
from tests.conftest import MATCHING
from tests.fakes import ScriptedModel, WordEncoder

HR = Principal("hanna", frozenset({"HR"}))
SECRET = "# Pay\n\n## What does the tamarisk band pay?\n\nThe tamarisk band pays 41,000 a year. No warranty is given.\n"
PUBLIC = "# Questions\n\n## Who is Ada?\n\nAda is the assistant of the kettle makers.\n"
QUESTIONS = (
    "What does the tamarisk band pay a year?",
    "tamarisk",
    "How long is the warranty from delivery?",
    "Is a warranty given?",
    "Who is Ada?",
    "Descale the kettle every how many months?",
)


def opened(root: Path, secret: bool) -> Assistant:
    home = create_home(root, MATCHING)
    (home.documents / "public.md").write_text(PUBLIC, encoding="utf-8")
    (home.documents / "warranty.md").write_text("# Warranty\n\nThe warranty lasts 24 months from delivery.\n")
    (home.documents / "zz.md").write_text("# Kettle\n\nDescale the kettle every 3 months.\n", encoding="utf-8")
    if secret:
        (home.documents / "hr").mkdir()
        for name in ("pay", "more"):  # enough of them to move any statistics that they were let into
            (home.documents / "hr" / f"{name}.md").write_text(SECRET + name, encoding="utf-8")
    assistant = open_assistant(home.root, WordEncoder())
    assistant.library.sync()
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.2))
    return assistant


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Assistant]]:
    """The same Home with and without the restricted documents."""
    root = tmp_path_factory.mktemp("pair")
    yield opened(root / "with", True), opened(root / "without", False)
    shutil.rmtree(root)


def nameless(events: Sequence[Event]) -> list[Event]:
    return [Ended(replace(e.answer, id="")) if isinstance(e, Ended) else e for e in events]


def events(assistant: Assistant, question: str, principal: Principal) -> list[Event]:
    return nameless(list(assistant.stream(question, principal)))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("outsider", [EVERYONE, Principal("olaf", frozenset({"IT", "hr"}))])
@pytest.mark.parametrize("reader", ["extractive", "model"])
def test_outsiders_see_the_same_with_and_without(
    pair: tuple[Assistant, Assistant], question: str, outsider: Principal, reader: str
) -> None:
    seen = []
    for assistant in pair:
        mine = replace(assistant)
        script = ScriptedModel("1", "The warranty")
        mine.reader = ModelReader(script, "You are Ada.", 2048) if reader == "model" else assistant.reader
        seen.append((events(mine, question, outsider), script.prompts))
    assert seen[0] == seen[1]


def test_insiders_see_it(pair: tuple[Assistant, Assistant]) -> None:
    """Else the test above would hold for an index that lost the documents."""
    answer = pair[0].ask(QUESTIONS[0], HR)
    assert answer.text == "The tamarisk band pays 41,000 a year."
    assert answer.citations[0].passage.document.startswith("hr/")
    assert events(pair[0], QUESTIONS[0], HR) != events(pair[1], QUESTIONS[0], HR)


def test_suggestions_come_from_what_one_may_read(pair: tuple[Assistant, Assistant]) -> None:
    assert suggestions(pair[0], EVERYONE) == suggestions(pair[1], EVERYONE) == ["Who is Ada?"]
    assert "What does the tamarisk band pay?" in suggestions(pair[0], HR)


def test_a_reader_cannot_cite_what_the_asker_may_not_read(pair: tuple[Assistant, Assistant]) -> None:
    """Permission taken away between search and answer."""
    assistant = replace(pair[0], reader=Liar(Finding(0, 3)))
    stream = assistant.stream(QUESTIONS[0], HR)
    first = [next(stream), next(stream)]
    allowed = assistant.library.access
    try:
        forbidden = replace(allowed, folders={"hr": frozenset({"BOARD"})})
        assistant.library.catalogue.apply(forbidden)
        kinds = [type(event).__name__ for event in [*first, *stream]]
    finally:
        assistant.library.catalogue.apply(allowed)
    assert kinds == ["Searched", "Evidence", "Withdrawn", "Ended"]


# What was answered before, opened again


def answered(assistant: Assistant, principal: Principal = HR) -> tuple[str, Answer]:
    conversation = assistant.memory.begin(principal)
    answer = assistant.ask("What does the tamarisk band pay a year?", principal, conversation=conversation)
    assert not answer.abstention
    return conversation, answer


def test_what_may_still_be_read_is_given_back_whole(assistant: Assistant) -> None:
    conversation, answer = answered(assistant)
    (turn,) = assistant.memory.turns(conversation, HR)
    assert turn.answer["answer"] == answer.text == "The tamarisk band pays 41,000 a year."
    assert turn.answer["withheld"] is False
    (citation,) = turn.answer["citations"]
    assert citation == answer.citations[0].to_json() | {"state": "live"}


def test_what_may_no_longer_be_read_is_withheld(assistant: Assistant) -> None:
    conversation, answer = answered(assistant)
    (turn,) = assistant.memory.turns(conversation, Principal("hanna", frozenset({"IT"})))
    assert turn.answer["withheld"] is True
    assert turn.answer["answer"] == ""
    assert turn.answer["citations"] == [{"number": 1, "state": "withheld"}]
    for word in ("41,000", "Salaries", "Bands", "hr/"):
        assert word not in str(turn)
    assert turn.id == answer.id


def test_rules_of_today_count_for_answers_of_yesterday(assistant: Assistant, opened: Callable[[], Assistant]) -> None:
    conversation, _ = answered(assistant)
    spec = assistant.library.home.spec
    spec.write_text(spec.read_text(encoding="utf-8").replace('"HR"', '"BOARD"'), encoding="utf-8")
    (turn,) = opened().memory.turns(conversation, HR)
    assert turn.answer["withheld"] is True


def test_citations_of_deleted_documents_say_so(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(EVERYONE)
    text = assistant.ask("How long is the warranty from delivery?", conversation=conversation).text
    (assistant.library.home.documents / "warranty.md").unlink()
    assistant.library.sync()
    (turn,) = assistant.memory.turns(conversation, EVERYONE)
    assert turn.answer["citations"][0]["state"] == "deleted"
    assert turn.answer["answer"] == text


def test_citations_of_earlier_versions_say_so(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(EVERYONE)
    assistant.ask("How long is the warranty from delivery?", conversation=conversation)
    (assistant.library.home.documents / "warranty.md").write_text("# Warranty\n\nNone at all.\n", encoding="utf-8")
    assistant.library.sync()
    (turn,) = assistant.memory.turns(conversation, EVERYONE)
    assert turn.answer["citations"][0]["state"] == "superseded"
