"""A base model and an adapter made one: the folder that transformers opens, with its tokenizer."""

from __future__ import annotations

import warnings
from pathlib import Path

from assistant import Adapter
from assistant.card import check_weights


def merge(base: Path, adapter: Adapter, out: Path) -> None:
    """Added up in single precision, and written in the precision that the base is stored in."""
    import torch
    from peft import PeftModel
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    check_weights(adapter.folder, adapter.weights)
    warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)  # peft's, and no one's here
    stored = AutoConfig.from_pretrained(base).dtype or torch.float32
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    merged = PeftModel.from_pretrained(model, str(adapter.folder)).merge_and_unload(safe_merge=True)
    merged.to(stored).save_pretrained(out)
    AutoTokenizer.from_pretrained(base).save_pretrained(out)
