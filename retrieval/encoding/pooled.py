"""The common sentence encoder (transformer, mean over tokens, unit length), run without the weight of a library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.encoding import LOADING, Vectors, read_json
from retrieval.models.precision import precision

# Padded tokens a batch: short texts travel together. On a processor what passes between layers stays in its cache.
BATCH_TOKENS = {"cpu": 1024, "cuda": 4096}


class PooledEncoder:
    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = folder
        self.identity = identity
        config = read_json(folder / "config.json")
        self.dimension = int(config.get("hidden_size") or config["dim"])
        self.limit = int(read_json(folder / "sentence_bert_config.json").get("max_seq_length") or 256)

    @cached_property
    def _measuring(self) -> Any:
        return self._tokenizer()

    @cached_property
    def _cutting(self) -> Any:
        tokenizer = self._tokenizer()
        tokenizer.enable_truncation(self.limit)  # it keeps the closing token, which a slice would not
        return tokenizer

    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _model(self) -> Any:
        import torch

        from retrieval.encoding.bert import is_bert, load_bert

        dtype = torch.bfloat16 if precision("encode") == "bf16" else torch.float32
        device = "cuda" if torch.cuda.is_available() else "cpu"
        with LOADING:
            return load_bert(self.folder, dtype, device) if is_bert(self.folder) else self._other(dtype, device)

    def _other(self, dtype: Any, device: str) -> Any:
        """Any other transformer, through its library."""
        from transformers import AutoModel
        from transformers.utils import logging

        logging.disable_progress_bar()
        return AutoModel.from_pretrained(self.folder, dtype=dtype).eval().to(device)

    def measure(self, texts: Sequence[str]) -> list[int]:
        return [len(encoding.ids) for encoding in self._measuring.encode_batch_fast(list(texts))]

    def encode(self, texts: Sequence[str]) -> Vectors:
        ids = [encoding.ids for encoding in self._cutting.encode_batch_fast(list(texts))]
        vectors = np.zeros((len(ids), self.dimension), dtype=np.float32)
        for batch in batches([len(row) for row in ids], BATCH_TOKENS[self._model.device.type]):
            vectors[batch] = self._forward([ids[position] for position in batch])
        return vectors

    def _forward(self, ids: list[list[int]]) -> Vectors:
        import torch

        longest = max(map(len, ids))
        tokens = torch.zeros((len(ids), longest), dtype=torch.long)
        mask = torch.zeros((len(ids), longest), dtype=torch.long)
        for row, values in enumerate(ids):
            tokens[row, : len(values)] = torch.tensor(values)
            mask[row, : len(values)] = 1
        device = self._model.device
        with torch.inference_mode():
            found = self._model(tokens.to(device), mask.to(device))
            hidden = (found if isinstance(found, torch.Tensor) else found.last_hidden_state).float()
            weight = mask.to(device).unsqueeze(-1)
            mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)
            unit: Vectors = torch.nn.functional.normalize(mean, dim=1).cpu().numpy()
        return unit


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Positions in groups of similar length, the longest first, each within the token budget."""
    batch: list[int] = []
    longest = 0
    for position in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        longest = longest or lengths[position]
        if batch and longest * (len(batch) + 1) > budget:
            yield batch
            batch, longest = [], lengths[position]
        batch.append(position)
    if batch:
        yield batch
