"""LangChain is an extra: retrieval does without, and says what is missing."""

from __future__ import annotations

from tests.retrieval.homes import told

SCRIPT = """
import sys
import retrieval
assert not [name for name in sys.modules if name.startswith(("langchain", "pydantic"))]
sys.modules["langchain_core"] = None
try:
    import retrieval.langchain
except retrieval.MissingExtra as error:
    print(error)
"""


def test_without_langchain_the_extra_is_named() -> None:
    said = told(SCRIPT)
    assert said.startswith("langchain-core is not installed")
    assert "pip install 'groundsmith[langchain]'" in said
