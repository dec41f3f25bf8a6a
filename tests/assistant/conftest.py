"""What the tests of the real language model share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.language.embedded import READER
from retrieval import resolve


@pytest.fixture(scope="module")
def folder() -> Path:
    return resolve(READER.name, [READER])


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Several would wait for one another on a machine that does other things too."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
