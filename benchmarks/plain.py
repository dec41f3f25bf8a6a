"""The peer of our own models: plain `transformers.generate`, with the same weights and the same prompts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from assistant.format import ANSWER, CITED, NONE, Message, labels, neutralise
from assistant.language.local import LocalModel
from assistant.language.spans import SpanConstraint
from assistant.polarity import asks_yes_or_no
from assistant.reading.model import MOST_TOKENS, ModelReader
from retrieval import bring
from tuning.nouns import Question


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
        brought = [bring(source.id, source.title, source.text) for source in question.passages or ()]
        prompt = self._ids(self._text(self._reader.messages(question.question, brought)) + CITED)
        polar = ("Yes", "No") if asks_yes_or_no(question.question) else ()
        spans = [SpanConstraint(neutralise(passage.text), polar) for passage in brought]

        def allowed(_: int, ids: Any) -> list[int]:
            return self._allowed(ids[len(prompt) :].tolist(), spans)

        ended = [self._ended(len(prompt))]
        written = self._generated(prompt, MOST_TOKENS + 8, prefix_allowed_tokens_fn=allowed, stopping_criteria=ended)
        return self._said(written).partition(ANSWER)[2].strip()

    def decide(self, messages: Sequence[Message], known: Sequence[str]) -> str:
        """The first token that it says: one of the labels."""
        prompt = self._ids(self._text(messages) + CITED)
        of_label = [self._ids(CITED + label)[-1] for label in known]
        (token,) = self._generated(prompt, 1, prefix_allowed_tokens_fn=lambda *_: of_label)
        return known[of_label.index(token)]

    def told(self, messages: Sequence[Message], begun: str, most: int) -> str:
        """What it says of its own accord, up to the end of the line."""
        prompt = self._ids(self._text(messages) + begun)
        said = self._said(self._generated(prompt, most, stopping_criteria=[self._line_ended]))
        return said.partition("\n")[0]

    def written(self, messages: Sequence[Message], most: int) -> str:
        """Whatever it says, with nothing to hold it."""
        return self._said(self._generated(self._ids(self._text(messages)), most))

    def _generated(self, prompt: list[int], most: int, **how: Any) -> list[int]:
        import torch

        given = torch.tensor([prompt])
        with torch.inference_mode():
            whole = self._model.generate(
                given, attention_mask=torch.ones_like(given), max_new_tokens=most, do_sample=False, **how
            )
        written: list[int] = whole[0, len(prompt) :].tolist()
        return written

    def _said(self, written: list[int]) -> str:
        return str(self._tokenizer.decode(written, skip_special_tokens=True))

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

    def _line_ended(self, ids: Any, scores: Any, **_: Any) -> Any:
        import torch

        return torch.tensor([int(ids[0, -1]) in self._vocabulary.ending])

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


def weights(language: LocalModel, dtype: Any) -> Any:
    """As transformers loads them: `auto` is as they are stored."""
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(language.folder, dtype=dtype).eval()
