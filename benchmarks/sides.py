"""Our reader and its peer, each in the same precision, and the exam's rows as both are given them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assistant.format import CITED, Message, labels
from assistant.language import Constraint
from assistant.language.embedded import READER
from assistant.language.local import LocalModel
from assistant.reading.model import ModelReader
from assistant.spec import Spec
from assistant.voice.instructions import introduced
from benchmarks.data import data_folder
from benchmarks.plain import Plain, weights
from retrieval import Passage, bring, resolve
from retrieval.models.precision import VARIABLE, Precision
from tuning.exam.questions import read_questions
from tuning.nouns import Question, Source


@dataclass(frozen=True)
class Sides:
    reader: ModelReader
    language: LocalModel
    plain: Plain

    def decided(self, language: LocalModel, question: Question) -> str:
        """The label that ours says first: as many tokens as `Plain.decide` writes."""
        known = labels(len(question.passages or ()))
        found = language.weigh(self.messages(question), CITED, known)
        return known[found.index(max(found))] if found else ""

    def peer_decided(self, question: Question) -> str:
        return self.plain.decide(self.messages(question), labels(len(question.passages or ())))

    def messages(self, question: Question) -> list[Message]:
        return self.reader.messages(question.question, brought(question.passages or ()))


def sides(which: Precision, base: Path | None = None) -> Sides:
    import torch

    with _in(which):
        language = LocalModel(READER.name, base or resolve(READER.name, [READER]))
        assert language._model is not None  # loaded while the precision holds
    spec = Spec()
    reader = ModelReader(language, introduced(spec), spec.model.context_tokens)
    dtype = torch.bfloat16 if which == "bf16" else torch.float32
    return Sides(reader, language, Plain(reader, language, weights(language, dtype)))


@contextmanager
def _in(which: Precision) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = which
    try:
        yield
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before


def fresh(language: LocalModel, kind: type[LocalModel] = LocalModel) -> LocalModel:
    """One with the same weights, which has read nothing yet."""
    another = kind(language.name, language.folder)
    another._loaded = language._model
    return another


def tokens_of(
    language: LocalModel, messages: Sequence[Message], begun: str, constraint: Constraint, most: int
) -> list[int]:
    """The tokens of which `write` makes text."""
    prompt = language._prompt(messages, begun)
    with language._forward.taking(prompt.ids) as computed:
        return list(islice(language._likeliest(computed, prompt, constraint), most))


def exam() -> list[Question]:
    questions, _ = read_questions([data_folder().parent / "exams" / "squad2.jsonl"])
    return questions


def brought(sources: Sequence[Source]) -> list[Passage]:
    return [bring(source.id, source.title, source.text) for source in sources]
