"""A row of any trainer's format as an exchange of messages: known by its keys, refused where nothing can be learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from assistant.format import TASK, Message
from tuning.exam.rows import BadRow, Row, shown
from tuning.exam.values import given, objects, text_of

ROLES = {
    "system": "system", "developer": "system", "user": "user", "human": "user",
    "assistant": "assistant", "gpt": "assistant", "model": "assistant", "chatgpt": "assistant", "bot": "assistant",
}  # fmt: skip


def exchange(row: Row) -> list[Message]:
    """What was said, oldest first; the last message is what to say."""
    for keys, reads in _SHAPES:
        if all(key in row for key in keys):
            return _sound(reads(row))
    shapes = "; ".join(" and ".join(keys) for keys, _ in _SHAPES)
    raise BadRow(f"its keys are {shown(sorted(row))}; a row has question and answerable, or: {shapes}")


def _messages(row: Row) -> list[Message]:
    return [_message(one, "role", "content") for one in objects(row, "messages") or ()]


def _conversations(row: Row) -> list[Message]:
    """As ShareGPT has it. Some keep what the system says beside the exchange."""
    said = [_message(one, "from", "value") for one in objects(row, "conversations") or ()]
    return [*_system(row), *said]


def _prompt(row: Row) -> list[Message]:
    """Both as texts, or both as lists of messages."""
    return [*_side(row, "prompt", "user"), *_side(row, "completion", "assistant")]


def _side(row: Row, key: str, role: str) -> list[Message]:
    if isinstance(row[key], list):
        return [_message(one, "role", "content") for one in objects(row, key) or ()]
    return [{"role": role, "content": given(row, key)}]


def _instruction(row: Row) -> list[Message]:
    """As Alpaca has it. What we write so has the system's words as its instruction."""
    instruction, further = given(row, "instruction"), (text_of(row, "input") or "").strip()
    output: Message = {"role": "assistant", "content": given(row, "output")}
    if further and instruction.endswith(TASK):
        return [{"role": "system", "content": instruction}, {"role": "user", "content": further}, output]
    asked = f"{instruction}\n\n{further}" if further else instruction
    return [*_system(row), *_before(row), {"role": "user", "content": asked}, output]


def _before(row: Row) -> list[Message]:
    """`history` as pairs of what was asked and what was answered."""
    pairs = row.get("history") or []
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        raise BadRow(f"history is {shown(pairs)}; it must be a list of pairs of texts")
    return [{"role": role, "content": said} for pair in pairs for role, said in zip(_TURNS, pair, strict=True)]


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == len(_TURNS) and all(isinstance(said, str) for said in pair)


def _system(row: Row) -> list[Message]:
    said = (text_of(row, "system") or "").strip()
    return [{"role": "system", "content": said}] if said else []


def _message(message: Mapping[str, Any], who: str, what: str) -> Message:
    role = message.get(who)
    if not isinstance(role, str) or role not in ROLES:
        raise BadRow(f"{who} is {shown(role)}; it must be one of {', '.join(ROLES)}")
    return {"role": ROLES[role], "content": _content(message, what)}


def _content(message: Mapping[str, Any], what: str) -> str:
    """A text, or parts that are texts."""
    found = message.get(what)
    parts = found if isinstance(found, list) else []
    if parts and all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in parts):
        found = "\n".join(part["text"] for part in parts)
    if not isinstance(found, str):
        raise BadRow(f"{what} is {shown(found)}; it must be a text")
    if not found.strip():
        raise BadRow(f"{what} of a message is empty")
    return found


def _sound(said: Sequence[Message]) -> list[Message]:
    """Perhaps a system's message, then a user's and an assistant's in turn; the assistant has the last word."""
    turns = [one["role"] for one in said]
    turns = turns[1:] if turns[:1] == ["system"] else turns
    if turns[:1] != ["user"]:
        raise BadRow(f"it begins with {turns[0] if turns else 'nothing'}, where a user asks first")
    if "system" in turns:
        raise BadRow("a system's message stands behind others; it must be the first")
    if any(one == other for one, other in pairwise(turns)):
        raise BadRow("two messages of the same role follow each other")
    if turns[-1] != "assistant":
        raise BadRow("it ends with a question, so there is nothing to learn; the last message is the assistant's")
    return list(said)


_TURNS = ("user", "assistant")
_SHAPES: tuple[tuple[tuple[str, ...], Callable[[Row], list[Message]]], ...] = (
    (("messages",), _messages),
    (("conversations",), _conversations),
    (("prompt", "completion"), _prompt),
    (("instruction", "output"), _instruction),
)
