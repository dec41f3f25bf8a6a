"""The one way into a Home's documents: its catalogue, encoder and search, opened together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from retrieval.access import Access
from retrieval.catalogue import Catalogue
from retrieval.database import Database, Migrations
from retrieval.encoding import Encoder, open_encoder
from retrieval.home import Home
from retrieval.index.generation import contents
from retrieval.schema import MIGRATIONS
from retrieval.search import Searcher
from retrieval.spec import RetrievalSpec
from retrieval.sync import Progress, SyncReport, enforce, in_force, in_step, sync


@dataclass
class Library:
    home: Home
    spec: RetrievalSpec
    access: Access
    database: Database
    given_encoder: Encoder | None = None

    def __post_init__(self) -> None:
        self.catalogue = Catalogue(self.database)

    @cached_property
    def encoder(self) -> Encoder:
        return self.given_encoder or open_encoder(self.spec.encoder)

    @cached_property
    def searcher(self) -> Searcher:
        return Searcher(self.home, self.catalogue, self.encoder, self.spec.candidates)

    def sync(self, brought: Sequence[Path] = (), progress: Progress = lambda what, done, total: None) -> SyncReport:
        return sync(self.home, self.catalogue, self.encoder, self.spec, self.access, brought, progress)

    @property
    def contents(self) -> str:
        """Digest of what may be found: another one, and answers may be others too."""
        return contents(self.catalogue.live_keys())

    def in_step(self) -> bool:
        return in_step(self.home, self.catalogue, self.encoder)

    def obey(self) -> None:
        """Rules that changed since the last sync act now, before anything is searched."""
        if not in_force(self.home, self.catalogue, self.access):
            with self.home.writing():
                enforce(self.home, self.catalogue, self.access)


def open_library(
    home: Home,
    spec: RetrievalSpec,
    access: Access,
    encoder: Encoder | None = None,
    rooms: Mapping[str, Migrations] | None = None,
) -> Library:
    """`rooms` brings the tables of those who keep theirs in the same database."""
    database = Database(home.database, {"retrieval": MIGRATIONS, **(rooms or {})})
    library = Library(home, spec, access, database, encoder)
    library.obey()
    return library
