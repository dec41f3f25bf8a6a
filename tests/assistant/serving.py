"""A chat server for tests: real HTTP on a real port, OpenAI's protocol, and behind it whatever mind a test gives it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Protocol

from assistant.format import Message
from assistant.language.remote import RemoteModel
from assistant.language.remote.address import Key, address_of
from assistant.language.remote.client import Client
from assistant.language.remote.exchange import Patience
from assistant.language.remote.retrying import Clock

Top = tuple[tuple[str, float], ...]
Written = list[tuple[str, Top]]  # tokens, each with the likeliest in its place
NAME = "test-model"


class Mind(Protocol):
    def write(self, messages: Sequence[Message], begun: str, most: int) -> Written: ...


@dataclass
class Script:
    """Always writes the same, a word a token. The token behind `Cited:` is as likely as it is told."""

    text: str | Callable[[Sequence[Message]], str]
    top: Top = (("1", -0.1), ("none", -2.5), ("2", -4.0))

    def write(self, messages: Sequence[Message], begun: str, most: int) -> Written:
        text = self.text if isinstance(self.text, str) else self.text(messages)
        rest = text[len(begun) :] if begun and text.startswith(begun) else text
        before, written = begun if rest is not text else "", Written()
        for token in re.findall(r"\w+|\s|[^\w\s]", rest)[:most]:
            written.append((token, self.top if before.strip() == "Cited:" else ((token, -0.01),)))
            before += token
        return written


@dataclass(frozen=True)
class Abilities:
    """What the server knows beyond plain chat; a strict one refuses the rest, others ignore it."""

    continues: bool = True
    tops: int = 20
    structures: frozenset[str] = frozenset()
    strict: bool = False
    streams: bool = True
    temperature: bool = True
    length: str = "max_tokens"


FULL = Abilities(structures=frozenset({"structured_outputs"}))
PLAIN = Abilities(continues=False, tops=0)
STRICT = Abilities(continues=False, tops=0, strict=True)
Fault = Callable[["Handler"], None]


@dataclass
class Served:
    """A running server, and what it was asked."""

    mind: Mind
    abilities: Abilities
    faults: list[Fault] = field(default_factory=list)  # played one a request, before it answers
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)  # a client left a stream in the middle
    released: threading.Event = field(default_factory=threading.Event)  # who holds an answer back may go
    pause: float = 0.0  # between the parts of a stream
    port: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def model(self, key: str = "", name: str = NAME, **patience: Any) -> RemoteModel:
        """A client of it that waits for nothing between attempts."""
        clock = Clock(sleep=lambda seconds: None)
        return RemoteModel(name, Client(address_of(self.base), Key(key), Patience(**patience), clock))


class Handler(BaseHTTPRequestHandler):
    served: Served

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.served.faults:
            self.served.faults.pop(0)(self)
            return
        self.answer({"object": "list", "data": [{"id": NAME, "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.served.bodies.append(body)
        self.served.headers.append(dict(self.headers))
        try:
            if self.served.faults:
                self.served.faults.pop(0)(self)
                return
            wrong = refused(body, self.served.abilities)
            if wrong:
                self.answer({"error": {"message": wrong, "type": "invalid_request_error"}}, 400)
                return
            self.speak(body)
        except (BrokenPipeError, ConnectionResetError):
            self.served.gone.set()

    def speak(self, body: Mapping[str, Any]) -> None:
        written = reply(body, self.served)
        if body.get("stream") and self.served.abilities.streams:
            self.stream([token for token, _ in written])
            return
        choice = {"index": 0, "message": {"role": "assistant", "content": "".join(token for token, _ in written)}}
        tops = body.get("top_logprobs", 0) if self.served.abilities.tops else 0
        if tops:
            choice["logprobs"] = {"content": [row(token, top[:tops]) for token, top in written]}
        self.answer({"object": "chat.completion", "choices": [choice | {"finish_reason": "stop"}]})

    def answer(self, found: Mapping[str, Any] | bytes, status: int = 200, **headers: str) -> None:
        data = found if isinstance(found, bytes) else json.dumps(found).encode()
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(data))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def stream(self, parts: Sequence[str], ending: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for part in parts:
            self.event({"choices": [{"index": 0, "delta": {"content": part}, "finish_reason": None}]})
            time.sleep(self.served.pause)
        if ending:
            self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self.wfile.write(b"data: [DONE]\n\n")

    def event(self, found: Mapping[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(found).encode() + b"\n\n")
        self.wfile.flush()


def refused(body: Mapping[str, Any], abilities: Abilities) -> str:
    """What a server of these abilities would not take, in words like those of real ones."""
    if body.get("top_logprobs", 0) > abilities.tops and (abilities.strict or abilities.tops):
        return f"top_logprobs must be at most {abilities.tops}"
    if "continue_final_message" in body and not abilities.continues and abilities.strict:
        return "Unrecognized request argument supplied: continue_final_message"
    forms = {"structured_outputs", "guided_choice", "guided_regex", "grammar", "response_format"} & body.keys()
    if abilities.strict and forms - abilities.structures:
        return f"Unknown parameter: '{min(forms)}'."
    if "temperature" in body and not abilities.temperature:
        return "Unsupported value: 'temperature' does not support 0 with this model."
    if abilities.length not in body:
        return "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    return ""


def reply(body: Mapping[str, Any], served: Served) -> Written:
    """With the answer's beginning taken over where the server can, and one of the options where it holds to them."""
    messages, begun = list(body["messages"]), ""
    if messages[-1]["role"] == "assistant":
        begun = messages.pop()["content"]
    continued = begun if served.abilities.continues and body.get("continue_final_message") else ""
    written = served.mind.write(messages, continued, body[served.abilities.length])
    options = offered(body, served.abilities)
    if not options:
        return written
    text = "".join(token for token, _ in written).removeprefix("Cited:").strip()
    label = next((option for option in options if text.startswith(option)), options[-1])
    return [(json.dumps({"cited": label}) if "response_format" in body else label, (("x", -1.0),))]


