"""Follow-ups rewritten by a language model that may only use words of the conversation and words that shape questions:
the way that was measured beside the rules (`benchmarks/follow_ups.py --model`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.conversation.condense import REACH, Past
from assistant.conversation.topic import WORD
from assistant.conversation.words import SHAPING
from assistant.format import Message
from assistant.language import LanguageModel

TASK = (
    "You rewrite the last question of a conversation so that it can be understood without the conversation: put in what"
    " it leaves out. Write the question alone."
)
SHOWN = (
    ("How heavy is the red kettle?", "It weighs 900 g.", "And the blue one?", "How heavy is the blue kettle?"),
    ("Who repairs the pump?", "The dealer does.", "What does it cost?", "What does the repair of the pump cost?"),
)
LONGEST_ANSWER = 200  # characters
MOST = 40  # tokens


class OfWords:
    """A question of these words and no others."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted({word.encode() for word in words})

    def rests(self, written: bytes) -> list[bytes]:
        if not written:
            return [b" " + word for word in self.words]
        last = written.rpartition(b" ")[2]
        longer = [word[len(last) :] for word in self.words if word.startswith(last) and len(word) > len(last)]
        if last not in self.words:
            return longer
        return [*longer, b"?", *(b" " + word for word in self.words)]

    def may_end(self, written: bytes) -> bool:
        return written.endswith(b"?")


def rewritten(model: LanguageModel, question: str, past: Sequence[Past]) -> str:
    """Nothing where the model comes to no end."""
    said = [question, *(f"{turn.question} {turn.answer[:LONGEST_ANSWER]}" for turn in past[-REACH:])]
    words = {word for text in said for word in WORD.findall(text)} | SHAPING
    words |= {word.capitalize() for word in SHAPING}
    return "".join(model.write(_prompt(question, past[-REACH:]), "Question:", OfWords(words), MOST)).strip()


def _prompt(question: str, past: Sequence[Past]) -> list[Message]:
    messages: list[Message] = [{"role": "system", "content": TASK}]
    for asked, answer, last, alone in SHOWN:
        messages += [
            {"role": "user", "content": _told([Past(asked, answer)], last)},
            {"role": "assistant", "content": f"Question: {alone}"},
        ]
    return [*messages, {"role": "user", "content": _told(past, question)}]


def _told(past: Sequence[Past], last: str) -> str:
    turns = [f"Person: {turn.question}\nAssistant: {turn.answer[:LONGEST_ANSWER]}" for turn in past]
    return "\n".join([*turns, f"Person: {last}\n\nRewrite the last question."])
