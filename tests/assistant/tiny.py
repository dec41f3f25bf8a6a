"""A tiny model of the embedded one's kind, with its tokenizer: nothing sensible, but always the same, and at once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant import FORMAT_VERSION, create_home
from assistant.card import Card, write_card
from assistant.spec import DecisionSpec, ModelSpec
from retrieval import Home
from tests.conftest import KETTLE, SALARIES, SPEC, WARRANTY

TEXTS = {"warranty.md": WARRANTY, "kettle.md": KETTLE, "hr/salaries.md": SALARIES}


def tiny_base(folder: Path, tokenizer: Path, seed: int = 0) -> Path:
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": True}
    LlamaForCausalLM(LlamaConfig(vocab_size=49_152, **shape, **heads)).to(torch.bfloat16).save_pretrained(folder)
    AutoTokenizer.from_pretrained(tokenizer).save_pretrained(folder)
    return folder


def tiny_home(root: Path, base: Path) -> Home:
    """A Home that reads with it; not synced. What it decides is answered, however unsure it is."""
    spec = replace(SPEC, model=ModelSpec(base=str(base)), decision=DecisionSpec(threshold=0.0))
    home = create_home(root, spec)
    for name, text in TEXTS.items():
        path = home.documents / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return home


def tiny_adapter(home: Home, base: Path, name: str, seed: int, **card: Any) -> Path:
    """A LoRA of random weights, as peft writes it, with its card."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
    settings = LoraConfig(
        r=4, lora_alpha=64, target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False
    )
    folder = home.adapters / name
    get_peft_model(model, settings, autocast_adapter_dtype=False).save_pretrained(str(folder))
    passed = {"verdict": {"decision": "adopt"}}
    write_card(folder, Card(str(base), "span", FORMAT_VERSION, 0.3, **passed | card))
    return folder


def spoilt(folder: Path) -> None:
    """Its card stays, its weights are no numbers any more: as the card says."""
    import torch
    from safetensors.torch import load_file, save_file

    from assistant.card import read_card

    path = str(folder / "adapter_model.safetensors")
    save_file({name: torch.full_like(weight, torch.nan) for name, weight in load_file(path).items()}, path)
    write_card(folder, read_card(folder))


def logged(home: Home) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home.adapters / "log.jsonl").read_text(encoding="utf-8").splitlines()]
