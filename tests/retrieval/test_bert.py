"""Our forward pass is the library's: the same states from the same weights, and other models go through the library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel

from retrieval import ENCODER, resolve
from retrieval.encoding.bert import is_bert, load_bert
from retrieval.encoding.pooled import PooledEncoder
from retrieval.models import packing

SMALL = {"vocab_size": 50, "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 64}
TOKENS = torch.tensor([[5, 9, 11, 3, 0, 0], [7, 8, 2, 4, 6, 1]])
MASK = torch.tensor([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]])


def test_states_are_those_of_the_library(tmp_path: Path) -> None:
    torch.manual_seed(1)
    theirs = BertModel(BertConfig(**SMALL), add_pooling_layer=False).eval()
    theirs.save_pretrained(tmp_path)
    assert is_bert(tmp_path)
    with torch.inference_mode():
        expected = theirs(TOKENS, MASK).last_hidden_state
        found = load_bert(tmp_path, torch.float32, "cpu")(TOKENS, MASK)
    assert torch.allclose(found[MASK.bool()], expected[MASK.bool()], atol=1e-5)


@pytest.mark.skipif(not packing.multiplies(), reason="torch does not multiply bf16 on this processor")
def test_weights_laid_out_change_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(2)
    BertModel(BertConfig(**SMALL), add_pooling_layer=False).save_pretrained(tmp_path)
    packed = load_bert(tmp_path, torch.bfloat16, "cpu")
    monkeypatch.setattr(packing, "multiplies", lambda: False)
    plain = load_bert(tmp_path, torch.bfloat16, "cpu")
    with torch.inference_mode():
        assert torch.equal(packed(TOKENS, MASK), plain(TOKENS, MASK))
        assert torch.equal(packed(TOKENS[:1, :4], MASK[:1, :4]), plain(TOKENS[:1, :4], MASK[:1, :4]))


@pytest.mark.parametrize("change", [{"hidden_act": "relu"}, {"position_embedding_type": "relative_key"}])
def test_an_unusual_bert_is_left_to_the_library(tmp_path: Path, change: dict[str, str]) -> None:
    config = BertConfig(**SMALL)
    for name, value in change.items():
        setattr(config, name, value)
    config.save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").touch()
    assert not is_bert(tmp_path)


@pytest.mark.models
def test_another_transformer_is_encoded_by_the_library(tmp_path: Path) -> None:
    """A small random DistilBERT with the real tokenizer: padding and company change nothing."""
    config = DistilBertConfig(vocab_size=30522, dim=32, n_layers=2, n_heads=4, hidden_dim=64)
    DistilBertModel(config).save_pretrained(tmp_path)
    tokenizer = resolve("all-MiniLM-L6-v2", [ENCODER]) / "tokenizer.json"
    (tmp_path / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    assert not is_bert(tmp_path)
    encoder = PooledEncoder(tmp_path, "random")
    texts = ["A kettle.", "The warranty lasts 24 months from delivery, says the leaflet in the box."]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert together.shape == (2, 32)
    assert np.allclose((together * alone).sum(1), 1, atol=1e-3)
