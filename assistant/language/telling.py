"""A local model that writes prose: token by token, the likeliest, until it ends by itself."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.format import Message
from assistant.language.forward import Computed
from assistant.language.local import LocalModel
from assistant.prose import Frame


class TellingModel(LocalModel):
    def tell(self, messages: Sequence[Message], begun: str, frame: Frame, most: int) -> Iterator[str]:
        """Freely: what breaks the frame is found by whoever reads it."""
        prompt = self._prompt(messages, begun)
        decoder = getincrementaldecoder("utf-8")("replace")
        with self._forward.taking(prompt.ids) as computed:
            for token in islice(self._freely(computed, prompt.ids, prompt.borders), most):
                text = decoder.decode(self._vocabulary.bytes_of[token])
                if text:
                    yield text

    def _freely(self, computed: Computed, ids: Sequence[int], borders: Sequence[int]) -> Iterator[int]:
        known = self._vocabulary.bytes_of
        ids, borders = list(ids), list(borders)
        while True:
            best = int(self._after(computed, ids, borders)[0].argmax())
            if best not in known:  # a token of the frame, such as the end
                return
            yield best
            ids, borders = [*ids, best], [*borders, len(ids)]  # what was read is not read again
