"""What is remembered of a user: feedback, retention, handing out, erasing."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Memory, open_assistant
from assistant.feedback import feedback
from assistant.memory import LONGEST_COMMENT
from assistant.remembered import exported, forget, remembered
from retrieval import EVERYONE, Home, HomeBusy, Principal, UsageError
from retrieval.database import Database
from tests.assistant.test_memory import BLANK
from tests.fakes import WordEncoder

SHARE, SEED = float(os.environ.get("SOAK_SHARE", "0.1")), int(os.environ.get("SEED", "20261121"))
ADA, BOB = Principal("ada", frozenset({"HR"})), Principal("bob")
WARRANTY = "How long is the warranty from delivery?"
SALARY = "What does the tamarisk band pay a year?"
CANARY = {"ada": "quincunx", "bob": "zugzwang"}


def talk(assistant: Assistant, asker: Principal, *questions: str) -> list[str]:
    """A conversation about this; each question also has a word that nobody else says."""
    conversation = assistant.memory.begin(asker)
    word = CANARY.get(str(asker.user), "")
    return [assistant.ask(f"{each} {word}", asker, conversation=conversation).id for each in questions]


def set_spec(home: Home, **values: str) -> None:
    text = home.spec.read_text(encoding="utf-8")
    for key, value in values.items():
        before = next(line for line in text.splitlines() if line.startswith(f"{key} = "))
        text = text.replace(before, f"{key} = {value}")
    home.spec.write_text(text, encoding="utf-8")


def age(memory: Memory, days: int, user: str) -> None:
    """Let everything of this user be so many days old."""
    with memory.database.transaction() as connection:
        then = f"-{days} days"
        own = "SELECT id FROM conversations WHERE user = ?"
        connection.execute(
            f"UPDATE answers SET asked_at = datetime('now', ?) WHERE conversation IN ({own})", (then, user)
        )
        connection.execute("UPDATE conversations SET started_at = datetime('now', ?) WHERE user = ?", (then, user))


def stored(home: Home) -> bytes:
    return b"".join(path.read_bytes() for path in home.database.parent.iterdir() if path.name.startswith("home.sqlite"))


# Feedback


def test_feedback_is_kept_with_who_when_and_what_would_be_right(assistant: Assistant) -> None:
    (first,), (second,) = talk(assistant, ADA, WARRANTY), talk(assistant, BOB, WARRANTY)
    assistant.memory.rate(first, ADA, "down", " outdated\x1b ", "It is 36 months.\nSince May.")
    assistant.memory.rate(second, BOB, "up")
    database = assistant.memory.database
    latest, earlier = feedback(database, ADA)
    assert (latest.user, latest.thumb, latest.comment, latest.correction) == ("bob", "up", None, None)
    assert (earlier.user, earlier.thumb, earlier.comment) == ("ada", "down", "outdated")
    assert earlier.correction == "It is 36 months.\nSince May."
    assert earlier.question == f"{WARRANTY} quincunx"
    assert earlier.answer["answer"] == "The warranty lasts 24 months from delivery."
    assert [each.id for each in feedback(database, ADA, thumb="up")] == [second]
    assert [each.id for each in feedback(database, ADA, corrected=True)] == [first]
    assert len(feedback(database, ADA, since=earlier.given_at[:10])) == 2
    assert feedback(database, ADA, since="2999-01-01") == []


@pytest.mark.parametrize("stranger", [BOB, EVERYONE, Principal("Ada"), Principal(None, frozenset({"HR"}))])
def test_only_who_asked_may_give_it(assistant: Assistant, stranger: Principal) -> None:
    (answer,) = talk(assistant, ADA, WARRANTY)
    assistant.memory.rate(answer, ADA, "up", "good")
    with pytest.raises(UsageError, match="no answer"):
        assistant.memory.rate(answer, stranger, "down", "bad")
    (kept,) = feedback(assistant.memory.database, ADA)
    assert (kept.thumb, kept.comment) == ("up", "good")


def test_a_comment_too_long_is_refused(assistant: Assistant) -> None:
    (answer,) = talk(assistant, ADA, WARRANTY)
    with pytest.raises(UsageError, match=f"4001 characters, the limit is {LONGEST_COMMENT}"):
        assistant.memory.rate(answer, ADA, "down", None, "x" * 4001)
    assert feedback(assistant.memory.database, ADA) == []


def test_an_answer_from_restricted_documents_is_withheld_in_the_list(assistant: Assistant) -> None:
    (answer,) = talk(assistant, ADA, SALARY)
    assistant.memory.rate(answer, ADA, "down")
    (seen,), (unseen,) = (feedback(assistant.memory.database, who) for who in (ADA, BOB))
    assert "41,000" in seen.answer["answer"]
    assert unseen.answer["withheld"]
    assert "41,000" not in json.dumps(unseen.to_json())


# Personal data


def test_personal_data_is_not_stored_where_the_spec_says_so(home: Home, opened: Callable[[], Assistant]) -> None:
    set_spec(home, personal_data='"mask"', threshold="0.5")
    assistant = opened()
    assistant.library.sync()
    asked = f"{WARRANTY} Mail ada@mail.example or 0170 1234567"
    conversation = assistant.memory.begin(ADA)
    answer = assistant.ask(asked, ADA, conversation=conversation)
    assert answer.question == asked
    assistant.memory.rate(answer.id, ADA, "down", "I am ada@mail.example", "Call 0800 123 456.")
    assert b"ada@mail" not in stored(home)
    assert b"1234567" not in stored(home)
    (turn,) = assistant.memory.turns(conversation, ADA)
    assert turn.question == turn.answer["question"] == f"{WARRANTY} Mail [e-mail] or [phone]"
    (given,) = feedback(assistant.memory.database, ADA)
    assert (given.comment, given.correction) == ("I am [e-mail]", "Call 0800 123 456.")


# Retention


def test_what_is_old_is_erased_when_the_home_is_opened(home: Home, assistant: Assistant) -> None:
    (old,), _ = talk(assistant, ADA, WARRANTY), talk(assistant, BOB, WARRANTY)
    assistant.memory.rate(old, ADA, "down", "quincunx", "quincunx")
    age(assistant.memory, 31, "ada")
    age(assistant.memory, 29, "bob")
    open_assistant(home.root, WordEncoder()).library.database.close()
    assert {each.user for each in remembered(assistant.memory.database)} == {"ada", "bob"}  # 0: nothing is erased
    set_spec(home, retention_days="30")
    assistant.library.database.close()
    later = open_assistant(home.root, WordEncoder())
    (left,) = remembered(later.memory.database)
    assert (left.user, left.conversations, left.answers) == ("bob", 1, 1)
    assert later.memory.database.rows("SELECT * FROM feedback") == []
    assert b"quincunx" not in stored(home)
    assert b"zugzwang" in stored(home)


def test_what_is_old_is_erased_when_a_conversation_begins(home: Home, assistant: Assistant) -> None:
    talk(assistant, ADA, WARRANTY)
    assistant.memory.retention_days = 30
    age(assistant.memory, 30, "ada")
    assistant.memory.begin(BOB)
    assert [each.user for each in remembered(assistant.memory.database)] == ["ada", "bob"]
    age(assistant.memory, 31, "ada")
    assistant.memory.begin(BOB)
    assert [each.user for each in remembered(assistant.memory.database)] == ["bob"]
    assistant.library.database.close()
    open_assistant(home.root, WordEncoder())  # and the next one to open overwrites its pages
    assert b"quincunx" not in stored(home)


def test_of_a_long_conversation_the_old_turns_go_first(assistant: Assistant) -> None:
    conversation = assistant.memory.begin(ADA)
    assistant.ask(f"{WARRANTY} early", ADA, conversation=conversation)
    age(assistant.memory, 40, "ada")
    assistant.ask(f"{WARRANTY} late", ADA, conversation=conversation)
    assistant.memory.retention_days = 30
    assert assistant.memory.expire()
    assert [turn.question for turn in assistant.memory.turns(conversation, ADA)] == [f"{WARRANTY} late"]
    assert not assistant.memory.expire()


# Handing out


def test_a_user_gets_all_that_is_stored_of_them_and_nothing_of_others(assistant: Assistant) -> None:
    first, second = talk(assistant, ADA, WARRANTY, "Who won the cup?")
    talk(assistant, BOB, WARRANTY)
    assistant.memory.rate(second, ADA, "down", "rude", "Arsenal.")
    records = list(exported(assistant.memory.database, ADA))
    begun, answered, refused = records
    assert (begun["kind"], begun["user"]) == ("conversation", "ada")
    assert [each["id"] for each in (answered, refused)] == [first, second]
    assert answered["answer"]["answer"] == "The warranty lasts 24 months from delivery."
    assert answered["answer"]["citations"][0]["quote"] == "The warranty lasts 24 months from delivery."
    assert answered["trace"]["found"]
    assert answered["feedback"] is None
    assert (refused["feedback"]["comment"], refused["feedback"]["correction"]) == ("rude", "Arsenal.")
    assert refused["question"] == "Who won the cup? quincunx"
    assert {each["conversation"] for each in (answered, refused)} == {begun["id"]}
    told = json.dumps(records)
    assert "bob" not in told
    assert "zugzwang" not in told
    assert list(exported(assistant.memory.database, Principal("eve"))) == []


def test_what_a_user_may_no_longer_read_is_not_handed_out(assistant: Assistant) -> None:
    talk(assistant, ADA, SALARY, WARRANTY)
    told = json.dumps(list(exported(assistant.memory.database, Principal("ada"))))
    assert "41,000" not in told
    assert "hr/salaries" not in told
    assert SALARY in told
    assert "41,000" in json.dumps(list(exported(assistant.memory.database, ADA)))


# Erasing


def test_erasing_a_user_leaves_no_byte_of_theirs(home: Home, assistant: Assistant) -> None:
    for _ in range(3):
        (answer, *_), _ = talk(assistant, ADA, WARRANTY, SALARY), talk(assistant, BOB, WARRANTY)
        assistant.memory.rate(answer, ADA, "down", "quincunx " * 200, "quincunx")
    assert b"quincunx" in stored(home)
    assert forget(assistant.library, "ada") == 6
    assert b"quincunx" not in stored(home)
    assert b"zugzwang" in stored(home)
    (left,) = remembered(assistant.memory.database)
    assert (left.user, left.answers) == ("bob", 3)
    assert assistant.ask(WARRANTY).abstention is None
    assert forget(assistant.library, "ada") == 0


def test_what_an_interrupted_erasure_left_the_next_opening_finishes(
    home: Home, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(assistant, ADA, WARRANTY)
    talk(assistant, BOB, WARRANTY)
    with monkeypatch.context() as broken:
        broken.setattr(Database, "rewrite", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            forget(assistant.library, "ada")
    assert [each.user for each in remembered(assistant.memory.database)] == ["bob"]
    assistant.library.database.close()
    again = open_assistant(home.root, WordEncoder())
    assert again.library.database.rows("SELECT * FROM purges") == []
    assert b"quincunx" not in stored(home)


def _interrupted(database: Database) -> None:
    raise KeyboardInterrupt


ERASER = """
import sys
from pathlib import Path
from assistant import open_assistant
from assistant.remembered import forget
from tests.fakes import WordEncoder

