"""The one way into a Home's documents: its catalogue, encoder and search, opened together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from retrieval.access import Access, rules_in
from retrieval.catalogue import Catalogue
from retrieval.database import Database, Migrations, Snapshot
from retrieval.encoding import Encoder, open_encoder
from retrieval.home import Home
from retrieval.index.generation import contents
from retrieval.plan import Progress, Run, SyncReport
from retrieval.reranking import open_reranker
from retrieval.schema import MIGRATIONS
from retrieval.search import Searcher
from retrieval.spec import RetrievalSpec
from retrieval.sync import enforce, foreseen, in_force, in_step, sync


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
        reranker = open_reranker(self.spec.reranker) if self.spec.reranker else None
        return Searcher(self.home, self.catalogue, self.encoder, self.spec.candidates, reranker)

    def sync(
        self,
        brought: Sequence[Path] = (),
        progress: Progress = lambda what, done, total: None,
        confirmed: bool = False,
    ) -> SyncReport:
        """`confirmed`: all that is gone may be deleted, however much that is."""
        self.access = rules_in(self.home.spec)
        run = Run(self.home, self.catalogue, self.encoder, self.spec, self.access, progress)
        return sync(run, brought, confirmed)

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


def foresee(
    home: Home,
    spec: RetrievalSpec,
    access: Access,
    encoder: Encoder | None = None,
    brought: Sequence[Path] = (),
    progress: Progress = lambda what, done, total: None,
    confirmed: bool = False,
) -> SyncReport:
    """What a sync would do now, as far as that can be told without reading a file. Nothing is written."""
    snapshot = Snapshot(home.database, {"retrieval": MIGRATIONS})
    try:
        run = Run(home, Catalogue(snapshot), encoder or open_encoder(spec.encoder), spec, access, progress)
        return foreseen(run, brought, confirmed)
    finally:
        snapshot.close()
