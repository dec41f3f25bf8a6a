"""TRL's SFTTrainer with peft, at their defaults: rows of prompt and completion from a file, a round, its figures.

Runs in the peers' environment: `python trl_sft.py ROWS.json BASE RATE RANK`.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def main() -> None:
    rows_file, base, rate, rank = sys.argv[1:]
    given = json.loads(Path(rows_file).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        trainer = _trainer(given["learned"], base, float(rate), int(rank), folder)
        began = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "loss": loss(trainer.model, given["held"])}))


def _trainer(rows: list[dict[str, Any]], base: str, rate: float, rank: int, folder: str) -> Any:
    from datasets import Dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    texts = [{"prompt": row["prompt"], "completion": row["completion"]} for row in rows]
    settings = SFTConfig(
        output_dir=folder, num_train_epochs=1, learning_rate=rate, report_to=[], save_strategy="no", use_cpu=True
    )
    lora = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM")
    return SFTTrainer(model=base, args=settings, train_dataset=Dataset.from_list(texts), peft_config=lora)


def loss(model: Any, rows: list[dict[str, Any]]) -> float:
    """Of a token of the completions."""
    import torch

    total, many = 0.0, 0
    with torch.inference_mode():
        for row in rows:
            logits = model(input_ids=torch.tensor([row["ids"]])).logits[0, row["first"] - 1 : -1].float()
            said = torch.tensor(row["ids"][row["first"] :])
            total += float(torch.nn.functional.cross_entropy(logits, said, reduction="sum"))
            many += len(said)
    return total / many


if __name__ == "__main__":
    main()
