"""What tests share: a small Home, opened with the fake encoder, whose documents a reader can hold in mind; and the
sample company, synced once with the real one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Spec, create_home, open_assistant
from assistant.spec import ModelSpec
from retrieval import Access, Home, intake
from retrieval.workers.pool import Workers
from tests.fakes import WordEncoder
from ui.sample import create_sample_home

WARRANTY = (
    "# Warranty\n\n## Duration\n\nThe warranty lasts 24 months from delivery. It covers the boiler and the pump.\n"
)
KETTLE = "# Kettle\n\n## Care\n\nDescale the kettle every 3 months. Rinse it twice afterwards.\n"
SALARIES = "# Salaries\n\n## Bands\n\nThe tamarisk band pays 41,000 a year.\n"
SPEC = Spec(access=Access({"hr": frozenset({"HR"})}))
MATCHING = replace(SPEC, model=ModelSpec(reader="extractive"))  # what it answers can be told beforehand

# A shell without job control lets what it runs in the background ignore interruptions, and that is inherited.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def warm_readers() -> Iterator[None]:
    """Every sync of this process reads with the same workers: their start, a tenth of a second, is paid once."""
    with Workers() as workers, pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "workers_for", lambda paths: nullcontext(workers))
        yield


def written(root: Path) -> Home:
    home = create_home(root, MATCHING)
    for name, text in {"warranty.md": WARRANTY, "kettle.md": KETTLE, "hr/salaries.md": SALARIES}.items():
        path = home.documents / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return home


def ready(assistant: Assistant) -> Assistant:
    assistant.library.sync()
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.5))
    return assistant


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Three documents, one of them for HR alone; not yet synced."""
    return written(tmp_path / "home")


@pytest.fixture
def opened(home: Home) -> Callable[[], Assistant]:
    """Opens the Home as a new process would."""
    return lambda: open_assistant(home.root, WordEncoder())


@pytest.fixture
def assistant(opened: Callable[[], Assistant]) -> Assistant:
    """Synced and ready to answer, at a threshold that suits the fake encoder."""
    return ready(opened())


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The same for all tests of a file, where none of them changes the Home."""
    return ready(open_assistant(written(tmp_path_factory.mktemp("ada") / "home").root, WordEncoder()))


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = create_sample_home(tmp_path_factory.mktemp("sample") / "home")
    open_assistant(home.root).library.sync()
    return home.root


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Several would wait for one another on a machine that does other things too."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
