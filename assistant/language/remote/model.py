"""A model behind a chat server, with the face of any other: the decision by its log-probabilities where it tells them,
by its word where not; answers held to their form where the server can do that, and checked afterwards in any case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from assistant.format import Message
from assistant.language import Constraint
from assistant.language.choices import OneOf
from assistant.language.remote.client import KEEPS, Client, Json, Refused, first_choice
from assistant.language.remote.offers import LABEL, Offers, choosing, framing
from assistant.language.replies import Reply, after, following, label_of, tokens_of, weights_of, within
from assistant.prose import Frame
from retrieval import ModelError

T = TypeVar("T")
CHAT, MODELS = "/chat/completions", "/models"
UNKNOWN = (400, 415, 422, 501)  # how servers refuse what they do not know
DECIDING = 8  # tokens for `Cited:` and a label
SHORT = 10.0  # seconds to see whether it is there
BYTES_A_TOKEN = 3  # few rather than many, so that a prompt is held longer than it is


class RemoteModel:
    def __init__(self, name: str, client: Client) -> None:
        self.name = name
        self.client = client
        self._offers = Offers()

    @property
    def identity(self) -> tuple[str, ...]:
        """As far as can be known from here: what a server runs under a name may change."""
        return ("remote", str(self.client.address), self.name)

    @property
    def offers(self) -> Offers:
        return self._offers

    def problem(self) -> str | None:
        """What is wrong with the server, asked once and without much patience; None where it answers."""
        patience = replace(self.client.patience, whole=min(SHORT, self.client.patience.whole), retries=0)
        try:
            found = replace(self.client, patience=patience).ask(MODELS)
        except Refused as error:
            return str(error) if error.status in KEEPS else None  # it answers, and lists no models
        except ModelError as error:
            return str(error)
        listed = found.get("data")
        rows = listed if isinstance(listed, list) else []
        names = [str(row.get("id")) for row in rows if isinstance(row, dict)]
        if names and self.name not in names:
            return f"{self.client.address} serves {', '.join(names[:5])}, and no {self.name}. Set [model] remote_model."
        return None

    def count(self, messages: Sequence[Message]) -> int:
        """About: the tokenizer is the server's."""
        return sum(8 + len(message["content"].encode(errors="replace")) // BYTES_A_TOKEN for message in messages)

    def weigh(self, messages: Sequence[Message], begun: str, labels: Sequence[str]) -> list[float] | None:
        if not self._offers.tops:
            return None
        reply, offers = self._reply(messages, begun, DECIDING, ["tops"], lambda offers: _listing(offers.tops))
        if not reply.tokens:
            self._offers = replace(offers, tops=0)
            return None
        return weights_of(reply, begun, labels, offers.continues)

    def write(self, messages: Sequence[Message], begun: str, constraint: Constraint, most: int) -> Iterator[str]:
        if isinstance(constraint, OneOf):
            yield self._chosen(messages, begun, constraint.options)
            return
        reply, offers = self._reply(messages, begun, most + DECIDING, [], lambda offers: {})
        written = after(reply.text, begun)
        if written is None and offers.continues:
            written = reply.text
        yield within(constraint, written or "")

    def _chosen(self, messages: Sequence[Message], begun: str, options: Sequence[str]) -> str:
        """The label that it writes. A form that did not hold it to one is not relied on again."""
        while True:
            form = partial(choosing, options=options)
            reply, offers = self._reply(messages, begun, 2 * DECIDING, ["structure"], form)
            label = label_of(_unwrapped(reply.text), begun, options)
            if label or offers.structure == "none":
                return label
            self._offers = offers.less("structure")

    def tell(self, messages: Sequence[Message], begun: str, frame: Frame, most: int) -> Iterator[str]:
        def send(offers: Offers) -> Iterator[Json]:
            form = framing(offers, frame, begun)
            return _primed(
                self.client.stream(CHAT, self._body(offers, messages, begun, most) | form | {"stream": True})
            )

        events, offers = self._trying(send, ["structure"])
        yield from following(_parts(events), begun, offers.continues)

    def _reply(
        self, messages: Sequence[Message], begun: str, most: int, used: Sequence[str], form: Callable[[Offers], Json]
    ) -> tuple[Reply, Offers]:
        def send(offers: Offers) -> Reply:
            return _read(self.client.ask(CHAT, self._body(offers, messages, begun, most) | form(offers)))

        reply, offers = self._trying(send, used)
        if offers.continues and after(reply.text, begun) is not None:  # it begins anew, whatever was begun for it
            offers = replace(offers, continues=False)
            self._offers = offers
        return reply, offers

    def _trying(self, send: Callable[[Offers], T], used: Sequence[str]) -> tuple[T, Offers]:
        """With ever less asked for, until the server takes it. Only what came of that is remembered."""
        offers = self._offers
        while True:
            own = [*used, *(["continues"] if offers.continues else []), "warm", "length"]
            try:
                found = send(offers)
            except Refused as error:
                left = offers.without(error.said, own) if error.status in UNKNOWN else None
                if left is None:
                    raise
                offers = left
            else:
                self._offers = offers
                return found, offers

    def _body(self, offers: Offers, messages: Sequence[Message], begun: str, most: int) -> Json:
        said: list[Mapping[str, str]] = [*messages]
        body: Json = {"model": self.name, "messages": said, offers.length: most}
        if offers.cold:
            body["temperature"] = 0
        if offers.continues:
            said.append({"role": "assistant", "content": begun})
            body |= {"continue_final_message": True, "add_generation_prompt": False}
        return body


def _listing(tops: int) -> Json:
    return {"logprobs": True, "top_logprobs": tops} if tops else {}


def _primed(events: Iterator[Json]) -> Iterator[Json]:
    """The same, begun: a refusal shows here and now."""
    return chain([*islice(events, 1)], events)


def _parts(events: Iterator[Json]) -> Iterator[str]:
    for event in events:
        choice = first_choice(event)
        part = choice.get("delta") or choice.get("message")
        text = part.get("content") if isinstance(part, dict) else None
        if isinstance(text, str):
            yield text


def _read(found: Json) -> Reply:
    choice = first_choice(found)
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else None
    return Reply(text if isinstance(text, str) else "", tokens_of(choice.get("logprobs")))


def _unwrapped(text: str) -> str:
    """A label that came as JSON."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return str(found.get(LABEL, text)) if isinstance(found, dict) else text
