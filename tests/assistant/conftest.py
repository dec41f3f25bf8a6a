"""What the tests of the assistant share: the folder of the real language model, and the spans of a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant.language.embedded import READER
from retrieval import resolve
from tests.assistant.exporting import exporter


@pytest.fixture(scope="module")
def folder() -> Path:
    return resolve(READER.name, [READER])


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter().clear()
    yield exporter()
    exporter().clear()
