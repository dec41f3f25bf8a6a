"""The baseline *base with the best prompt*: the model as it comes, told and shown as well as a prompt can.

The wording, the worked examples before the question and the threshold were chosen by `benchmarks/best_prompt.py`, on
training rows alone. The examples are our own; no row of any data set is among them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant import Spec
from assistant.format import Message, Parsed, complete, render
from assistant.language import LanguageModel
from assistant.reading.model import ModelReader
from assistant.voice.instructions import introduced
from retrieval import Passage, bring

CHOSEN = Path(__file__).parent / "best_prompt.json"


@dataclass(frozen=True)
class Worked:
    """A question with its sources, answered as the format has it: `cited` counts from 0, None abstains."""

    sources: tuple[tuple[str, str], ...]  # title, text
    question: str
    cited: int | None
    answer: str = ""


@dataclass(frozen=True)
class Prompt:
    """How the model is told what to do; and for which model that was found to be best."""

    task: str
    worked: tuple[Worked, ...]
    threshold: float
    found_for: str
    how: str


class PromptedReader(ModelReader):
    name = "prompted"

    def __init__(self, language: LanguageModel, who: str, context: int, prompt: Prompt) -> None:
        super().__init__(language, who, context, threshold=prompt.threshold)
        self.prompt = prompt

    @property
    def identity(self) -> tuple[str, ...]:
        return (*super().identity, repr(self.prompt))

    def messages(self, question: str, sources: Sequence[Passage]) -> list[Message]:
        system = {"role": "system", "content": f"{self.who} {self.prompt.task}"}
        asked = render(question, sources, self.who)[1]
        return [system, *(message for one in self.prompt.worked for message in _shown(one)), asked]


def prompted_reader(spec: Spec, language: LanguageModel) -> PromptedReader:
    return PromptedReader(language, introduced(spec), spec.model.context_tokens, best_prompt())


@cache
def best_prompt() -> Prompt:
    return read_prompt(CHOSEN)


def read_prompt(path: Path) -> Prompt:
    row = json.loads(path.read_text(encoding="utf-8"))
    return Prompt(**{**row, "worked": tuple(map(_worked, row["worked"]))})


def write_prompt(path: Path, prompt: Prompt) -> None:
    path.write_text(json.dumps(asdict(prompt), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _worked(row: dict[str, Any]) -> Worked:
    return Worked(**{**row, "sources": tuple((title, text) for title, text in row["sources"])})


def _shown(one: Worked) -> list[Message]:
    passages = [bring(str(number), title, text) for number, (title, text) in enumerate(one.sources)]
    answered = complete(Parsed(one.cited, one.answer))
    return [render(one.question, passages, "")[1], {"role": "assistant", "content": answered}]
