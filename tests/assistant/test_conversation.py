"""A conversation through the real assistant: small talk, follow-ups, asking back, and questions in parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Ended, Evidence, Said, Searched, create_home, open_assistant
from assistant.conversation.history import past_of
from retrieval import Principal
from tests.fakes import WordEncoder

ADA = Principal("ada")
WARRANTY = "How long does the warranty last from delivery?"
KETTLE = "Descale the kettle every how many months?"
CUP = "Who won the cup?"
RESET = "# {0}\n\n## Reset\n\nHold the button of the {0} for {1} seconds to reset it.\n"


def ask(assistant: Assistant, conversation: str, question: str) -> Answer:
    return assistant.ask(question, ADA, conversation=conversation)


@pytest.fixture
def machines(tmp_path: Path) -> Assistant:
    """Two machines that are reset alike."""
    home = create_home(tmp_path / "machines")
    for name, seconds in (("Avocet", 5), ("Plover", 9)):
        (home.documents / f"{name}.md").write_text(RESET.format(name, seconds), encoding="utf-8")
    assistant = open_assistant(home.root, WordEncoder())
    assistant.library.sync()
    return assistant


# Small talk


def test_a_greeting_is_answered_without_a_search(assistant: Assistant) -> None:
    said, ended = assistant.stream("Hello there!", ADA)
    assert isinstance(said, Said) and isinstance(ended, Ended)
    answer = ended.answer
    assert answer.kind == answer.to_json()["kind"] == "small_talk"
    assert answer.text == f"Hello. {assistant.spec.assistant.greeting}"
    assert answer.abstention is None and answer.citations == () and answer.trace["found"] == []


def test_small_talk_is_kept_and_nothing_is_taken_over_from_it(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    for message in (KETTLE, "Thank you!"):
        ask(assistant, conversation, message)
    assert [turn.answer["kind"] for turn in assistant.memory.turns(conversation, ADA)] == ["answer", "small_talk"]
    assert [turn.question for turn in past_of(assistant.memory, conversation, ADA)] == [KETTLE]


# Follow-ups


def test_a_follow_up_is_answered_from_what_it_leans_on(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    first = ask(assistant, conversation, KETTLE)
    answer = ask(assistant, conversation, "And rinse it?")
    assert answer.question == "And rinse it?"
    condensed = answer.trace["condensed"]
    assert condensed["from"] == "And rinse it?" and condensed["after"] == [first.id]
    assert "kettle" in condensed["question"]
    assert [citation.passage.document for citation in answer.citations] == ["kettle.md"]
    assert assistant.ask("And rinse it?", ADA).trace["found"][0]["score"] < answer.trace["found"][0]["score"]


def test_what_stands_alone_is_asked_as_it_is(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    ask(assistant, conversation, KETTLE)
    answer = ask(assistant, conversation, WARRANTY)
    assert "condensed" not in answer.trace
    assert answer.trace["found"] == assistant.ask(WARRANTY, ADA).trace["found"]


def test_nothing_is_taken_over_from_what_may_no_longer_be_read(assistant: Assistant) -> None:
    insider = Principal("ada", frozenset({"HR"}))
    conversation = assistant.memory.begin(insider)
    assert assistant.ask("What does the tamarisk band pay a year?", insider, conversation=conversation).citations
    (before,), (after,) = (past_of(assistant.memory, conversation, who) for who in (insider, ADA))
    assert before.title == "Salaries" and "41,000" in before.answer
    assert (after.title, after.answer) == ("", "")


def test_a_purge_takes_along_what_later_turns_had_of_it(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    ask(assistant, conversation, KETTLE)
    ask(assistant, conversation, "And the salaries warranty delivery, does it last?")
    rows = "SELECT question, trace FROM answers ORDER BY number"
    assert "kettle" in assistant.memory.database.rows(rows)[1]["trace"]
    (assistant.library.home.documents / "kettle.md").unlink()
    assistant.library.purge(["kettle.md"])
    first, second = assistant.memory.database.rows(rows)
    assert first["question"] == "" and "condensed" not in second["trace"]
    assert [turn.question for turn in past_of(assistant.memory, conversation, ADA)] == [second["question"]]


# Asking back


def test_it_asks_back_where_two_documents_say_the_same_of_different_things(machines: Assistant) -> None:
    searched, said, ended = machines.stream("How do I reset it?", ADA)
    assert isinstance(searched, Searched) and isinstance(said, Said) and isinstance(ended, Ended)
    answer = ended.answer
    assert answer.kind == "clarification" and answer.citations == () and answer.abstention is None
    assert answer.text in ("Do you mean Avocet or Plover?", "Do you mean Plover or Avocet?")
    assert set(answer.suggestions) == {"How do I reset it (Avocet)?", "How do I reset it (Plover)?"}


@pytest.mark.parametrize("name", ["Avocet", "Plover"])
def test_what_is_meant_settles_it(machines: Assistant, name: str) -> None:
    conversation = machines.memory.begin(ADA)
    ask(machines, conversation, "How do I reset it?")
    for reply in (name, f"The {name}", f"How do I reset it ({name})?"):
        answer = ask(machines, conversation, reply)
        assert answer.kind == "answer"
        assert answer.trace["found"][0]["place"].startswith(name)


@pytest.mark.parametrize("question", ["How do I reset the Plover?", "How long must I hold the button?", CUP])
def test_it_does_not_ask_back_where_nothing_is_unclear(machines: Assistant, question: str) -> None:
    assert machines.ask(question, ADA).kind == "answer"


# Parts


def test_each_part_has_evidence_of_its_own(assistant: Assistant) -> None:
    question = f"{WARRANTY} And how many times do I rinse the kettle afterwards?"
    events = list(assistant.stream(question, ADA))
    answer = events[-1].answer if isinstance(events[-1], Ended) else None
    assert answer and [citation.number for citation in answer.citations] == [1, 2]
    documents = [citation.passage.document for citation in answer.citations]
    assert documents == ["warranty.md", "kettle.md"]
    assert [event.number for event in events if isinstance(event, Evidence)] == [1, 2]
    first, second = answer.text.splitlines()
    assert first.startswith("How long does the warranty last from delivery: ") and first.endswith("[1]")
    assert second.startswith("And how many times do I rinse the kettle afterwards: ") and second.endswith("[2]")
    assert [part["reason"] for part in answer.trace["parts"]] == [None, None]


@pytest.mark.parametrize("question", [f"{CUP} And {WARRANTY.lower()}", f"{WARRANTY} And {CUP.lower()}"])
def test_a_part_without_evidence_is_said_to_be_missing(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question, ADA)
    assert answer.abstention is None and len(answer.citations) == 1
    missing = [line for line in answer.text.splitlines() if "won the cup" in line]
    reasons = [part["reason"] for part in answer.trace["parts"] if part["reason"]]
    assert len(missing) == len(reasons) == 1
    refusals = assistant.spec.refusals
    assert missing[0].endswith((refusals.insufficient, refusals.off_topic, refusals.nothing_found))


def test_without_any_part_it_abstains(assistant: Assistant) -> None:
    answer = assistant.ask("Compare the price of the Avocet and the Plover", ADA)
    assert answer.abstention is not None and answer.citations == ()


def test_a_composed_answer_survives_memory(opened: Callable[[], Assistant], assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    answer = ask(assistant, conversation, f"{WARRANTY} And {KETTLE.lower()}")
    (turn,) = opened().memory.turns(conversation, ADA)
    assert turn.answer["answer"] == answer.text
    assert [citation["state"] for citation in turn.answer["citations"]] == ["live"] * len(answer.citations)
