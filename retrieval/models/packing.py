"""Weights laid out once as the processor multiplies them.

In bf16 on a CPU, torch lays every weight out anew for each product. For the few tokens of a question or an answer that
costs as much as the product; laid out beforehand, not a bit of the result changes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

Linear = Callable[[Tensor], Tensor]


def linear(weight: Tensor, bias: Tensor | None) -> Linear:
    """The layer with these weights, for reading alone."""
    if not can_pack(weight.device.type, weight.dtype):
        return partial(functional.linear, weight=weight, bias=bias)
    packed = torch.ops.mkldnn._reorder_linear_weight(weight, None)

    def product(given: Tensor) -> Tensor:
        found: Tensor = torch.ops.mkldnn._linear_pointwise(given, packed, bias, "none", [], "")
        return found

    return product


def can_pack(device: str, dtype: torch.dtype) -> bool:
    return device == "cpu" and dtype == torch.bfloat16 and multiplies()


def multiplies() -> bool:
    """Whether torch was built with what multiplies bf16 on this processor."""
    built = torch._C._has_mkldnn and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
    return built and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