library = open_assistant(Path(sys.argv[1]), WordEncoder()).library
print("ready", flush=True)
forget(library, "ada")
"""


@pytest.mark.slow
def test_an_erasure_that_is_killed_has_not_begun_or_is_finished_later(
    home: Home, assistant: Assistant, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    for who, many in ((ADA, 400), (BOB, 20)):
        conversation, word = assistant.memory.begin(who), CANARY[str(who.user)]
        for number in range(many):
            told = replace(BLANK, id=f"{who.user}-{number}", question=word, text=f"{word} " * 400)
            assistant.memory.keep(conversation, told, who)
    assistant.library.database.close()
    for number in range(max(4, round(40 * SHARE))):
        copy = Home(tmp_path / f"copy{number}")
        shutil.copytree(home.root, copy.root)
        with subprocess.Popen([sys.executable, "-c", ERASER, copy.root], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0, 0.06))
            child.kill()
        again = open_assistant(copy.root, WordEncoder())
        left = {each.user: each.answers for each in remembered(again.memory.database)}
        again.library.database.close()
        assert left in ({"ada": 400, "bob": 20}, {"bob": 20})
        assert (b"quincunx" in stored(copy)) == ("ada" in left)
        assert b"zugzwang" in stored(copy)


def test_while_another_process_writes_nothing_is_erased(home: Home, assistant: Assistant) -> None:
    talk(assistant, ADA, WARRANTY)
    with home.writing(), pytest.raises(HomeBusy):
        forget(assistant.library, "ada")
    assert [each.user for each in remembered(assistant.memory.database)] == ["ada"]


def test_what_everyone_asked_is_nobodys_to_hand_out(assistant: Assistant, tmp_path: Path) -> None:
    talk(assistant, EVERYONE, WARRANTY)
    assert list(exported(assistant.memory.database, EVERYONE)) == []
    (kept,) = remembered(assistant.memory.database)
    assert (kept.user, kept.answers) == (None, 1)
