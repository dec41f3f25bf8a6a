"""LangChain's document compressor: what others found, ranked as our search would, whole or the best units of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.embeddings import Embeddings
from pydantic import Field, InstanceOf

from retrieval.brought import bring, score
from retrieval.encoding import Encoder
from retrieval.langchain.encoders import GroundsmithEmbeddings, encoder_of
from retrieval.nouns import Block, Hit, Passage
from retrieval.nouns import Document as Text
from retrieval.split import split


class GroundsmithCompressor(BaseDocumentCompressor):
    """The `top_n` best documents, each by its best passage; with `extract`, the best sentences, items and rows."""

    embedding: InstanceOf[Embeddings] = Field(default_factory=GroundsmithEmbeddings)
    top_n: int = Field(default=3, ge=1)
    extract: bool = False

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> list[Document]:
        encoder = encoder_of(self.embedding)
        passages = [
            passage for number, each in enumerate(documents) for passage in _passages(each, str(number), encoder)
        ]
        if self.extract:
            passages = [unit for passage in passages for unit in _units(passage)]
        hits = sorted(score(query, passages, encoder), key=lambda hit: -hit.score)
        if not self.extract:
            hits = _first_of_each(hits)
        finish = _quoted if self.extract else _scored
        return [finish(documents[int(hit.passage.document)], hit) for hit in hits[: self.top_n]]


def _passages(document: Document, id: str, encoder: Encoder) -> list[Passage]:
    """The document in parts that the encoder can read; their places count in its page_content."""
    title = document.metadata.get("title")
    whole = bring(id, title if isinstance(title, str) else "", document.page_content)
    blocks = tuple(Block("paragraph", unit.start, unit.end) for unit in whole.units)
    text = Text(id=id, title=whole.title, text=whole.text, blocks=blocks, media="text")
    return split(text, encoder.measure, limit=encoder.limit)


def _units(passage: Passage) -> Iterator[Passage]:
    for unit in passage.units:
        yield replace(passage, start=unit.start, end=unit.end, text=passage.quote(unit), units=(unit,))


def _first_of_each(hits: Sequence[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.document, hit)
    return list(best.values())


def _scored(document: Document, hit: Hit) -> Document:
    metadata = {**document.metadata, "relevance_score": hit.score}
    return Document(id=document.id, page_content=document.page_content, metadata=metadata)


def _quoted(document: Document, hit: Hit) -> Document:
    """A unit word for word, and where it stands in the document that it is of."""
    place = {"start": hit.passage.start, "end": hit.passage.end, "relevance_score": hit.score}
    return Document(id=document.id, page_content=hit.passage.text, metadata={**document.metadata, **place})
