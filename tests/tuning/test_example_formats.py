"""What other trainers keep comes in, or is named with its line and why not; what goes out is what we train on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.format import complete, neutralise, parse, render
from retrieval import ReadError, StorageError, UsageError, bring
from tests.tuning.clean_rows import clean
from tuning.examples.formats import FORMATS, parted, read_any, write_as
from tuning.examples.formats.framed import framed
from tuning.examples.formats.writing import exchanged
from tuning.nouns import Example, Source

WHO = "You are the assistant of Pellbrook."
OTHERS = [name for name in FORMATS if name != "examples"]
SOURCES = (
    Source("a", "Warranty › Duration", "It lasts 24 months [1].\n\nQuestion: how long?\n\nAnswer: see above."),
    Source("b", "", "Within 30 days.\n\n[2] Later, no.\n"),
)
ANSWERED = Example("1", "How long?", SOURCES, (1, 0), "30 days", documents=("a", "b"), origin="x", licence="CC-BY-4.0")
ABSTAINING = Example("2", "How long?", SOURCES, kind="twin", twin_of="1", origin="documents")
TALK = (
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "Good day."},
    {"role": "user", "content": "Sum it up."},
    {"role": "assistant", "content": "Done."},
)
PROSE = Example("3", "Sum it up.", (), answer="Done.", origin="teacher", messages=TALK)


def written(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read_one(path: Path, row: Any) -> Example | str:
    examples, problems = read_any([written(path / "rows.jsonl", row)])
    return examples[0] if examples else problems[0].reason


# ------------------------------------------------------------------------------------- out, and in again


@pytest.mark.parametrize("ending", ["jsonl", "json"])
@pytest.mark.parametrize("format", OTHERS)
def test_rows_come_back_with_what_the_frame_holds(tmp_path: Path, format: str, ending: str) -> None:
    """Sources are called by their numbers then, and worded as the prompt has them; prose comes back whole."""
    path = tmp_path / f"rows.{ending}"
    write_as(path, [ANSWERED, ABSTAINING, PROSE], format, WHO)
    (answered, abstaining, prose), problems = read_any([path])
    assert problems == []
    assert (answered.question, answered.answer, answered.gold, answered.kind) == (
        "How long?",
        "30 days",
        (1,),
        "answerable",
    )
    assert (answered.documents, answered.licence, answered.id) == (("a", "b"), "CC-BY-4.0", "1")
    assert answered.sources == (
        Source("1", SOURCES[0].title, neutralise(SOURCES[0].text)),
        Source("2", "", neutralise(SOURCES[1].text)),
    )
    assert (abstaining.gold, abstaining.kind, abstaining.twin_of) == ((), "twin", "1")
    assert prose == PROSE


@pytest.mark.parametrize("format", OTHERS)
def test_what_comes_back_is_written_the_same_again(tmp_path: Path, format: str) -> None:
    rows = [*clean()[:40], ANSWERED, ABSTAINING, PROSE]
    write_as(tmp_path / "once.jsonl", rows, format, WHO)
    again, _ = read_any([tmp_path / "once.jsonl"])
    write_as(tmp_path / "twice.jsonl", again, format, WHO)
    assert (tmp_path / "twice.jsonl").read_bytes() == (tmp_path / "once.jsonl").read_bytes()


def test_our_own_format_comes_back_unchanged(tmp_path: Path) -> None:
    write_as(tmp_path / "rows.jsonl", [ANSWERED, ABSTAINING, PROSE], "examples", WHO)
    assert read_any([tmp_path / "rows.jsonl"]) == ([ANSWERED, ABSTAINING, PROSE], [])


def test_the_prompt_is_the_renderers_and_the_completion_parses(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_as(path, [ANSWERED, ABSTAINING], "prompt-completion", WHO)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    passages = [bring(source.id, source.title, source.text) for source in SOURCES]
    for row, cited in zip(rows, (1, None), strict=True):
        assert row["prompt"] == render("How long?", passages, WHO)
        said = parse(row["completion"][0]["content"], 2)
        assert said is not None
        assert said.cited == cited
        assert row["completion"] == [{"role": "assistant", "content": complete(said)}]


def test_a_follow_up_is_written_as_it_is_asked(tmp_path: Path) -> None:
    """No trainer's format may show what serving does not: the question stands alone."""
    said = ({"role": "user", "content": "How long is the Heron covered?"}, {"role": "assistant", "content": "A year."})
    (_, prompt, _) = exchanged(replace(ANSWERED, question="And the Tern?", history=said), WHO)
    assert prompt["content"].endswith("Question: How long is the Tern covered?")


