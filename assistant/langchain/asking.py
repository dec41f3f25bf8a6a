"""Who is asked, and who asks: both are settled by whoever makes the door, and by nothing that comes in through it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from langchain_core.runnables import RunnableConfig, ensure_config
from pydantic import BeforeValidator, Field, GetPydanticSchema

from assistant.assistant import Assistant
from assistant.opening import open_assistant
from retrieval import Principal, UsageError
from retrieval.langchain.asking import who

_AS_IT_IS = GetPydanticSchema(lambda kind, handler: handler(Any))  # else pydantic looks into our dataclasses
_UNSEEN = Field(repr=False)  # tracers are told how a model looks: it names no folder and no user


def assistant_at(place: Assistant | Path | str) -> Assistant:
    return place if isinstance(place, Assistant) else open_assistant(Path(place))


Asked = Annotated[Assistant, _AS_IT_IS, BeforeValidator(assistant_at), _UNSEEN]
Asking = Annotated[Principal, _AS_IT_IS, BeforeValidator(who), _UNSEEN]


def check_who(config: RunnableConfig | None, principal: Principal) -> None:
    """A config that names somebody else is not heeded, and not passed over in silence either."""
    named = ensure_config(config).get("configurable", {}).get("principal")
    if named is not None and who(named) != principal:
        raise UsageError(
            "The config names a principal other than the one that this assistant was opened for.",
            "Open one for that principal; configurable_fields(principal=…) lets the config choose.",
        )
