"""Examples in the formats of other trainers: the prompt is, to the letter, what a model is asked when it serves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.format import TASK, Message, Parsed, complete, render
from retrieval import UsageError, bring, storing
from tuning.exam.rows import TABLES, Row
from tuning.examples.rows import row_of_example, write_examples
from tuning.examples.showing import alone
from tuning.examples.store import document_of
from tuning.nouns import Example

OWN = "examples"
_BESIDE = ("id", "kind", "origin", "licence", "documents", "twin_of", "slice")  # kept beside what is learned
_FROM = {"system": "system", "user": "human", "assistant": "gpt"}


def write_as(path: Path, examples: Sequence[Example], format: str, who: str) -> None:
    """`who` introduces the assistant, as its Spec does. By its ending the file is one JSON list, or JSON lines."""
    if format not in FORMATS:
        raise UsageError(f"{format!r} is no format of examples.", f"Choose one of {', '.join(FORMATS)}.")
    if format == OWN:
        write_examples(path, examples)
        return
    if path.suffix.lower() in TABLES:
        raise UsageError(f"{path.name} is a table, and {format} has lists in its rows.", "Name a .jsonl or .json file.")
    rows = [_SHAPES[format](exchanged(example, who)) | _beside(example) for example in examples]
    with storing(path):
        path.write_text(written(rows, path.suffix.lower() == ".json"), encoding="utf-8")


def exchanged(example: Example, who: str) -> list[Message]:
    """The whole exchange, what to say last. A row of prose has its own."""
    if example.messages:
        said = [dict(message) for message in example.messages]
        return said if said[-1]["role"] == "assistant" else [*said, {"role": "assistant", "content": example.answer}]
    passages = [bring(source.id, source.title, source.text) for source in example.sources]
    parsed = Parsed(example.gold[0], example.answer) if example.gold else Parsed(None, "")
    return [*render(alone(example).question, passages, who), {"role": "assistant", "content": complete(parsed)}]


def _messages(said: Sequence[Message]) -> Row:
    return {"messages": list(said)}


def _prompt(said: Sequence[Message]) -> Row:
    return {"prompt": list(said[:-1]), "completion": [said[-1]]}


def _conversations(said: Sequence[Message]) -> Row:
    return {"conversations": [{"from": _FROM[one["role"]], "value": one["content"]} for one in said]}


def _instruction(said: Sequence[Message]) -> Row:
    """Our frame is an instruction with its input; of any other exchange what was said before stands beside."""
    *before, asked, reply = said
    if len(before) == 1 and before[0]["content"].endswith(TASK):
        return {"instruction": before[0]["content"], "input": asked["content"], "output": reply["content"]}
    system = [one["content"] for one in before if one["role"] == "system"]
    turns = [one["content"] for one in before if one["role"] != "system"]
    if len(turns) % 2:
        raise UsageError("An exchange has a question without an answer, and alpaca has no place for it.", "Mend it.")
    history = [list(pair) for pair in zip(turns[::2], turns[1::2], strict=True)]
    row = {"instruction": asked["content"], "input": "", "output": reply["content"]}
    return row | ({"system": system[0]} if system else {}) | ({"history": history} if history else {})


def _beside(example: Example) -> Row:
    """With the Home's documents that are shown: in the frame they have no names, and a purge goes by names."""
    shown = [document for source in example.sources if (document := document_of(source)) != source.id]
    row = row_of_example(example) | {"documents": list(dict.fromkeys([*example.documents, *shown]))}
    return {name: row[name] for name in _BESIDE if row.get(name)}


def written(rows: Sequence[Row], one_list: bool) -> str:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n" if one_list else "".join(line + "\n" for line in lines)


_SHAPES: Mapping[str, Callable[[Sequence[Message]], Row]] = {
    "messages": _messages,
    "prompt-completion": _prompt,
    "alpaca": _instruction,
    "sharegpt": _conversations,
}
FORMATS = (OWN, *_SHAPES)
