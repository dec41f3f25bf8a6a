"""LangChain's BaseRetriever over all that a Home holds: passages with their place, for those who may read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Annotated, Any, Self

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.runnables import run_in_executor
from pydantic import BeforeValidator, GetPydanticSchema

from retrieval.langchain.asking import Asking, at_least_one, who
from retrieval.langchain.opening import library_at
from retrieval.library import Library
from retrieval.nouns import EVERYONE, Hit, Principal
from retrieval.search import How
from retrieval.where import EVERYWHERE, Where, where_of

_AS_IT_IS = GetPydanticSchema(lambda kind, handler: handler(Any))  # else pydantic looks into our dataclasses


class GroundsmithRetriever(Asking):
    """`library` is an open Library, or the folder of a Home. `without` names documents that are left out.

    `filter` is a Where, or a mapping with its names: {"folder": "policies", "since": "2026"}; all else is metadata.
    """

    library: Annotated[Library, _AS_IT_IS, BeforeValidator(library_at)]
    principal: Annotated[Principal, _AS_IT_IS, BeforeValidator(who)] = EVERYONE
    k: int = 4
    how: How | None = None
    without: frozenset[str] = frozenset()
    filter: Annotated[Where | Mapping[str, Any], _AS_IT_IS, BeforeValidator(where_of)] = EVERYWHERE

    def with_principal(self, principal: Principal) -> Self:
        """The same retriever for one who asks."""
        return self.model_copy(update={"principal": who(principal)})

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
        principal: Principal | None = None,
        how: How | None = None,
        without: Collection[str] | None = None,
        filter: Where | Mapping[str, Any] | None = None,
    ) -> list[Document]:
        hits = self.library.searcher.search(
            query,
            at_least_one(self.k if k is None else k),
            self.principal if principal is None else who(principal),
            without=self.without if without is None else without,
            where=where_of(self.filter if filter is None else filter),
            how=how or self.how,
        )
        return [document_of(hit) for hit in hits]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        search = partial(self._get_relevant_documents, query, run_manager=run_manager.get_sync(), **kwargs)
        return await run_in_executor(None, search)


def document_of(hit: Hit) -> Document:
    """A passage word for word, and where it stands: `start` and `end` count in the text of its document."""
    passage = hit.passage
    metadata = {
        "document": passage.document,
        "passage": passage.id,
        "title": passage.title,
        "heading": list(passage.heading),
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "place": passage.place,
        "date": passage.date,
        "score": hit.score,
        "found_by": dict(hit.found_by),
    }
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)
