"""Who asks: the principal that a call names, else the one that the door was opened for, else everyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig, ensure_config

from retrieval.access import Audience
from retrieval.errors import UsageError
from retrieval.nouns import Principal

_REMEDY = 'Give a Principal, or {"user": "ada", "groups": ["HR"]}.'


class Asking(BaseRetriever):
    """A retriever that hears who asks from `config={"configurable": {"principal": …}}`, wherever in a chain it is."""

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        return super().invoke(input, config, **_named(config, kwargs))

    async def ainvoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        return await super().ainvoke(input, config, **_named(config, kwargs))


def _named(config: RunnableConfig | None, kwargs: dict[str, Any]) -> dict[str, Any]:
    principal = ensure_config(config).get("configurable", {}).get("principal")
    return kwargs if principal is None else {"principal": principal, **kwargs}


def who(given: object) -> Principal:
    """A principal as it is, or as JSON has it."""
    if isinstance(given, Principal):
        return given
    if not isinstance(given, Mapping) or given.keys() - {"user", "groups"}:
        raise UsageError(f"{given!r} is not somebody who asks.", _REMEDY)
    user, groups = given.get("user"), given.get("groups", ())
    if user is not None and not isinstance(user, str):
        raise UsageError(f"{user!r} is not the name of a user.", _REMEDY)
    return Principal(user, group_names(groups) if groups else frozenset())


def group_names(given: object) -> Audience:
    """Names of groups, at least one; a single text is refused, for its letters would be taken for names."""
    names = list(given) if isinstance(given, list | tuple | set | frozenset) else []
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise UsageError(f"{given!r} is not a list of group names.", 'Write one such as ["HR"].')
    return frozenset(names)


def at_least_one(k: int) -> int:
    if k < 1:
        raise UsageError(f"k is {k}, the least is 1.", "Ask for at least one document.")
    return k