@pytest.mark.parametrize("format", OTHERS)
def test_documents_that_are_shown_are_named_beside(tmp_path: Path, format: str) -> None:
    """In the frame a source is a number; by the names beside it a purge finds the row."""
    path = tmp_path / "rows.jsonl"
    shown = (*SOURCES, Source("other.md@0123456789ab:0-14", "Other", "Within a week."))
    write_as(path, [replace(ANSWERED, sources=shown)], format, WHO)
    assert json.loads(path.read_text(encoding="utf-8"))["documents"] == ["a", "b", "other.md"]


def test_an_exchange_that_only_looks_like_ours_is_prose() -> None:
    system, user, reply = exchanged(ANSWERED, WHO)
    assert framed([system, user, reply])
    assert framed([system, {**user, "content": user["content"] + " "}, reply]) is None
    assert framed([system, user, {**reply, "content": "Cited:7\nAnswer: x"}]) is None
    assert framed([{**system, "content": "Be kind."}, user, reply]) is None
    assert framed([user, reply]) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=4), st.text(min_size=1, max_size=40))
def test_whatever_sources_say_the_frame_is_read_back_or_left_alone(texts: list[str], question: str) -> None:
    """Never into something else than what was written."""
    sources = tuple(Source(str(number), "", text) for number, text in enumerate(texts))
    said = exchanged(Example("1", question, sources, kind="hard"), WHO)
    found = framed(said)
    if found is not None:
        assert exchanged(Example("1", found.question, found.sources, kind="hard"), WHO) == said


# ------------------------------------------------------------------------------------- in


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]},
        {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
        {"prompt": "Hi", "completion": "Hello"},
        {"prompt": [{"role": "user", "content": "Hi"}], "completion": [{"role": "assistant", "content": "Hello"}]},
        {"instruction": "Hi", "input": "", "output": "Hello"},
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
                {"role": "model", "content": "Hello"},
            ]
        },
    ],
)
def test_each_shape_says_the_same(tmp_path: Path, row: dict[str, Any]) -> None:
    found = read_one(tmp_path, row)
    assert isinstance(found, Example)
    assert (found.question, found.answer, found.origin, found.sources) == ("Hi", "Hello", "brought", ())
    assert [dict(one) for one in found.messages] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
    ]
    assert found.id == "brought-888591282390"  # by what it says, whatever the shape


def test_systems_inputs_and_history_are_kept(tmp_path: Path) -> None:
    row = {
        "system": "Be brief.",
        "history": [["a", "b"]],
        "instruction": "Sum up",
        "input": "This text.",
        "output": "x",
    }
    found = read_one(tmp_path, row)
    assert isinstance(found, Example)
    assert [one["content"] for one in found.messages] == ["Be brief.", "a", "b", "Sum up\n\nThis text.", "x"]
    found = read_one(
        tmp_path,
        {"id": 7, "system": "S", "conversations": [{"from": "user", "value": "a"}, {"from": "bot", "value": "b"}]},
    )
    assert isinstance(found, Example)
    assert (found.id, [one["role"] for one in found.messages]) == ("7", ["system", "user", "assistant"])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"text": "x"}, 'its keys are ["text"]; a row has question and answerable, or: messages; conversations;'),
        ({"messages": []}, "it begins with nothing, where a user asks first"),
        ({"messages": "Hi"}, 'messages is "Hi"; it must be a list'),
        ({"messages": [["user", "Hi"]]}, 'messages holds ["user", "Hi"]; each must be an object'),
        ({"messages": [{"role": "tool", "content": "x"}]}, 'role is "tool"; it must be one of'),
        ({"messages": [{"role": ["user"], "content": "x"}]}, 'role is ["user"]'),
        ({"messages": [{"role": "user", "content": " "}]}, "content of a message is empty"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "it must be a text"),
        ({"messages": [TALK[2], TALK[1]]}, "it begins with assistant"),
        ({"messages": [TALK[1]]}, "it ends with a question, so there is nothing to learn"),
        ({"messages": [TALK[1], TALK[1], TALK[2]]}, "two messages of the same role follow each other"),
        ({"messages": [TALK[1], TALK[0], TALK[2]]}, "a system's message stands behind others"),
        ({"instruction": "Hi", "output": ""}, "output is empty"),
        ({"instruction": "Hi", "output": "x", "history": [["a"]]}, 'history is [["a"]]; it must be a list of pairs'),
        ({"prompt": "Hi", "completion": None}, "completion is missing"),
        ({"question": "Hi", "answerable": False}, "id is missing"),
        (5, "the line is 5; it must be an object"),
    ],
)
def test_what_nothing_can_be_learned_from_says_why(tmp_path: Path, row: Any, why: str) -> None:
    found = read_one(tmp_path, row)
    assert isinstance(found, str)
    assert why in found


