"""What is remembered: whole turns, in order, for their owner."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Memory, create_home, open_assistant
from assistant.memory import MIGRATIONS, Thumb
from retrieval import EVERYONE, Database, Principal, UsageError
from tests.fakes import WordEncoder

ADA, BOB = Principal("ada"), Principal("bob")
QUESTION = "How long is the warranty from delivery?"
BLANK = Answer("How?", "So.", (), 0.5, None, "liar", 1, "none", None, {"found": []}, "")


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return open_assistant(create_home(tmp_path / "home").root, WordEncoder()).memory


def numbered(memory: Memory, conversation: str) -> list[tuple[int, str]]:
    rows = memory.database.rows(
        "SELECT number, question FROM answers WHERE conversation = ? ORDER BY number", conversation
    )
    return [(row["number"], row["question"]) for row in rows]


def test_conversations_cannot_be_guessed(memory: Memory) -> None:
    names = [memory.begin(EVERYONE) for _ in range(200)]
    assert len(set(names)) == 200
    assert all(len(name) == 32 and int(name, 16) for name in names)
    agreeing = [sum(map(str.__eq__, first, second)) for first, second in pairwise(names)]
    assert sum(agreeing) < 199 * 32 / 4  # chance: a sixteenth, and the version; a counter's names agree in nearly all


def test_turns_come_back_in_order_and_whole(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    questions = [QUESTION, "Who won the cup?", "Descale the kettle every how many months?"]
    answers = [assistant.ask(question, ADA, conversation=conversation) for question in questions]
    turns = assistant.memory.turns(conversation, ADA)
    assert [turn.question for turn in turns] == questions
    assert [turn.id for turn in turns] == [answer.id for answer in answers]
    for turn, answer in zip(turns, answers, strict=True):
        assert turn.answer["answer"] == answer.text
        assert turn.answer["format"] == answer.format
        assert turn.answer["abstained"] == (answer.abstention is not None)
        assert turn.thumb is None


def test_a_users_conversations_are_listed_the_latest_first(memory: Memory) -> None:
    first, second, empty, hers, nobodys = (memory.begin(who) for who in (ADA, ADA, ADA, BOB, EVERYONE))
    asked = [(first, ADA, "One?"), (second, ADA, "Two?"), (hers, BOB, "Hers?"), (nobodys, EVERYONE, "Whose?")]
    for number, (conversation, who, question) in enumerate([*asked, (first, ADA, "One more?")]):
        memory.keep(conversation, replace(BLANK, id=f"{number}", question=question), who)
    found = memory.conversations(ADA)
    assert [(one.id, one.first, one.turns) for one in found] == [(first, "One?", 2), (second, "Two?", 1)]
    assert [one.id for one in memory.conversations(ADA, most=1)] == [first]
    assert [one.first for one in memory.conversations(BOB)] == ["Hers?"]
    assert memory.conversations(EVERYONE) == [], "who has no name could be anybody"
    with memory.database.transaction() as connection:
        connection.execute("UPDATE answers SET question = '' WHERE id = '0'")
    assert memory.conversations(ADA)[0].first == "One more?"
    assert empty not in {one.id for one in memory.conversations(ADA)}


def test_the_trace_is_kept_beside(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    answer = assistant.ask(QUESTION, ADA, conversation=conversation)
    (row,) = assistant.memory.database.rows("SELECT trace FROM answers")
    assert json.loads(row["trace"]) == answer.trace


def test_without_a_conversation_nothing_is_kept(assistant: Assistant) -> None:
    assistant.ask(QUESTION)
    assert assistant.memory.database.rows("SELECT 1 FROM answers") == []


@pytest.mark.parametrize("stranger", [BOB, EVERYONE, Principal("ADA"), Principal("ada ")])
def test_a_conversation_is_its_owners_alone(assistant: Assistant, stranger: Principal) -> None:
    conversation = assistant.memory.begin(ADA)
    assistant.ask(QUESTION, ADA, conversation=conversation)
    refusals = []
    for name in (conversation, "0" * 32):
        with pytest.raises(UsageError) as refusal:
            assistant.memory.turns(name, stranger)
        refusals.append(str(refusal.value).replace(name, ""))
        with pytest.raises(UsageError):
            assistant.ask("Who won the cup?", stranger, conversation=name)
    assert refusals[0] == refusals[1]  # that it exists is not told either
    assert len(assistant.memory.turns(conversation, ADA)) == 1


def test_who_signs_in_does_not_take_over_what_nobody_owned(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(EVERYONE)
    assistant.ask(QUESTION, conversation=conversation)
    assert len(assistant.memory.turns(conversation, Principal(None, frozenset({"HR"})))) == 1
    with pytest.raises(UsageError):
        assistant.memory.turns(conversation, ADA)


def test_an_unknown_conversation_is_refused_before_anything_is_searched(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="no conversation"):
        next(assistant.stream(QUESTION, conversation="made-up"))
    with pytest.raises(UsageError, match="no conversation"):
        assistant.memory.keep("made-up", replace(BLANK, id="x"), EVERYONE)


# Thumbs


def test_the_second_thumb_replaces_the_first(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    answer = assistant.ask(QUESTION, ADA, conversation=conversation)
    assistant.memory.rate(answer.id, ADA, "up", "good")
    assert assistant.memory.ratings() == {"up": 1}
    assistant.memory.rate(answer.id, ADA, "down")
    assert assistant.memory.ratings() == {"down": 1}
    assert assistant.memory.turns(conversation, ADA)[0].thumb == "down"
    (row,) = assistant.memory.database.rows("SELECT comment FROM feedback")
    assert row["comment"] is None


def test_an_unknown_answer_or_thumb_is_refused(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="no answer"):
        assistant.memory.rate("made-up", ADA, "up")
    answer = assistant.ask(QUESTION, ADA, conversation=assistant.memory.begin(ADA))
    sideways: Thumb = "sideways"  # type: ignore[assignment]
    with pytest.raises(UsageError, match="no thumb"):
        assistant.memory.rate(answer.id, ADA, sideways)
    assert assistant.memory.ratings() == {}


# Several at once, and an end without warning


def test_threads_neither_lose_nor_double_a_turn(memory: Memory) -> None:
    conversation = memory.begin(ADA)
    faults: list[BaseException] = []

    def write(who: int) -> None:
        try:
            for number in range(25):
                name = f"{who}-{number}"
                memory.keep(conversation, replace(BLANK, id=name, question=name), ADA)
        except BaseException as fault:
            faults.append(fault)
        finally:
            memory.database.close()

    threads = [threading.Thread(target=write, args=(who,)) for who in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    kept = numbered(memory, conversation)
    assert [number for number, _ in kept] == list(range(1, 76))
    assert {name for _, name in kept} == {f"{who}-{number}" for who in range(3) for number in range(25)}
    for who in range(3):
        own = [name for _, name in kept if name.startswith(f"{who}-")]
        assert own == [f"{who}-{number}" for number in range(25)]


def test_a_turn_that_was_erased_leaves_its_number_free(memory: Memory) -> None:
    conversation = memory.begin(ADA)
    for name in ("a", "b", "c"):
        memory.keep(conversation, replace(BLANK, id=name, question=name), ADA)
    with memory.database.transaction() as connection:
        connection.execute("DELETE FROM answers WHERE id = 'a'")
    memory.keep(conversation, replace(BLANK, id="d", question="d"), ADA)
    assert [turn.question for turn in memory.turns(conversation, ADA)] == ["b", "c", "d"]


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.assistant.test_memory import ADA, BLANK
from assistant.memory import MIGRATIONS, Memory
from retrieval import Database

memory = Memory(Database(Path(sys.argv[1]), {"assistant": MIGRATIONS}))
for number in range(100_000):
    name = f"{sys.argv[3]}-{number}"
    memory.keep(sys.argv[2], replace(BLANK, id=name, question=name, text="so " * 3000), ADA)
    print(number, flush=True)
"""


