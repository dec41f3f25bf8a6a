"""What the doors' tests share. LangChain's own suites leave their asynchronous tests unmarked; here each is run."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant import Assistant, create_home, open_assistant
from assistant.langchain import GroundsmithChatModel
from tests.conftest import KETTLE, SALARIES, SPEC, WARRANTY
from tests.fakes import WordEncoder


def pytest_pycollect_makeitem(obj: object) -> None:
    if inspect.iscoroutinefunction(obj):
        pytest.mark.asyncio(obj)


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """One Home for all tests of a file: none of them changes it."""
    home = create_home(tmp_path_factory.mktemp("ada") / "home", SPEC)
    for name, text in {"warranty.md": WARRANTY, "kettle.md": KETTLE, "hr/salaries.md": SALARIES}.items():
        path = home.documents / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = open_assistant(home.root, WordEncoder())
    found.library.sync()
    found.spec = replace(found.spec, decision=replace(found.spec.decision, threshold=0.5))
    return found


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