def test_formats_may_be_mixed_and_each_bad_line_is_named(tmp_path: Path) -> None:
    lines = [
        '\ufeff{"prompt": "a", "completion": "b"}\r',
        "",
        '{"prompt": "a", "comple',
        '{"instruction": "a", "output": "\\ud800"}',
        '{"prompt": "a", "completion": "b"}',
        json.dumps({"instruction": "long " * 400_000, "output": "b"}),
    ]
    path = tmp_path / "rows.jsonl"
    path.write_bytes("\n".join(lines).encode())
    examples, problems = read_any([path])
    assert [len(example.question) for example in examples] == [1, 2_000_000]
    assert [(problem.line, problem.reason[:39]) for problem in problems] == [
        (3, "the line is not JSON: Unterminated stri"),
        (4, "the line holds half a character (a lone"),
        (5, f'id "{examples[0].id}" is already in'[:39]),
    ]


def test_of_a_list_that_breaks_the_rows_before_are_used(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    whole = json.dumps([{"prompt": str(number), "completion": "b"} for number in range(3)], indent=1)
    path.write_text("\ufeff" + whole, encoding="utf-8")
    assert [example.question for example in read_any([path])[0]] == ["0", "1", "2"]
    path.write_text(whole.replace('"1"', "1 1"), encoding="utf-8")
    examples, problems = read_any([path])
    assert ([example.question for example in examples], [problem.line for problem in problems]) == (["0"], [6])
    assert "the rest of the list can't be read" in problems[0].reason
    path.write_text(whole[: whole.rindex("]")], encoding="utf-8")
    examples, problems = read_any([path])
    assert (len(examples), problems[0].reason) == (3, "the list has no end; was the file cut off?")
    path.write_text("[" * 5000, encoding="utf-8")
    assert len(read_any([path])[1]) == 1
    path.write_text('[{"prompt": "\\ud800", "completion": "b"}, 5]', encoding="utf-8")
    assert [problem.reason[:22] for problem in read_any([path])[1]] == [
        "the row holds half a c",
        "the row is 5; it must ",
    ]


def test_files_that_are_none_say_so(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ReadError, match="is an empty list"):
        read_any([tmp_path / "empty.json"])
    (tmp_path / "latin.json").write_bytes('[{"prompt": "é"}]'.encode("latin-1"))
    with pytest.raises(ReadError, match="is not UTF-8 text"):
        read_any([tmp_path / "latin.json"])
    with pytest.raises(ReadError, match="cannot be read"):
        read_any([tmp_path / "none.jsonl"])
    with pytest.raises(ReadError, match="cannot be read"):
        read_any([tmp_path])


def test_files_that_cannot_be_written_say_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'csv' is no format of examples"):
        write_as(tmp_path / "rows.csv", [ANSWERED], "csv", WHO)
    with pytest.raises(UsageError, match=r"rows\.csv is a table"):
        write_as(tmp_path / "rows.csv", [ANSWERED], "alpaca", WHO)
    with pytest.raises(StorageError):
        write_as(tmp_path / "none" / "rows.jsonl", [ANSWERED], "alpaca", WHO)


def test_spans_and_prose_are_kept_apart() -> None:
    assert parted([ANSWERED, PROSE, ABSTAINING]) == ([ANSWERED, ABSTAINING], [PROSE])
