"""One request to the teacher's server: held to its form where the server can do that, and with what it cost."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language.remote.address import Key, address_of, is_address
from assistant.language.remote.client import Client, Json, Refused, first_choice
from assistant.language.remote.exchange import Patience
from assistant.language.remote.model import BYTES_A_TOKEN, CHAT, UNKNOWN
from assistant.language.remote.offers import Offers
from assistant.spec import ModelSpec
from retrieval import ModelError, SpecError, UsageError
from tuning.examples.teacher.nouns import Asking, Messages, Said
from tuning.examples.teacher.prompts import messages, schema

LONGEST = 1200  # tokens of a reply
SILENT = 120.0  # seconds; a large model may think before it writes
_USED = ("structure", "warm", "length")
_NAMED = (("[model] base", "--teacher"), ("[model] key_from", "--key-from"), ("remote_model", "--model"))


class Teacher:
    def __init__(self, name: str, client: Client) -> None:
        self.name = name
        self.client = client
        self._offers = Offers(continues=False, tops=0, structure="json_schema")

    @property
    def address(self) -> str:
        return str(self.client.address)

    def ask(self, asking: Asking) -> Said:
        """With less asked for, until the server takes it; what it takes is remembered."""
        said, offers = messages(asking), self._offers
        while True:
            try:
                found = self.client.ask(CHAT, self._body(offers, said, asking))
            except Refused as error:
                left = offers.without(error.said, _USED) if error.status in UNKNOWN else None
                if left is None:
                    raise
                offers = left
            else:
                self._offers = offers
                return _said(found, said)

    def _body(self, offers: Offers, said: Messages, asking: Asking) -> Json:
        body: Json = {"model": self.name, "messages": list(said), offers.length: LONGEST}
        if offers.cold:
            body["temperature"] = 0
        if offers.structure == "json_schema":
            form = {"name": "lesson", "strict": True, "schema": schema(asking)}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body


def open_teacher(base: str, name: str | None, key_from: str | None, spec: ModelSpec) -> Teacher:
    """The key of the Spec's own server is sent to no other."""
    if not is_address(base):
        raise UsageError(f"--teacher {base} is no address of a server.", "Write it as https://host/v1.")
    if not name:
        raise UsageError("--teacher needs to know which model.", "Name it as the server does: --model NAME.")
    try:
        address = address_of(base)
        own = is_address(spec.base) and str(address_of(spec.base)) == str(address)
        key = Key(key_from or (spec.key_from if own else ""))
        key.headers()
    except (SpecError, ModelError) as error:
        raise UsageError(worded(error.problem), worded(error.remedy)) from error
    patience = Patience(whole=max(SILENT, spec.patience_seconds), silent=SILENT, retries=spec.retries)
    return Teacher(name, Client(address, key, patience))


def worded(said: str) -> str:
    """An error of the client, which speaks of the Spec's server."""
    for theirs, ours in _NAMED:
        said = said.replace(theirs, ours)
    return said


def told(error: ModelError) -> ModelError:
    return ModelError(worded(error.problem), worded(error.remedy))


def _said(found: Json, asked: Messages) -> Said:
    message = first_choice(found).get("message")
    text = message.get("content") if isinstance(message, dict) else None
    text = text if isinstance(text, str) else ""
    usage = found.get("usage")
    tokens = usage.get("total_tokens") if isinstance(usage, dict) else None
    if isinstance(tokens, int) and tokens > 0:
        return Said(text, tokens)
    return Said(text, about([*(message["content"] for message in asked), text]), exact=False)


def about(texts: Sequence[str]) -> int:
    """Tokens, as far as they can be told without the server's tokenizer: few bytes a token rather than many."""
    return sum(8 + len(text.encode(errors="replace")) // BYTES_A_TOKEN for text in texts)
