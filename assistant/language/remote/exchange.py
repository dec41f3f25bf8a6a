"""One request and its answer: bounded in time and size, never redirected, through no proxy.

A socket's own time-out knows only silence. A server that sends a byte now and then is ended by a timer, which shuts the
socket under whoever is reading it.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from types import TracebackType
from typing import Any

from assistant.language.remote.address import Address
from retrieval import ModelError

PIECE = 1 << 16


@dataclass(frozen=True)
class Patience:
    """How long, how often and how much."""

    whole: float = 60.0  # seconds for a request with all its attempts
    connect: float = 5.0
    silent: float = 30.0
    retries: int = 2
    most_bytes: int = 1 << 22


class Unreached(ModelError):
    """No whole answer came; another attempt might get one. `after` are the seconds that the server asks for."""

    def __init__(self, problem: str, after: float | None = None) -> None:
        super().__init__(problem, "Check that the server runs and can be reached.")
        self.after = after


class Exchange:
    """An open request. As a context it closes its connection whatever happens."""

    def __init__(
        self,
        address: Address,
        path: str,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        patience: Patience,
    ) -> None:
        self._address, self._patience = address, patience
        self._until = time.monotonic() + patience.whole
        self._sent = (path, body, headers)
        self._late = False

    def __enter__(self) -> Exchange:
        self._connection = self._connected()
        self._timer = threading.Timer(max(self._until - time.monotonic(), 0.0), self._end)
        self._timer.daemon = True
        self._timer.start()
        try:
            self._response = self._answered()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._timer.cancel()
        with suppress(AttributeError):
            self._response.close()
        self._connection.close()
        self._socket.close()

    @property
    def status(self) -> int:
        return self._response.status

    def header(self, name: str) -> str:
        return self._response.headers.get(name, "")

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes."""
        total = 0
        while True:
            try:
                piece = self._response.read1(PIECE)
            except (OSError, HTTPException, ValueError) as error:
                raise self._broken(error) from error
            if self._late:
                raise self._broken(TimeoutError())
            if not piece:
                return
            total += len(piece)
            if total > self._patience.most_bytes:
                raise ModelError(
                    f"{self._address} answers with more than {self._patience.most_bytes:,} bytes.",
                    "Check that [model] base is the address of a chat server.",
                )
            yield piece

    def body(self) -> bytes:
        return b"".join(self.pieces())

    def _connected(self) -> HTTPConnection:
        address, seconds = self._address, min(self._patience.connect, self._patience.whole)
        connection = (
            HTTPSConnection(address.host, address.port, timeout=seconds, context=ssl.create_default_context())
            if address.secure
            else HTTPConnection(address.host, address.port, timeout=seconds)
        )
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise self._broken(error) from error
        self._socket: socket.socket = connection.sock
        self._socket.settimeout(min(self._patience.silent, self._patience.whole))
        return connection

    def _answered(self) -> HTTPResponse:
        path, body, headers = self._sent
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", "Connection": "close", **headers}
        try:
            self._connection.request("GET" if data is None else "POST", self._address.path + path, data, sent)
            return self._connection.getresponse()
        except (OSError, HTTPException, ValueError) as error:
            raise self._broken(error) from error

    def _end(self) -> None:
        self._late = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _broken(self, error: Exception) -> Unreached:
        """What happened, without what the server said or what was sent."""
        if self._late:
            return Unreached(f"{self._address} was not done after {self._patience.whole:g} seconds.")
        if isinstance(error, TimeoutError):
            return Unreached(f"{self._address} stays silent.")
        return Unreached(f"{self._address} cannot be reached or breaks off ({type(error).__name__}).")
