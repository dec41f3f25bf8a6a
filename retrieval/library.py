"""The one way into a Home's documents: its catalogue, encoder and search, opened together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from retrieval.access import Access, rules_in
from retrieval.catalogue import Catalogue
from retrieval.database import Database, Migrations, Snapshot
from retrieval.encoding import Encoder, open_encoder
from retrieval.errors import HomeBusy, StorageError, UsageError
from retrieval.home import Home
from retrieval.index.generation import contents
from retrieval.life.candidates import Candidate, candidates
from retrieval.life.lines import still_naming
from retrieval.life.planned import Planned, plan_purge
from retrieval.life.purge import Erasers, begin, finish, pending, strangers
from retrieval.life.succession import Successors, superseded
from retrieval.nouns import Principal
from retrieval.plan import Progress, Run, SyncReport
from retrieval.reranking import open_reranker
from retrieval.schema import MIGRATIONS
from retrieval.search import Searcher
from retrieval.spec import RetrievalSpec
from retrieval.split import OWN, Splitter
from retrieval.sync import enforce, foreseen, in_force, in_step, sync


@dataclass
class Library:
    home: Home
    spec: RetrievalSpec
    access: Access
    database: Database
    given_encoder: Encoder | None = None
    splitter: Splitter = OWN
    erasers: Erasers = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.catalogue = Catalogue(self.database)

    @cached_property
    def encoder(self) -> Encoder:
        return self.given_encoder or open_encoder(self.spec.encoder)

    @cached_property
    def searcher(self) -> Searcher:
        reranker = open_reranker(self.spec.reranker) if self.spec.reranker else None
        return Searcher(self.home, self.catalogue, self.encoder, self.spec.candidates, reranker, self.spec.quality)

    def sync(
        self,
        brought: Sequence[Path] = (),
        progress: Progress = lambda what, done, total: None,
        confirmed: bool = False,
    ) -> SyncReport:
        """`confirmed`: all that is gone may be deleted, however much that is."""
        self.resume()
        self.access = rules_in(self.home.spec)
        run = Run(self.home, self.catalogue, self.encoder, self.spec, self.access, progress, self.splitter)
        return sync(run, brought, confirmed)

    # The life of documents

    def superseded(self, principal: Principal) -> Successors:
        """Documents that another one took the place of, and which, as far as this principal may read them."""
        return superseded(self.catalogue, principal)

    def candidates(self, principal: Principal) -> list[Candidate]:
        """Documents that look superseded, and are not unless somebody says so."""
        return candidates(self.catalogue, principal)

    def plan_purge(self, names: Sequence[str]) -> Planned:
        return plan_purge(self.home, self.catalogue, names)

    def purge(self, names: Sequence[str]) -> list[Path]:
        """Erase these documents wherever the Home keeps something of them; what may name them yet is returned.

        An interruption loses nothing of the intention: whoever opens the Home next goes on with it.
        """
        if rooms := strangers(self.catalogue, self.erasers):
            raise UsageError(
                f"This Home also keeps what {', '.join(sorted(rooms))} has written, and it can't be erased from here.",
                f"Purge it at the terminal: groundsmith purge {self.home.root}",
            )
        with self.home.writing():
            finish(self.home, self.catalogue, self.erasers)
            planned = self.plan_purge(names)
            begin(self.catalogue, planned.purge, planned.sources)
            finish(self.home, self.catalogue, self.erasers)
        return still_naming(self.home, sorted(planned.purge.documents | planned.purge.files))

    @property
    def purging(self) -> bool:
        """Whether a purge is not finished: its documents are gone for all who search, traces of them may not be."""
        return pending(self.catalogue)

    def resume(self) -> None:
        """A purge that was interrupted goes on here. Where something is in its way, nobody is kept from asking."""
        if self.purging and not strangers(self.catalogue, self.erasers):
            with suppress(HomeBusy, StorageError), self.home.writing():
                finish(self.home, self.catalogue, self.erasers)

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
    splitter: Splitter | None = None,
    erasers: Erasers | None = None,
) -> Library:
    """`splitter` cuts the documents in the place of our own, and has to be given each time.

    `rooms` brings the tables of those who keep theirs in the same database, `erasers` how each forgets what is purged.
    """
    database = Database(home.database, {"retrieval": MIGRATIONS, **(rooms or {})})
    library = Library(home, spec, access, database, encoder, splitter or OWN, erasers or {})
    library.resume()
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
    splitter: Splitter | None = None,
) -> SyncReport:
    """What a sync would do now, as far as that can be told without reading a file. Nothing is written."""
    snapshot = Snapshot(home.database, {"retrieval": MIGRATIONS})
    try:
        encoder = encoder or open_encoder(spec.encoder)
        run = Run(home, Catalogue(snapshot), encoder, spec, access, progress, splitter or OWN)
        return foreseen(run, brought, confirmed)
    finally:
        snapshot.close()