def offered(body: Mapping[str, Any], abilities: Abilities) -> list[str]:
    forms: dict[str, Callable[[Any], list[str]]] = {
        "structured_outputs": lambda form: form.get("choice", []),
        "guided_choice": lambda form: form,
        "grammar": lambda form: re.findall(r'"(\w+)"', form.partition("\n")[0]),
        "response_format": lambda form: form["json_schema"]["schema"]["properties"]["cited"]["enum"],
    }
    return next((read(body[name]) for name, read in forms.items() if name in body and name in abilities.structures), [])


def row(token: str, top: Top) -> dict[str, Any]:
    listed = [{"token": text, "logprob": value, "bytes": None} for text, value in top]
    return {"token": token, "logprob": top[0][1], "bytes": None, "top_logprobs": listed}


@contextmanager
def serving(mind: Mind, abilities: Abilities = FULL, *faults: Fault) -> Iterator[Served]:
    served = Served(mind, abilities, list(faults))
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"served": served}))
    server.daemon_threads = True
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


# What a server may do instead of answering


def status(code: int, said: str = "", **headers: str) -> Fault:
    return lambda handler: handler.answer({"error": {"message": said}}, code, **headers)


def cut(handler: Handler) -> None:
    """The connection ends before the body does."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": ')
    handler.close_connection = True


def hold(handler: Handler) -> None:
    """Silence, until the test is over."""
    handler.served.released.wait(60)


def drip(handler: Handler) -> None:
    """A byte now and then, so that no time-out for silence ever ends it."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.served.released.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def said(data: bytes, kind: Literal["application/json", "text/event-stream"] = "application/json") -> Fault:
    return lambda handler: handler.answer(data, Content_Type=kind)
