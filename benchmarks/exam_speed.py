"""Questions per second of an exam against a plain loop: `python -m benchmarks.exam_speed [--out FILE]`.

The peer calls `transformers.generate` once a question: the same weights, the same prompts, the same constraint. It runs
twice, as transformers loads the model unless it is told otherwise, and in the precision that we chose for this
processor. All do the questions in turn, round after round; how many answers are the same comes first.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import Assistant, create_home, open_assistant
from assistant.format import ANSWER, CITED, NONE, labels, neutralise
from assistant.language.local import LocalModel
from assistant.language.spans import SpanConstraint
from assistant.polarity import asks_yes_or_no
from assistant.reading.model import MOST_TOKENS, ModelReader
from benchmarks.data import data_folder
from retrieval import bring, precision
from tuning.exam.named import served, with_adapter
from tuning.exam.questions import read_questions
from tuning.exam.run import examine
from tuning.nouns import Question
from ui.terminal import Progress

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    questions = _questions(options.questions)
    with tempfile.TemporaryDirectory() as folder:
        assistant = with_adapter(open_assistant(create_home(Path(folder) / "home").root), "none")
        reader = assistant.reader
        assert isinstance(reader, ModelReader) and isinstance(reader.language, LocalModel)
        peers = _peers(reader, reader.language)
        for peer in peers.values():
            peer.answer(questions[0])  # all have their weights before the clock starts
        rounds = [_round(assistant, peers, questions, Path(folder) / str(number)) for number in range(options.rounds)]
    found = _summary(questions, peers, rounds)
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _questions(many: int) -> list[Question]:
    """As many pairs as fit, with the hard ones of the same sources: a slice of the exam as it is."""
    questions, _ = read_questions([data_folder().parent / "exams" / "squad2.jsonl"])
    return questions[:many]


def _peers(reader: ModelReader, language: LocalModel) -> dict[str, Plain]:
    import torch
    from transformers import AutoModelForCausalLM

    ours = torch.bfloat16 if precision("prompt") == "bf16" else torch.float32
    chosen = {"as transformers loads it": "auto", "in our precision": ours}
    loaded = {
        name: AutoModelForCausalLM.from_pretrained(language.folder, dtype=dtype) for name, dtype in chosen.items()
    }
    return {name: Plain(reader, language, model.eval()) for name, model in loaded.items()}


@dataclass(frozen=True)
class Round:
    ours: float  # seconds
    theirs: dict[str, float]
    same: dict[str, float]  # share of the same answers

    def ratio(self, peer: str) -> float:
        return self.theirs[peer] / self.ours


def _round(assistant: Assistant, peers: Mapping[str, Plain], questions: Sequence[Question], folder: Path) -> Round:
    began = time.perf_counter()
    outcomes = examine(served(assistant), questions, folder, Progress()).outcomes
    found = Round(time.perf_counter() - began, {}, {})
    said = {outcome.id: outcome.forced or "" for outcome in outcomes}
    for name, peer in peers.items():
        began = time.perf_counter()
        theirs = {question.id: peer.answer(question) for question in questions}
        found.theirs[name] = time.perf_counter() - began
        same = sum(_same(said[question.id], theirs[question.id]) for question in questions)
        found.same[name] = same / len(questions)
        print(f"{name}: {found.theirs[name]:.1f} s, ours {found.ours:.1f} s, same {found.same[name]:.3f}", flush=True)
    return found


def _same(ours: str, theirs: str) -> bool:
    """A verdict is followed by its reason, which the model does not write."""
    return ours.split(":")[0].strip() == theirs if theirs in ("Yes", "No") else ours.strip() == theirs


def _summary(questions: Sequence[Question], peers: Mapping[str, Plain], rounds: Sequence[Round]) -> dict[str, Any]:
    return {
        "questions": len(questions),
        "processors": os.cpu_count(),
        "precision": precision("prompt"),
        "questions_per_second": round(len(questions) / statistics.median(round.ours for round in rounds), 2),
        "peers": {name: _against(name, peer, rounds) for name, peer in peers.items()},
    }


def _against(name: str, peer: Plain, rounds: Sequence[Round]) -> dict[str, Any]:
    ratios = [each.ratio(name) for each in rounds]
    return {
        "precision": peer.precision,
        "same_answers": round(min(each.same[name] for each in rounds), 3),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "ratio": round(statistics.median(ratios), 2),
    }


class Plain:
    """One call of `generate` a question, with what may follow worked out from what was written so far."""

    def __init__(self, reader: ModelReader, language: LocalModel, model: Any) -> None:
        self._reader = reader
        self._model = model
        self.precision = str(model.dtype).removeprefix("torch.")
        self._tokenizer = language._tokenizer
        self._vocabulary = language._vocabulary
        self._text = language._text
        self._frame = self._ids(f"{CITED}1\n{ANSWER}")[len(self._ids(f"{CITED}1")) :]

    def answer(self, question: Question) -> str:
        import torch

        brought = [bring(source.id, source.title, source.text) for source in question.passages or ()]
        prompt = self._ids(self._text(self._reader.messages(question.question, brought)) + CITED)
        polar = ("Yes", "No") if asks_yes_or_no(question.question) else ()
        spans = [SpanConstraint(neutralise(passage.text), polar) for passage in brought]

        def allowed(_: int, ids: Any) -> list[int]:
            return self._allowed(ids[len(prompt) :].tolist(), spans)

        with torch.inference_mode():
            given = torch.tensor([prompt])
            written = self._model.generate(
                given,
                attention_mask=torch.ones_like(given),
                max_new_tokens=MOST_TOKENS + 8,
                do_sample=False,
                prefix_allowed_tokens_fn=allowed,
                stopping_criteria=[self._ended(len(prompt))],
            )
        said = str(self._tokenizer.decode(written[0, len(prompt) :], skip_special_tokens=True))
        return said.partition(ANSWER)[2].strip()

    def _allowed(self, written: list[int], spans: Sequence[SpanConstraint]) -> list[int]:
        if not written:
            return [self._ids(CITED + label)[-1] for label in labels(len(spans))]
        label = self._tokenizer.decode(written[:1])
        if label == NONE:
            return list(self._vocabulary.ending)
        if len(written) <= len(self._frame):
            return [self._frame[len(written) - 1]]
        said = b"".join(self._vocabulary.bytes_of[token] for token in written[1 + len(self._frame) :])
        span = spans[int(label) - 1]
        ending = self._vocabulary.ending if span.may_end(said) else []
        return [*self._followed(span.rests(said)), *ending]

    def _ended(self, prompt: int) -> Callable[..., Any]:
        """At the end of the answer's line; the one before it ends in the frame."""
        import torch

        def ended(ids: Any, scores: Any, **_: Any) -> Any:
            written = ids[0, prompt:].tolist()
            frame = 1 if written[0] in self._ids(CITED + NONE)[-1:] else 1 + len(self._frame)
            return torch.tensor([len(written) > frame and written[-1] in self._vocabulary.ending])

        return ended

    def _followed(self, rests: Sequence[bytes]) -> list[int]:
        token_of = self._vocabulary.token_of
        beginnings = {rest[:length] for rest in rests for length in range(1, len(rest) + 1)}
        return [token_of[beginning] for beginning in beginnings & token_of.keys()]

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))


if __name__ == "__main__":
    main()
