"""The sample company, synced once with the real encoder for all tests of the doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import open_assistant
from ui.sample import create_sample_home


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = create_sample_home(tmp_path_factory.mktemp("sample") / "home")
    open_assistant(home.root).library.sync()
    return home.root
