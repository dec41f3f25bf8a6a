"""The embedded pointer: the layers of the sentence encoder, taught to point, with two small heads on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.encoding import LOADING, read_json
from retrieval.encoding.pooled import batches
from retrieval.models.precision import precision
from retrieval.nouns import Passage
from retrieval.pointing import Options
from retrieval.pointing.pairs import Pair, Pairing

WEIGHTS = "pointer.safetensors"  # what was learned; all else is the encoder's
BATCH_TOKENS = {"cpu": 2048, "cuda": 16384}
HEADS = ("spans.", "whole.")  # a token's start and end; a passage's none, yes and no


class EmbeddedPointer:
    """`encoder`: the folder of the encoder whose layers were taught."""

    def __init__(self, folder: Path, encoder: Path, identity: str) -> None:
        self.folder = folder
        self.identity = identity
        self._encoder = encoder

    @cached_property
    def _pairing(self) -> Pairing:
        return Pairing(self._encoder)

    @cached_property
    def _net(self) -> Any:
        with LOADING:
            return _Net(self.folder / WEIGHTS, self._encoder)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Options]:
        pairs = self._pairing.pairs(question, passages)
        found: dict[int, Options] = {}
        for places in batches([pair.width for pair in pairs], BATCH_TOKENS[self._net.device.type]):
            found |= zip(places, self._net([pairs[place] for place in places]), strict=True)
        return [found[place] for place in range(len(pairs))]


class _Net:
    def __init__(self, learned: Path, encoder: Path) -> None:
        import torch
        from safetensors.torch import load_file

        from retrieval.encoding.bert import Bert, weights_of

        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        dtype = torch.bfloat16 if precision("encode") == "bf16" else torch.float32
        taught = load_file(learned, device=str(self.device))
        heads = [name for name in taught if name.startswith(HEADS)]
        self._heads = {name: taught.pop(name).float() for name in heads}
        layers = {name: weight.to(dtype) for name, weight in taught.items()}
        self._bert = Bert(weights_of(encoder, dtype, str(self.device)) | layers, read_json(encoder / "config.json"))

    def __call__(self, pairs: Sequence[Pair]) -> Iterator[Options]:
        import torch

        tokens, kinds, mask = padded(pairs)
        with torch.inference_mode():
            hidden = self._bert(tokens.to(self.device), mask.to(self.device), kinds.to(self.device)).float()
            spans = (hidden @ self._heads["spans.weight"].T + self._heads["spans.bias"]).cpu().numpy()
            whole = (hidden[:, 0] @ self._heads["whole.weight"].T + self._heads["whole.bias"]).cpu().numpy()
        for pair, of_tokens, (none, yes, no) in zip(pairs, spans, whole.tolist(), strict=True):
            ours = of_tokens[pair.first : pair.first + len(pair.places)].astype(np.float32)
            yield Options(pair.places, ours[:, 0], ours[:, 1], none, yes, no)


def padded(pairs: Sequence[Pair]) -> tuple[Any, Any, Any]:
    """Tokens, kinds and mask, a row a pair."""
    import torch

    shape = (len(pairs), max(pair.width for pair in pairs))
    tokens, kinds, mask = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    for row, pair in enumerate(pairs):
        tokens[row, : pair.width] = torch.tensor(pair.ids)
        kinds[row, : pair.width] = torch.tensor(pair.kinds)
        mask[row, : pair.width] = 1
    return tokens, kinds, mask
