"""A training may be killed at any moment: the same command goes on, and its adapter has the same bits."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.card import sha256
from assistant.language.embedded import READER
from retrieval import resolve
from tests.assistant.tiny import tiny_base, tiny_home
from tests.retrieval.homes import SEED, SHARE
from tests.tuning.crates import rows
from tuning.examples.rows import write_examples

KILLS = max(1, round(20 * SHARE))
WEIGHTS = "adapter_model.safetensors"

pytestmark = [pytest.mark.models, pytest.mark.slow]


def train(home: Path, examples: Path) -> subprocess.Popen[bytes]:
    dials = ["--name", "first", "--rounds", "8", "--rank", "4", "--json"]
    command = [sys.executable, "-m", "ui.command", "train", str(home), "--examples", str(examples), *dials]
    kept = os.environ | {"GROUNDSMITH_PRECISION": "fp32", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=kept)


def finished(home: Path, examples: Path) -> Path:
    with train(home, examples) as child:
        _, said = child.communicate(timeout=280)
        assert child.returncode == 0, said.decode()
    return home / "adapters" / "first"


def card(folder: Path) -> dict[str, Any]:
    return {key: value for key, value in json.loads((folder / "card.json").read_text()).items() if key != "made_at"}


@pytest.mark.timeout(3000)
def test_a_killed_training_goes_on_and_ends_with_the_same_bits(tmp_path: Path) -> None:
    base = tiny_base(tmp_path / "base", resolve(READER.name, [READER]))
    examples = tmp_path / "examples.jsonl"
    write_examples(examples, rows())
    homes = [tiny_home(tmp_path / name, base).root for name in ("whole", "killed")]
    began = time.monotonic()
    whole = finished(homes[0], examples)
    lasted, chance = time.monotonic() - began, random.Random(SEED)
    kills = 0
    while kills < KILLS:
        with train(homes[1], examples) as child:
            time.sleep(chance.uniform(0.3, 1.0) * lasted)
            child.kill()
            child.wait()
        kills += 1
        if (homes[1] / "adapters" / "first").exists():  # it was done before it was killed: from the beginning again
            assert sha256(homes[1] / "adapters" / "first" / WEIGHTS) == sha256(whole / WEIGHTS)
            (homes[1] / "adapters" / "first").rename(tmp_path / f"done-{kills}")
    killed = finished(homes[1], examples)
    assert sha256(killed / WEIGHTS) == sha256(whole / WEIGHTS)
    assert card(killed)["weights"] == card(whole)["weights"]
    assert {key: value for key, value in card(killed)["recipe"].items() if key != "steps"} == {
        key: value for key, value in card(whole)["recipe"].items() if key != "steps"
    }
