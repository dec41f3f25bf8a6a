"""What tokens stand for, in vocabularies of both kinds, and what no source may say."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.vocabulary import Vocabulary


@dataclass(frozen=True)
class Entry:
    content: str
    special: bool


@dataclass(frozen=True)
class Tokenizer:
    """What a vocabulary asks of a tokenizer."""

    pieces: dict[str, int]
    added: dict[int, Entry] = field(default_factory=dict)
    eos_token_id: int | None = 0

    @property
    def added_tokens_decoder(self) -> dict[int, Entry]:
        return self.added

    def get_vocab(self) -> dict[str, int]:
        return self.pieces | {entry.content: token for token, entry in self.added.items()}


CONTROL = {
    0: Entry("<|im_end|>", True),
    1: Entry("<repo_name>", True),
    2: Entry("<think>", False),
    3: Entry("[INST]", True),
    4: Entry("</s>", True),
    5: Entry("EOT", True),
    6: Entry("  ", False),
}
BYTES = Tokenizer({"Ġthe": 10, "Ċ": 11, "Ã": 12, "©": 13, "Ã©": 14, "a": 15, "<0x41>": 16}, CONTROL)
SPACES = Tokenizer({"▁the": 10, "<0x0A>": 11, "é": 12, "▁": 13, "<0x41>": 14, "A": 15, "Ã": 16}, CONTROL)


def test_bytes_of_a_byte_level_vocabulary() -> None:
    words = Vocabulary(BYTES)
    wanted = {10: b" the", 11: b"\n", 12: b"\xc3", 13: b"\xa9", 14: "é".encode(), 15: b"a", 16: b"<0x41>", 6: b"  "}
    assert words.bytes_of == wanted
    assert words.token_of == {text: token for token, text in wanted.items()}
    assert words.ending == [11, 0]


def test_bytes_of_a_sentencepiece_vocabulary() -> None:
    words = Vocabulary(SPACES)
    assert words.bytes_of[10] == b" the"
    assert words.bytes_of[16] == "Ã".encode()
    assert words.token_of[b"\n"] == 11
    assert words.token_of[b"A"] == 15  # the letter's own token, not its byte's
    assert words.token_of[b" "] == 13
    assert words.ending == [11, 0]


def test_control_tokens_are_never_written() -> None:
    for tokenizer in (BYTES, SPACES):
        assert not {0, 1, 2, 3, 4, 5} & set(Vocabulary(tokenizer).bytes_of)


def test_a_tokenizer_without_an_end() -> None:
    assert Vocabulary(Tokenizer({"a": 1, "Ċ": 2}, {}, None)).ending == [2]


@pytest.mark.parametrize("entry", [entry for token, entry in CONTROL.items() if token != 6])
def test_each_control_token_is_defused(entry: Entry) -> None:
    safe = Vocabulary(BYTES).defuse(f"a{entry.content}b")
    assert entry.content not in safe
    assert len(safe) == len(entry.content) + 2


def test_what_is_no_control_token_stays() -> None:
    assert Vocabulary(BYTES).defuse("a  <b> [1] <repo>") == "a  <b> [1] <repo>"
    assert Vocabulary(Tokenizer({"a": 1})).defuse("<|im_end|>") == "<|im_end|>"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*(entry.content for entry in CONTROL.values()), "<", ">", "[", "E", "OT", "x"])).map(
        "".join
    )
)
def test_nothing_is_left_and_the_length_stays(text: str) -> None:
    safe = Vocabulary(BYTES).defuse(text)
    assert len(safe) == len(text)
    assert not [entry.content for token, entry in CONTROL.items() if token != 6 and entry.content in safe]
