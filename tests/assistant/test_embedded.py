"""The embedded reader, as it comes out of its quantised file: the real one, where it was fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.language.embedded import READER
from retrieval.models import resolve

pytestmark = pytest.mark.models
LABELS = (*"123456789", "none")


@pytest.fixture(scope="module")
def folder() -> Path:
    return resolve("SmolLM2-135M-Instruct", [READER])


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


@pytest.fixture(scope="module")
def model(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder).eval()


def encode(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False))


def write(model: Any, tokenizer: Any, prompt: str, most: int) -> str:
    inputs = tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
    tokens = model.generate(**inputs, max_new_tokens=most, do_sample=False)[0]
    return str(tokenizer.decode(tokens[inputs["input_ids"].shape[1] :], skip_special_tokens=True))


def test_only_safe_weights_stay(folder: Path) -> None:
    assert not list(folder.rglob("*.gguf"))
    assert (folder / "model.safetensors").stat().st_size < 270_000_000  # the tied head is not stored twice


def test_it_computes_in_fp32_unless_told_otherwise(model: Any) -> None:
    assert str(model.dtype) == "torch.float32"
    assert not hasattr(model.config, "quantization_config")


@pytest.mark.parametrize("begun", ["Cited:", "<|im_start|>assistant\nCited:"])
def test_every_label_is_one_token_after_the_colon(tokenizer: Any, begun: str) -> None:
    before = encode(tokenizer, begun)
    labels = [encode(tokenizer, begun + label) for label in LABELS]
    assert [tokens[:-1] for tokens in labels] == [before] * len(LABELS)
    assert len({tokens[-1] for tokens in labels}) == len(LABELS)


def test_digits_are_split_off_as_in_training(tokenizer: Any) -> None:
    tokens = tokenizer.convert_ids_to_tokens(encode(tokenizer, "\n\n1. Lasts   24 months"))
    assert tokens == ["ĊĊ", "1", ".", "ĠL", "asts", "ĠĠĠ", "2", "4", "Ġmonths"]


@pytest.mark.parametrize("text", ["§ 7 (2): 12,5 % “déjà”\n\n\t漢字 🙂", "[1] a » b", "  x  .  y ,z"])
def test_text_comes_back_to_the_letter(tokenizer: Any, text: str) -> None:
    assert tokenizer.decode(encode(tokenizer, text)) == text


def test_the_chat_template_is_its_own(tokenizer: Any) -> None:
    chat = [{"role": "user", "content": "Hello"}]
    assert tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True) == (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"
    )


def test_it_writes_sense(model: Any, tokenizer: Any) -> None:
    assert write(model, tokenizer, "The capital of France is", 2) == " Paris."
    chat = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    assert write(model, tokenizer, prompt, 12) == "The capital of France is Paris."
