"""From a folder to its Library, by the Spec that lies there; and a new Home where there is none."""

from __future__ import annotations

from pathlib import Path

from langchain_core.embeddings import Embeddings

from retrieval.access import read_access
from retrieval.errors import UsageError
from retrieval.home import Home, create, open_home
from retrieval.langchain.encoders import encoder_of, name_of
from retrieval.langchain.splitter import TextSplitter, splitter
from retrieval.library import Library, open_library
from retrieval.spec import RetrievalSpec, read_section, read_toml, write_section
from retrieval.split import OWN

Place = Library | Path | str  # a Home, opened or by its folder


def library_at(place: Place, embedding: Embeddings | None = None, text_splitter: TextSplitter | None = None) -> Library:
    """`embedding` has to be the one that the Spec names; left out, it is opened by that name."""
    cut = splitter(text_splitter) if text_splitter else OWN
    if isinstance(place, Library):
        _check(place.home, place.spec, embedding)
        if text_splitter and place.splitter != cut:
            raise UsageError(f"{place.home.root} is open with another splitter.", "Give it to open_library.")
        return place
    home = open_home(Path(place))
    found = read_toml(home.spec)
    spec = read_section(RetrievalSpec, found.get("retrieval", {}), home.spec, "retrieval")
    _check(home, spec, embedding)
    encoder = None if embedding is None else encoder_of(embedding)
    return open_library(home, spec, read_access(found.get("access", {}), home.spec), encoder, splitter=cut)


def library_made_at(
    place: Place, embedding: Embeddings | None = None, text_splitter: TextSplitter | None = None
) -> Library:
    """As `library_at`; where there is nothing yet, a new Home is made."""
    if not isinstance(place, Library) and _is_vacant(Path(place)):
        spec = RetrievalSpec(encoder=name_of(embedding)) if embedding is not None else RetrievalSpec()
        create(Path(place), f"{write_section('retrieval', spec)}\n[access]\n")
    return library_at(place, embedding, text_splitter)


def _check(home: Home, spec: RetrievalSpec, embedding: Embeddings | None) -> None:
    if embedding is not None and name_of(embedding) != spec.encoder:
        raise UsageError(
            f"{home.root} is encoded by {spec.encoder}, the embedding given is {name_of(embedding)}.",
            "Leave the embedding out, or give it a Home of its own.",
        )


def _is_vacant(root: Path) -> bool:
    return not root.exists() or (root.is_dir() and not any(root.iterdir()))
