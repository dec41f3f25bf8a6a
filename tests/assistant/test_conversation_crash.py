"""A process may be killed in the middle of an answer: no message is lost or doubled, and the conversation goes on."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant, Ended, Memory, Said
from assistant.conversation.speaking import INTERRUPTED
from retrieval import Principal
from tests.retrieval.homes import SEED, SHARE

KILLS = max(1, round(50 * SHARE))
ADA = Principal("ada")
QUESTION = "Descale the kettle every how many months, said {0}?"

# Asks on from a number, and goes on after every event only when it is told to.
TALKER = """
import sys
from pathlib import Path
from assistant import open_assistant
from tests.assistant.test_conversation_crash import ADA, QUESTION
from tests.fakes import WordEncoder

assistant = open_assistant(Path(sys.argv[1]), WordEncoder())
for number in range(int(sys.argv[3]), 1_000_000):
    for event in assistant.stream(QUESTION.format(number), ADA, conversation=sys.argv[2]):
        print(number, type(event).__name__, flush=True)
        sys.stdin.readline()
"""


def talked(root: Path, conversation: str, first: int, steps: int, patient: bool) -> tuple[int, int]:
    """After so many events it is killed: while it waits, or right after it was told to go on. Which question it had
    begun for certain then, and how many it had answered."""
    arguments = [sys.executable, "-c", TALKER, str(root), conversation, str(first)]
    begun, answered = first, first
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        for step in range(steps):
            number, event = child.stdout.readline().split()
            begun = int(number)
            answered = begun + (event == "Ended")
            if step < steps - 1 or not patient:
                child.stdin.write("\n")
                child.stdin.flush()
        child.kill()
    return begun, answered


def kept(memory: Memory, conversation: str) -> list[tuple[str, bool]]:
    """Questions in their order, each with whether it was answered."""
    return [(turn.question, turn.answer["answer"] != INTERRUPTED) for turn in memory.turns(conversation, ADA)]


@pytest.mark.slow
def test_kill_9_in_mid_answer(opened: Callable[[], Assistant], assistant: Assistant) -> None:
    chance, root = random.Random(SEED), assistant.library.home.root
    conversation = assistant.memory.begin(ADA)
    for _ in range(KILLS):
        first = len(kept(assistant.memory, conversation))
        begun, answered = talked(root, conversation, first, chance.randint(1, 9), chance.random() < 0.5)
        turns = kept(opened().memory, conversation)
        assert [question for question, _ in turns] == [QUESTION.format(number) for number in range(len(turns))]
        assert begun < len(turns) <= begun + 2  # what was asked is there, and the one after it may have begun
        assert all(whole for _, whole in turns[first:answered])
    rows = assistant.memory.database.rows("SELECT number FROM answers ORDER BY number")
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    goes_on = opened().ask("And rinse it?", ADA, conversation=conversation)
    assert "kettle" in goes_on.trace["condensed"]["question"] and goes_on.citations


def test_a_reader_that_leaves_in_mid_answer_loses_no_message(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    stream = assistant.stream(QUESTION.format(0), ADA, conversation=conversation)
    while not isinstance(next(stream), Said):
        pass
    stream.close()  # type: ignore[attr-defined]
    assert kept(assistant.memory, conversation) == [(QUESTION.format(0), False)]
    whole = list(assistant.stream(QUESTION.format(1), ADA, conversation=conversation))
    assert isinstance(whole[-1], Ended)
    assert kept(assistant.memory, conversation) == [(QUESTION.format(0), False), (QUESTION.format(1), True)]
