"""BERT's forward pass on plain torch. Importing its library takes longer than answering a question does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from retrieval.encoding import read_json
from retrieval.models.packing import Linear, linear

PREFIX = "bert."


class Bert:
    def __init__(self, weights: Mapping[str, Tensor], config: Mapping[str, Any]) -> None:
        self.device = next(iter(weights.values())).device
        self._weights, self._linear = _parted(weights)
        self._heads = int(config["num_attention_heads"])
        self._layers = range(int(config["num_hidden_layers"]))
        self._epsilon = float(config["layer_norm_eps"])

    def __call__(self, tokens: Tensor, mask: Tensor, kinds: Tensor | None = None) -> Tensor:
        """The last layer's states, a row a token. `kinds` tell the first text of a pair from the second."""
        seen = mask.bool()[:, None, None, :]
        hidden = self._embed(tokens, kinds)
        for number in self._layers:
            layer = f"encoder.layer.{number}."
            attended = self._dense(layer + "attention.output.dense", self._attend(layer, hidden, seen))
            hidden = self._norm(layer + "attention.output.LayerNorm", hidden + attended)
            wide = functional.gelu(self._dense(layer + "intermediate.dense", hidden))
            hidden = self._norm(layer + "output.LayerNorm", hidden + self._dense(layer + "output.dense", wide))
        return hidden

    def _embed(self, tokens: Tensor, kinds: Tensor | None) -> Tensor:
        words = self._weights["embeddings.word_embeddings.weight"][tokens]
        places = self._weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0 if kinds is None else kinds]
        return self._norm("embeddings.LayerNorm", words + places + kind)

    def _attend(self, layer: str, hidden: Tensor, seen: Tensor) -> Tensor:
        parts = (self._dense(f"{layer}attention.self.{name}", hidden) for name in ("query", "key", "value"))
        split = (*hidden.shape[:2], self._heads, -1)
        query, key, value = (part.view(split).transpose(1, 2) for part in parts)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        return found.transpose(1, 2).flatten(2)

    def _dense(self, name: str, hidden: Tensor) -> Tensor:
        return self._linear[name](hidden)

    def _norm(self, name: str, hidden: Tensor) -> Tensor:
        weight, bias = self._weights[name + ".weight"], self._weights[name + ".bias"]
        return functional.layer_norm(hidden, weight.shape, weight, bias, self._epsilon)


def _parted(weights: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Linear]]:
    """The dense layers by name, and the weights that are none of theirs."""
    dense = {
        name.removesuffix(".weight"): weight
        for name, weight in weights.items()
        if name.startswith("encoder.") and name.endswith(".weight") and weight.dim() == 2
    }
    rest = {name: weight for name, weight in weights.items() if name.rpartition(".")[0] not in dense}
    return rest, {name: linear(weight, weights[name + ".bias"]) for name, weight in dense.items()}


def is_bert(folder: Path) -> bool:
    """Whether this file computes just what the folder's model means."""
    config = read_json(folder / "config.json")
    usual = (config.get("model_type"), config.get("hidden_act"), config.get("position_embedding_type", "absolute"))
    return usual == ("bert", "gelu", "absolute") and (folder / "model.safetensors").is_file()


def load_bert(folder: Path, dtype: torch.dtype, device: str) -> Bert:
    return Bert(weights_of(folder, dtype, device), read_json(folder / "config.json"))


def weights_of(folder: Path, dtype: torch.dtype, device: str) -> dict[str, Tensor]:
    from safetensors.torch import load_file

    found = load_file(folder / "model.safetensors", device=device)
    return {name.removeprefix(PREFIX): weight.to(dtype) for name, weight in found.items() if weight.is_floating_point()}
