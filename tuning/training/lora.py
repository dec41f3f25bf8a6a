"""A LoRA over a base model: made, and written as peft reads it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval import precision
from tuning.training.fused import fuse

ALPHA = 2  # times the rank


@dataclass(frozen=True)
class Lora:
    rank: int = 16
    upper: float = 1.0  # share of the layers that learn, the last ones


def with_lora(base: Any, lora: Lora, seed: int) -> Any:
    """The base with a LoRA on every linear layer of its blocks, in the base's own precision. It changes nothing yet."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    layers = base.config.num_hidden_layers
    config = LoraConfig(
        r=lora.rank,
        lora_alpha=ALPHA * lora.rank,
        lora_dropout=0.0,
        target_modules="all-linear",
        layers_to_transform=list(range(round(layers * (1 - lora.upper)), layers)) if lora.upper < 1 else None,
        task_type="CAUSAL_LM",
    )
    with quiet():
        model = get_peft_model(base, config, autocast_adapter_dtype=False)
    return fuse(model) if base.device.type == "cpu" else model


def start(base: Path, lora: Lora, seed: int, continued: Path | None = None) -> Any:
    """The model in `base` with a new LoRA, or with the one that it goes on from, whose rank that has."""
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    dtype = torch.bfloat16 if precision("prompt") == "bf16" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
    model = model.to("cuda" if torch.cuda.is_available() else "cpu")
    if continued is None:
        return with_lora(model, lora, seed)
    from peft import PeftModel

    with quiet():
        model = PeftModel.from_pretrained(model, str(continued), is_trainable=True, autocast_adapter_dtype=False)
    return fuse(model) if model.device.type == "cpu" else model


@contextmanager
def quiet() -> Iterator[None]:
    """peft asks transformers in a way that it will have to change; nobody here can."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        yield


def learning(model: Any) -> dict[str, Any]:
    return {name: each for name, each in model.named_parameters() if each.requires_grad}


def write_lora(model: Any, folder: Path, base: str) -> None:
    """As peft writes it, but the same each time, and with the name of its base instead of a path."""
    model.save_pretrained(str(folder), safe_serialization=True)
    (folder / "README.md").unlink(missing_ok=True)  # a model card to be filled in; ours is card.json
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config |= {"base_model_name_or_path": base, "target_modules": sorted(config["target_modules"])}
    path.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", encoding="utf-8")