def test_kill_9_leaves_whole_turns(tmp_path: Path) -> None:
    path = tmp_path / "home.sqlite"
    memory = Memory(Database(path, {"assistant": MIGRATIONS}))
    conversation = memory.begin(ADA)
    said = 0
    for run in range(2):
        told = killed_while_writing(path, conversation, run)
        kept = numbered(Memory(Database(path, {"assistant": MIGRATIONS})), conversation)
        assert [number for number, _ in kept] == list(range(1, len(kept) + 1))
        own = [name for _, name in kept if name.startswith(f"{run}-")]
        assert own == [f"{run}-{number}" for number in range(len(own))]
        assert told <= len(own) <= told + 1  # nothing that was reported as kept is lost
        said += told
    assert said > 10
    assert memory.database.rows("PRAGMA integrity_check")[0][0] == "ok"
    for row in memory.database.rows("SELECT answer, trace FROM answers"):
        assert json.loads(row["answer"])["answer"] == "so " * 3000
        assert json.loads(row["trace"]) == {"found": []}


def killed_while_writing(path: Path, conversation: str, run: int) -> int:
    """How many turns a process had reported as kept when it was killed."""
    arguments = [sys.executable, "-c", WRITER, str(path), conversation, str(run)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(0.3)
        process.kill()
        return len([first, *process.stdout.read().splitlines()])
