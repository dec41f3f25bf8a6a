"""Weights laid out beforehand: not a bit of what is computed changes."""

from __future__ import annotations

import pytest
import torch

from assistant.language.packing import pack
from retrieval.models.packing import multiplies

needs_bf16 = pytest.mark.skipif(not multiplies(), reason="torch does not multiply bf16 on this processor")


class Two(torch.nn.Module):
    """Two layers, one with a bias, and what a model says of itself."""

    device, dtype = torch.device("cpu"), torch.bfloat16

    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Linear(96, 160, bias=False, dtype=torch.bfloat16)
        self.inner = torch.nn.Sequential(torch.nn.Linear(160, 40, dtype=torch.bfloat16))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.inner(torch.nn.functional.silu(self.first(given)))
        return result


@needs_bf16
@pytest.mark.parametrize("tokens", [1, 3, 17, 128])
def test_not_a_bit_changes(tokens: int) -> None:
    torch.manual_seed(tokens)
    model, given = Two(), torch.randn(1, tokens, 96, dtype=torch.bfloat16)
    with torch.inference_mode():
        plain = model(given)
        packed = pack(model)(given)
    assert torch.equal(plain, packed)
    assert not [layer for layer in model.modules() if type(layer) is torch.nn.Linear]


def test_what_computes_in_fp32_stays_as_it_is() -> None:
    model = Two().float()
    model.dtype = torch.float32
    pack(model)
    assert type(model.first) is torch.nn.Linear


@needs_bf16
def test_layers_of_a_quantising_library_stay_as_they_are() -> None:
    class Quantised(torch.nn.Linear):
        pass

    model = Two()
    model.first = Quantised(96, 160, dtype=torch.bfloat16)
    pack(model)
    assert type(model.first) is Quantised
