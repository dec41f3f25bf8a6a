"""What the doors' tests share. LangChain's own suites leave their asynchronous tests unmarked; here each is run."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from assistant import Assistant
from assistant.langchain import GroundsmithChatModel


def pytest_pycollect_makeitem(obj: object) -> None:
    if inspect.iscoroutinefunction(obj):
        pytest.mark.asyncio(obj)


@pytest.fixture
def model(ada: Assistant) -> GroundsmithChatModel:
    return GroundsmithChatModel(assistant=ada)


# Of plugins that are switched off here, and that the suites ask for where they then skip or measure


@pytest.fixture
def snapshot() -> None: ...


@pytest.fixture
def vcr() -> None: ...


@pytest.fixture
def benchmark() -> Callable[[Callable[[], None]], None]:
    return lambda run: run()
