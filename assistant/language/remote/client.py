"""Requests to a chat server: tried again where that can help, read whole or as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.language.remote.address import Address, Key
from assistant.language.remote.exchange import Exchange, Patience, Unreached
from assistant.language.remote.retrying import Clock, Retrying, asked_for
from retrieval import ModelError

Json = dict[str, Any]
PASSING = (408, 425, 429, 500, 502, 503, 504, 529)  # what another attempt may not meet again
KEEPS = (401, 403)  # their complaints may repeat the key, or parts of it
MOST_SAID = 200  # characters of a server's complaint
REMEDIES = {
    401: "Check the variable that [model] key_from names.",
    403: "Check the variable that [model] key_from names.",
    404: "Check [model] base and remote_model.",
}


class Refused(ModelError):
    """The server was reached, and won't: with what it says about it."""

    def __init__(self, address: Address, status: int, said: str) -> None:
        told = f"{address} refuses with {status}" + (f": {said}" if said else ".")
        super().__init__(told, REMEDIES.get(status, "Check [model] base and what the server logs."))
        self.status = status
        self.said = said


@dataclass(frozen=True)
class Client:
    address: Address
    key: Key
    patience: Patience = field(default_factory=Patience)
    clock: Clock = field(default_factory=Clock)

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Json:
        retrying = Retrying(self.patience, self.clock)
        while True:
            try:
                with self._open(path, body, retrying.left) as exchange:
                    return _object(exchange.body(), self.address)
            except Unreached as error:
                if not retrying.again(error):
                    raise

    def stream(self, path: str, body: Mapping[str, Any]) -> Iterator[Json]:
        """Each event as it comes; who closes the iterator closes the connection. Once begun it isn't tried again."""
        retrying, begun = Retrying(self.patience, self.clock), False
        while True:
            try:
                with self._open(path, body, retrying.left) as exchange:
                    for event in self._events(exchange):
                        begun = True
                        yield event
                    return
            except Unreached as error:
                if begun or not retrying.again(error):
                    raise

    @contextmanager
    def _open(self, path: str, body: Mapping[str, Any] | None, whole: float) -> Iterator[Exchange]:
        patience = replace(self.patience, whole=whole)
        with Exchange(self.address, path, body, self.key.headers(), patience) as exchange:
            self._check(exchange)
            yield exchange

    def _check(self, exchange: Exchange) -> None:
        status = exchange.status
        if status in PASSING:
            after = asked_for(exchange.header("Retry-After"))
            raise Unreached(f"{self.address} answers with {status}.", after)
        if 300 <= status < 400:
            raise ModelError(
                f"{self.address} sends requests elsewhere ({status}), and they are not followed.",
                "Set [model] base to the address that serves.",
            )
        if status >= 400:
            raise Refused(self.address, status, "" if status in KEEPS else self._complaint(exchange.body()))

    def _complaint(self, body: bytes) -> str:
        """What the server says was wrong, on one short line."""
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return ""
        for name in ("error", "message", "detail"):
            found = found.get(name, found) if isinstance(found, dict) else found
        said = found if isinstance(found, str) else json.dumps(found)
        plain = "".join(letter if letter.isprintable() else " " for letter in self.key.redacted(said))
        return " ".join(plain.split())[:MOST_SAID]

    def _events(self, exchange: Exchange) -> Iterator[Json]:
        """Server-sent events up to `[DONE]`; a server that does not stream answers with one object."""
        if "text/event-stream" not in exchange.header("Content-Type"):
            yield _object(exchange.body(), self.address)
            return
        finished = False
        for data in _data(exchange.pieces()):
            if data == b"[DONE]":
                return
            event = _object(data, self.address)
            if event.get("error"):
                raise Unreached(f"{self.address} breaks off with an error.")
            finished = finished or bool(first_choice(event).get("finish_reason"))
            yield event
        if not finished:
            raise Unreached(f"{self.address} breaks off before its end.")


def first_choice(event: Json) -> Json:
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    return first if isinstance(first, dict) else {}


def _data(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The data of each event, which may come in any cuts."""
    rest, lines = b"", list[bytes]()
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            line = line.rstrip(b"\r")
            if line.startswith(b"data:"):
                lines.append(line[5:].strip())
            elif not line and lines:
                yield b"\n".join(lines)
                lines.clear()


def _object(body: bytes, address: Address) -> Json:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreached(f"{address} answers with something that is no JSON.") from error
    if not isinstance(found, dict):
        raise Unreached(f"{address} answers with JSON that is no object.")
    return found
