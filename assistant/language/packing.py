"""A language model whose weights are laid out once, as the processor multiplies them."""

from __future__ import annotations

from typing import Any


def pack(model: Any) -> Any:
    """The same model, for reading alone: its linear layers no longer have weights that could be trained."""
    from retrieval.models.packing import can_pack

    if can_pack(model.device.type, model.dtype):
        for module in list(model.modules()):
            for name, layer in list(module.named_children()):
                if _plain(layer):
                    setattr(module, name, _packed(layer))
    return model


def _plain(layer: Any) -> bool:
    """Those of a quantising library are kinds of their own, and stay as they are."""
    import torch

    return type(layer) is torch.nn.Linear and layer.weight.dtype == torch.bfloat16


def _packed(layer: Any) -> Any:
    import torch

    from retrieval.models.packing import linear

    product = linear(layer.weight.detach(), None if layer.bias is None else layer.bias.detach())

    class Packed(torch.nn.Module):
        in_features, out_features = layer.in_features, layer.out_features
        packed = True

        def forward(self, given: torch.Tensor) -> torch.Tensor:
            return product(given)

    return Packed()
