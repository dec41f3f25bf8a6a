"""A quantised GGUF file becomes a plain transformers folder, once: faster to run, and trainable."""

from __future__ import annotations

from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

GGUF = "model.gguf"


def dequantise(raw: Path, target: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    with redirect_stderr(StringIO()):  # progress bars, which say nothing to who waits for a model
        plain = GgufConfig(dequantize=True)
        model = AutoModelForCausalLM.from_pretrained(
            raw, gguf_file=GGUF, quantization_config=plain, dtype=torch.float32
        )
        # fp16, not bf16: half the size of fp32, and the next token's distribution moves by a KL of 1e-6
        # (bf16: 3e-5). The settings keep fp32, so that nobody computes in fp16 by default.
        halves = {name: weight.to(torch.float16) for name, weight in model.named_parameters()}
        model.save_pretrained(target, state_dict=halves)
        _tokenizer(raw, model.config.max_position_embeddings).save_pretrained(target)


def _tokenizer(raw: Path, longest: int) -> Any:
    """As the model was trained: each digit a token of its own, split off before anything else.

    transformers does not take that over from the file, and then reads "\\n\\n1" as it never was in training.
    """
    from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(raw, gguf_file=GGUF, model_max_length=longest)
    digits, rest = Digits(individual_digits=True), ByteLevel(add_prefix_space=False)
    tokenizer.backend_tokenizer.pre_tokenizer = Sequence([digits, rest])
    return tokenizer
