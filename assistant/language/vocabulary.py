"""What a tokenizer's tokens stand for in bytes, and which of them are for the frame alone."""

from __future__ import annotations

import re
from typing import Any

_SPACE = "▁"  # how vocabularies of the sentencepiece kind write a space
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_MARKUP = re.compile(r"[<\[].+[>\]]")
_DEFUSED = str.maketrans("<>[]", "(())")


class Vocabulary:
    def __init__(self, tokenizer: Any) -> None:
        added = {token: str(entry.content) for token, entry in tokenizer.added_tokens_decoder.items()}
        special = {token for token, entry in tokenizer.added_tokens_decoder.items() if entry.special}
        control = special | {token for token, text in added.items() if _MARKUP.fullmatch(text)}
        pieces = {token: piece for piece, token in tokenizer.get_vocab().items() if token not in control}
        self._control = _any_of([added[token] for token in control])
        self.bytes_of = _bytes_of(pieces, added)
        self.token_of = {text: token for token, text in self.bytes_of.items()}
        self.ending = [*_known(self.token_of.get(b"\n")), *_known(tokenizer.eos_token_id)]

    def defuse(self, text: str) -> str:
        """The text with every control token's name changed so that it is read as letters. As long as before."""
        return self._control.sub(lambda found: _defused(found[0]), text)


def _any_of(names: list[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _defused(name: str) -> str:
    changed = name.translate(_DEFUSED)
    return changed if changed != name else "·" + name[1:]


def _known(token: int | None) -> list[int]:
    return [] if token is None else [token]


def _bytes_of(pieces: dict[int, str], added: dict[int, str]) -> dict[int, bytes]:
    """Single bytes come first, so that a letter's own token is the one that its bytes lead back to."""
    spaced = any(piece.startswith(_SPACE) for piece in pieces.values()) and not any(
        piece.startswith("Ġ") for piece in pieces.values()
    )
    in_order = sorted(pieces, key=lambda token: (not _BYTE.fullmatch(pieces[token]), token))
    read = _spaced if spaced else _letters
    return {token: added[token].encode() if token in added else read(pieces[token]) for token in in_order}


def _spaced(piece: str) -> bytes:
    found = _BYTE.fullmatch(piece)
    return bytes.fromhex(found[1]) if found else piece.replace(_SPACE, " ").encode()


def _letters(piece: str) -> bytes:
    """A byte-level vocabulary, in which every byte has a printable letter."""
    return bytes(_BYTES[letter] for letter in piece) if all(letter in _BYTES for letter in piece) else piece.encode()


def _byte_letters() -> dict[str, int]:
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(hidden)}


_BYTES = _byte_letters()
