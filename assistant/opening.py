"""From a folder to an assistant that answers: the Home, its Spec, its library, and the reader that serves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assistant.adapters import Adapter
from assistant.assistant import Assistant
from assistant.erasing import erase
from assistant.format import CITED, labels
from assistant.language import LanguageModel, ProseModel
from assistant.language.embedded import READER
from assistant.language.remote import RemoteModel
from assistant.language.remote.address import Key, address_of, is_address
from assistant.language.remote.client import Client
from assistant.language.remote.exchange import Patience
from assistant.memory import MIGRATIONS, Memory
from assistant.reading import Reader
from assistant.reading.adopted import Adoption
from assistant.reading.deciding import UNCALIBRATED, DecidingReader
from assistant.reading.extractive import ExtractiveReader
from assistant.reading.model import ModelReader
from assistant.reading.paired import PairedReader, Worth
from assistant.reading.pointing import Near, PointingReader
from assistant.reading.prose import ProseReader
from assistant.spec import ModelSpec, Spec, read_spec, write_spec
from assistant.voice.instructions import in_voice, introduced
from retrieval import (
    Encoder,
    Home,
    Library,
    Migrations,
    ModelError,
    Principal,
    SpecError,
    create,
    open_home,
    open_library,
    resolve,
)
from retrieval.access import may_read
from retrieval.life.purge import Eraser
from retrieval.pointing.opening import open_pointer, read_pointer_card

ANSWERING = ("span", "prose")


@dataclass(frozen=True)
class Room:
    """What a room keeps in the Home's database, and how it forgets what is purged."""

    migrations: Migrations
    erase: Eraser


OWN = Room(MIGRATIONS, erase)


def create_home(root: Path, spec: Spec | None = None) -> Home:
    return create(root, write_spec(spec or Spec()))


def open_assistant(
    root: Path,
    encoder: Encoder | None = None,
    language: ProseModel | None = None,
    rooms: Mapping[str, Room] | None = None,
) -> Assistant:
    """The Home's assistant. A language model that is given reads in place of the Spec's, with no adapter.

    `rooms` are further ones that keep something in the Home.
    """
    home = open_home(root)
    spec = read_spec(home.spec)
    all_rooms = {"assistant": OWN} | dict(rooms or {})
    migrations = {name: room.migrations for name, room in all_rooms.items()}
    erasers = {name: room.erase for name, room in all_rooms.items()}
    library = open_library(home, spec.retrieval, spec.access, encoder, migrations, erasers=erasers)
    memory = Memory(library.database, spec.memory.retention_days, masks=spec.policy.personal_data == "mask")
    if memory.expire():
        library.resume()
    if language is not None:
        return Assistant(spec, library, model_reader(spec, None, language), memory)
    if spec.model.reader in ("extractive", "pointing"):
        return Assistant(spec, library, choose_reader(spec, library, None), memory)
    adoption = Adoption(home, partial(choose_reader, spec, library), prove, partial(withheld, library))
    return Assistant(spec, library, adoption.now(), memory, adoption)


def choose_reader(spec: Spec, library: Library, adapter: Adapter | None) -> Reader:
    """The adopted adapter reads, or a server; while there is neither, the small model that points."""
    reader = spec.model.reader
    if reader == "extractive":
        return ExtractiveReader(lambda: library.encoder)
    served = adapter is not None or (reader == "auto" and is_address(spec.model.base))
    return reader_with(spec, adapter) if served or reader == "model" else pointing_reader()


def reader_with(spec: Spec, adapter: Adapter | None) -> Reader:
    """As this adapter would serve: beside the reader that points; alone where the Spec says so, or it writes prose."""
    reader = model_reader(spec, adapter)
    if adapter is None or adapter.answering != "span" or spec.model.reader == "model":
        return reader
    second = pointing_reader()
    own = dict(adapter.worth or {})
    fitting = own.pop("pointer", None) == second.pointer.identity
    return PairedReader(reader, second, Worth(**(own if fitting else read_pointer_card()["worth"])))


def pointing_reader() -> PointingReader:
    card = read_pointer_card()
    return PointingReader(open_pointer(), Near(**card["near"]), card["threshold"])


def prove(reader: Reader) -> None:
    """A model of this machine is loaded and computes, or its error says why not; one elsewhere is asked when needed."""
    from assistant.language.local import LocalModel

    language = language_in(reader)
    if isinstance(language, LocalModel):
        language.weigh([{"role": "user", "content": reader.name}], CITED, labels(1))


def language_in(reader: Reader) -> ProseModel | LanguageModel | None:
    """The language model that reads, alone or in a pair."""
    reads = reader.first if isinstance(reader, PairedReader) else reader
    return reads.language if isinstance(reads, DecidingReader) else None


def withheld(library: Library, documents: Collection[str], principal: Principal) -> bool:
    """Whether any of these documents is not for this principal, by the rules as they are now."""
    return not all(may_read(principal, audience) for audience in library.catalogue.audiences_of(documents))


def model_reader(spec: Spec, adapter: Adapter | None, language: ProseModel | None = None) -> ModelReader | ProseReader:
    """The Spec's language model, or the one given, with an adapter or as it comes; its card says how it answers."""
    name, threshold = (adapter.name, adapter.threshold) if adapter else (None, UNCALIBRATED)
    answering = adapter.answering if adapter else spec.model.answering
    reads = ProseReader if answering == "prose" else ModelReader
    who = in_voice(spec) if answering == "prose" else introduced(spec)
    language = language or language_of(spec, adapter)
    return reads(language, who, spec.model.context_tokens, name, threshold)


def language_of(spec: Spec, adapter: Adapter | None = None) -> ProseModel:
    from assistant.language.telling import TellingModel

    if adapter is not None and adapter.base != spec.model.base:
        raise ModelError(
            f"The adapter {adapter.name} belongs to {adapter.base}, the Spec names {spec.model.base}.",
            "Set [model] base back, or train an adapter for the new one.",
        )
    if adapter is not None and adapter.answering not in ANSWERING:
        raise ModelError(
            f"The adapter {adapter.name} answers in {adapter.answering!r}, this serves {', '.join(ANSWERING)}.",
            "Train it again, or roll back.",
        )
    if is_address(spec.model.base):
        return _remote(spec.model)
    return TellingModel(spec.model.base, resolve(spec.model.base, [READER]), adapter)


def _remote(model: ModelSpec) -> RemoteModel:
    if not model.remote_model:
        raise SpecError(
            "[model] base is the address of a server, and remote_model is empty.", "Set it to the model's name there."
        )
    patience = Patience(whole=model.patience_seconds, silent=model.patience_seconds / 2, retries=model.retries)
    return RemoteModel(model.remote_model, Client(address_of(model.base), Key(model.key_from), patience))
