"""What the tests of the real language model share."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.language.embedded import READER
from retrieval import resolve


@pytest.fixture(scope="module")
def folder() -> Path:
    return resolve(READER.name, [READER])
