"""An exported adapter answers as the one that it was made from; what does not is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant import Assistant, open_assistant
from assistant.adapters import called
from assistant.language.embedded import READER
from assistant.opening import model_reader
from retrieval import ModelError, UsageError, resolve
from tests.assistant.tiny import tiny_adapter, tiny_base, tiny_home
from tests.fakes import WordEncoder
from tuning.teaching.export import ROWS, agreed, export

pytestmark = [pytest.mark.models, pytest.mark.slow, pytest.mark.usefixtures("one_thread")]


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    root = tmp_path_factory.mktemp("taught")
    base = tiny_base(root / "tiny", resolve(READER.name, [READER]))
    home = tiny_home(root / "home", base)
    for number in range(6):
        text = f"# Kettle {number}\n\nKettle {number} boils {number + 2} litres. It is descaled in May.\n"
        (home.documents / f"{number}.md").write_text(text, encoding="utf-8")
    for seed, name in enumerate(("first", "second")):
        tiny_adapter(home, base, name, seed)
    assistant = open_assistant(home.root, WordEncoder())
    assistant.library.sync()
    return assistant


def test_the_folder_for_peft_is_the_adapter_itself(taught: Assistant, tmp_path: Path) -> None:
    found = export(taught, "first", tmp_path / "out", "peft")
    assert found.rows == ROWS
    assert (found.decisions, found.answers, found.furthest) == (found.rows, found.rows, 0.0)
    names = {"adapter_model.safetensors", "adapter_config.json", "card.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names


def test_merged_is_the_same_within_rounding(taught: Assistant, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    found = export(taught, "first", tmp_path / "out", "merged")
    assert found.decisions >= found.rows - 1 and found.furthest < 0.05
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    assert not any("lora" in name for name, _ in model.named_parameters())
    assert AutoTokenizer.from_pretrained(tmp_path / "out").chat_template


def test_another_adapter_would_be_seen(taught: Assistant) -> None:
    """Else the two tests above would prove nothing."""
    home = taught.library.home
    found = agreed(taught, called(home, "first"), model_reader(taught.spec, called(home, "second")))
    assert found.furthest > 0.05 or found.answers < found.rows


def test_nothing_is_overwritten_and_nothing_half_is_left(taught: Assistant, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="already there"):
        export(taught, "first", tmp_path / "out", "peft")
    folder = taught.library.home.adapters / "third"
    shutil.copytree(taught.library.home.adapters / "second", folder)
    (folder / "adapter_model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="safetensors"):
        export(taught, "third", tmp_path / "new", "merged")
    assert not (tmp_path / "new").exists()
    shutil.rmtree(folder)
