"""The reader of larger models: `Cited:` decides, then sentences with marks, each to be checked before it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from assistant.format import CITED, Message, render
from assistant.language import ProseModel
from assistant.nouns import Claim
from assistant.prose import TASK, Frame, sentences_of
from assistant.reading.deciding import UNCALIBRATED, DecidingReader
from retrieval import Hit, Passage

MOST_TOKENS = 512


class ProseReader(DecidingReader):
    name = "prose"
    room = MOST_TOKENS + 16
    language: ProseModel

    def __init__(
        self,
        language: ProseModel,
        who: str,
        context: int,
        adapter: str | None = None,
        threshold: float = UNCALIBRATED,
    ) -> None:
        super().__init__(language, who, context, adapter, threshold)

    def say(self, question: str, hits: Sequence[Hit], cited: int) -> Iterator[Claim]:
        sources = self.fitting(question, hits)
        begun = f"{CITED}{cited + 1}"
        told = self.language.tell(self.messages(question, sources), begun, Frame(len(sources)), MOST_TOKENS)
        for sentence in sentences_of(chain([begun], told), len(sources)):
            yield Claim(sentence.text, sentence.marks, sentence.fault)

    def messages(self, question: str, sources: Sequence[Passage]) -> list[Message]:
        return render(question, sources, self.who, TASK)
