"""Files of conversations become exchanges, whatever wrote them, in nobody's name; what is none is counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import ReadError, UsageError
from tests.tuning.mailbox import THREADS, write_mailbox
from tuning.examples.past.asking import questions, shares
from tuning.examples.past.columns import columns_of, told
from tuning.examples.past.letters import BULK, TWICE
from tuning.examples.past.nouns import Exchanges
from tuning.examples.past.people import in_roles, people_of
from tuning.examples.past.reading import NO_QUESTION, NO_REPLY, read
from tuning.examples.past.reading import TWICE as SAID_TWICE
from tuning.examples.past.tables import BROKEN, WIDE
from tuning.examples.past.written import own_words

ASKED, REPLIED = "How long is the pump covered?", "The pump is covered for 4 years."


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def found(folder: Path, name: str, text: str | bytes, **columns: str) -> Exchanges:
    return read([written(folder, name, text)], columns, {"pellbrook"})


def pairs(exchanges: Exchanges) -> list[tuple[str, Sequence[str]]]:
    return [(one.asked, one.replied) for one in exchanges.found]


# ------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    "table",
    [
        f"Ticket,Question,Reply\n1,{ASKED},{REPLIED}\n",
        f"customer_message;agent_message;created_at\n{ASKED};{REPLIED};2026-03-01\n",
        f"ticket_id\trole\tbody\n7\tcustomer\t{ASKED}\n7\tagent\t{REPLIED}\n",
        f"Case,From,Message\n7,Support desk,Hello there.\n7,Tom,{ASKED}\n7,Support desk,{REPLIED}\n",
        f"Conversation ID,Author,Text,Time\n7,Zoe,{REPLIED},2026-03-02\n7,Tom,{ASKED},2026-03-01\n",
    ],
)
def test_columns_are_known_by_their_names_and_messages_put_in_order(tmp_path: Path, table: str) -> None:
    assert pairs(found(tmp_path, "t.csv", table)) == [(ASKED, (REPLIED,))]


def test_columns_may_be_named(tmp_path: Path) -> None:
    table = f"A,B,Question\n{ASKED},{REPLIED},not this one\n"
    assert pairs(found(tmp_path, "t.csv", table, **told("asked=A, replied=B"))) == [(ASKED, (REPLIED,))]


def test_a_table_without_known_columns_says_which_it_has_and_how_to_name_them(tmp_path: Path) -> None:
    with pytest.raises(
        ReadError, match=r"t\.csv has the columns Colour, Size: .*--columns asked=COLUMN,replied=COLUMN"
    ):
        found(tmp_path, "t.csv", "Colour,Size\nred,9\n")
    with pytest.raises(ReadError, match=r"no column 'Frage'.*It has Colour, Size"):
        found(tmp_path, "t.csv", "Colour,Size\nred,9\n", asked="Frage")


@pytest.mark.parametrize("said", ["asked", "asked=", "=x", "colour=x"])
def test_columns_that_name_nothing_are_refused(said: str) -> None:
    with pytest.raises(UsageError, match="names no column"):
        told(said)


@given(st.lists(st.text("aZ_ -9", min_size=1), unique=True, min_size=1, max_size=6))
def test_guesses_name_columns_that_are_there_and_none_twice(names: list[str]) -> None:
    try:
        columns = columns_of([*names, "question", "reply"], {}, "t.csv")
    except ReadError:
        return
    named = [name for name in vars(columns).values() if name]
    assert len(named) == len(set(named)) and set(named) <= {*names, "question", "reply"}


def test_rows_that_are_no_csv_are_counted_and_the_others_used(tmp_path: Path) -> None:
    table = f'Question,Reply\n{ASKED},{REPLIED}\nWho?,"a"b\nWho is it?,me,too,many\n'
    exchanges = found(tmp_path, "t.csv", table)
    assert pairs(exchanges) == [(ASKED, (REPLIED,))]
    assert exchanges.left_out[BROKEN] == exchanges.left_out[WIDE] == 1


def test_encodings(tmp_path: Path) -> None:
    table = f"Question,Reply\nHow long is the café open?,{REPLIED}\n"
    assert len(found(tmp_path, "t.csv", table.encode("utf-16")).found) == 1
    assert len(found(tmp_path, "t.csv", table.encode("utf-8-sig")).found) == 1
    with pytest.raises(ReadError, match=r"not UTF-8 text \(near byte 34\)\. Export it again as UTF-8"):
        found(tmp_path, "t.csv", table.encode("latin-1"))


def test_other_files_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"t\.docx is no file of conversations"):
        found(tmp_path, "t.docx", "x")
    with pytest.raises(ReadError, match=r"away\.csv is not a file"):
        read([tmp_path / "away.csv"], {})
    with pytest.raises(ReadError, match="not a mailbox"):
        found(tmp_path, "t.mbox", "Hello")


# ------------------------------------------------------------------------------------- JSON lines


@pytest.mark.parametrize(
    "lines",
    [
        [{"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": ASKED},
                       {"role": "assistant", "content": [{"type": "text", "text": REPLIED}]}]}],
        [{"conversations": [{"from": "human", "value": ASKED}, {"from": "gpt", "value": REPLIED}]}],
        [{"thread": 1, "role": "user", "content": ASKED}, {"thread": 1, "role": "bot", "content": REPLIED}],
        [{"prompt": ASKED, "completion": REPLIED}],
    ],
)  # fmt: skip
def test_json_lines(tmp_path: Path, lines: list[object]) -> None:
    text = "\n".join(["{torn", *map(json.dumps, lines)])
    exchanges = found(tmp_path, "t.jsonl", text)
    assert pairs(exchanges) == [(ASKED, (REPLIED,))]
    assert sum(exchanges.left_out.values()) == 1


def test_a_follow_up_is_understood_by_what_was_said_before(tmp_path: Path) -> None:
    said = [("user", "How heavy is the Dunlin 400?"), ("assistant", "It weighs 9 kg."), ("user", "And the Tern 220?"),
            ("assistant", "It weighs 4 kg.")]  # fmt: skip
    line = json.dumps({"messages": [{"role": role, "content": text} for role, text in said]})
    first, second = found(tmp_path, "t.jsonl", line).found
    assert second.asked == "How heavy is the Tern 220?"
    assert [past.question for past in second.before] == [first.asked]


# ------------------------------------------------------------------------------------- letters


def test_a_mailbox(tmp_path: Path) -> None:
    write_mailbox(tmp_path / "desk.mbox")
    exchanges = read([tmp_path / "desk.mbox"], {}, {"pellbrook"})
    asking = [thread for thread in THREADS if thread.fate not in ("no question", "unanswered")]
    turns = sum(len(thread.letters) // 2 for thread in asking)
    assert len(exchanges.found) == turns
    assert exchanges.left_out == {BULK: 1, TWICE: 1, NO_QUESTION: 1, NO_REPLY: 1}
    said = " ".join([one.asked for one in exchanges.found] + [text for one in exchanges.found for text in one.replied])
    for private in ("Tom", "Baker", "Anna", "Keller", "Zoe", "Lindqvist", "Mill", "7946", "wrote", "> "):
        assert private not in said
    assert exchanges.found[0].when == "2026-03-01" and exchanges.found[0].place == "desk.mbox, letter 1"


def test_single_letters_are_one_thread(tmp_path: Path) -> None:
    head = "From: {}\nTo: {}\nMessage-ID: <{}@x>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n{}\n\n{}\n"
    asked = head.format("t@a.example", "desk@b.example", 1, "Subject: Pump", ASKED)
    reply = head.format("desk@b.example", "t@a.example", 2, "In-Reply-To: <1@x>", REPLIED)
    paths = [written(tmp_path, "2.eml", reply), written(tmp_path, "1.eml", asked)]
    assert pairs(read(paths[::-1], {})) == [(ASKED, (REPLIED,))]


def test_among_colleagues_whoever_began_asks(tmp_path: Path) -> None:
    head = "From: {}\nTo: {}\nMessage-ID: <{}@x>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n{}\n\n{}\n"
    for number, colleague in enumerate(("tom", "mei")):
        asked, answered = f"q{number}", f"a{number}"
        letter = head.format(
            f"{colleague}@b.example", "desk@b.example", asked, "Subject: Pump", f"{ASKED[:-1]} {number}?"
        )
        reply = head.format("desk@b.example", f"{colleague}@b.example", answered, f"In-Reply-To: <{asked}@x>", REPLIED)
        written(tmp_path, f"{asked}.eml", letter)
        written(tmp_path, f"{answered}.eml", reply)
    assert len(read([tmp_path / f"{name}.eml" for name in ("q0", "a0", "q1", "a1")], {}).found) == 2


def test_what_somebody_wrote() -> None:
    letter = (
        "Dear Ms Tan,\n\nthe hose is\nblocked. Is it covered?\n\nKind regards,\nTom\n\nOn Mon, 2 Mar, Desk\n"
        "<d@x.example> wrote:\n> old\n"
    )
    assert own_words(letter) == "the hose is blocked. Is it covered?"
    assert own_words("Is it so?\n\n-----Original Message-----\nFrom: x\nold") == "Is it so?"
    assert own_words("Is it so?\nFrom: a\nSent: b\nTo: c\nold") == "Is it so?"
    assert own_words("> quoted\nMy own words.") == "My own words."
    assert own_words("<p>Hello,</p><p>Is it so?</p><blockquote>old</blockquote>") == "Is it so?"


@given(st.text("aB.?>\n -<:[]", max_size=60))
def test_own_words_are_never_more_than_was_written(text: str) -> None:
    assert len(own_words(text)) <= len(text)


# ------------------------------------------------------------------------------------- people and questions


def test_people_are_called_by_their_roles() -> None:
    people = people_of(
        [("Tom Baker", True), ("zoe.lindqvist@x.example", False), ("Pellbrook Support", False)], {"pellbrook"}
    )
    text = "My name is Tom Baker. Zoe of Pellbrook and Dr. Weiss rang tom@x.example from 020 7946 0958."
    assert in_roles(text, people) == (
        "My name is [customer]. [colleague] of Pellbrook and [person] rang [e-mail] from [phone]."
    )


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Can you help me?", []),
        ("Thanks a lot. Bye!", []),
        ("When I came home, it was there.", []),
        ("how long is the cable", ["How long is the cable?"]),
        ("how long is it", []),
        ("My Wren smells of plastic. Is that dangerous?", ["My Wren smells of plastic. Is that dangerous?"]),
        ("Please tell me the price of a Wren 110.", ["Please tell me the price of a Wren 110."]),
        ("What is a burr? How big is a tank?", ["What is a burr?", "How big is a tank?"]),
    ],
)
def test_questions(text: str, asked: list[str]) -> None:
    assert questions(text, []) == asked


def test_each_question_has_its_share_of_the_reply() -> None:
    asked = ["What does express cost?", "How big is the tank?"]
    reply = "Express costs £11. It is insured. The tank holds 2 litres. Anything else?"
    assert shares(asked, reply) == [("Express costs £11.", "It is insured."), ("The tank holds 2 litres.",)]


def test_the_same_exchange_counts_once(tmp_path: Path) -> None:
    exchanges = found(
        tmp_path, "t.csv", f"Question,Reply\n{ASKED},{REPLIED}\n{ASKED},{REPLIED}\nWho is the owner?,\n,\n"
    )
    assert len(exchanges.found) == 1
    assert exchanges.left_out[SAID_TWICE] == exchanges.left_out[NO_REPLY] == 1
