"""Attention over a tree, without the work that a mask throws away: what comes later, and what other branches say."""

from __future__ import annotations

from typing import Any

NAME = "tree"


def attend_in_trees(model: Any) -> None:
    """From now on the model reads trees; what is no tree it reads as before."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

    if model.config._attn_implementation != NAME:
        AttentionInterface.register(NAME, attend)
        AttentionMaskInterface.register(NAME, sdpa_mask)
        model.set_attn_implementation(NAME)


def attend(
    module: Any, query: Any, key: Any, value: Any, attention_mask: Any, trunk: int | None = None, **given: Any
) -> Any:
    """The trunk as any text; the branches over the trunk and what `attention_mask` lets them see of themselves."""
    import torch
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if trunk is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **given)
    before = [each[:, :, :trunk] for each in (query, key, value)]
    first, _ = sdpa_attention_forward(module, *before, None, **given | {"is_causal": True})
    if trunk == query.shape[2]:
        return first, None
    second, _ = sdpa_attention_forward(module, query[:, :, trunk:], key, value, attention_mask, **given)
    return torch.cat([first, second], dim=1), None


def seen(owners: tuple[int, ...], trunk: int, device: Any) -> Any:
    """What each place of a branch sees: the trunk, and its own branch up to itself."""
    import torch

    whose = torch.tensor(owners, device=device)
    mine = (whose[None, :] == whose[trunk:, None]) | (whose[None, :] == 0)
    return mine.tril(trunk)[None, None]
