"""Attention over a tree, without the work that a mask throws away: what comes later, and what other branches say.

torch's own attention for bf16 on a CPU takes three times as long as the products it consists of, most of all backwards.
There the products are made here, some rows of the trunk at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

NAME = "tree"
ROWS = 96  # of the trunk at a time: what comes later is left out but for the last of them


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
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if trunk is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **given)
    if query.device.type == "cpu":
        own, scaled = attention_mask[0, 0, :, trunk:], query[0] * given["scaling"]
        found = _Attended.apply(scaled, key[0], value[0], trunk, own)  # type: ignore[no-untyped-call]
        return found.transpose(0, 1)[None], None
    before = [each[:, :, :trunk] for each in (query, key, value)]
    first, _ = sdpa_attention_forward(module, *before, None, **given | {"is_causal": True})
    if trunk == query.shape[2]:
        return first, None
    second, _ = sdpa_attention_forward(module, query[:, :, trunk:], key, value, attention_mask, **given)
    return torch.cat([first, second], dim=1), None


def seen(owners: tuple[int, ...], trunk: int, device: Any) -> Tensor:
    """What each place of a branch sees: the trunk, and its own branch up to itself."""
    whose = torch.tensor(owners, device=device)
    mine = (whose[None, :] == whose[trunk:, None]) | (whose[None, :] == 0)
    return mine.tril(trunk)[None, None]


class _Attended(torch.autograd.Function):
    """Of queries (heads, places, width) over keys and values (groups of heads, places, width)."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, trunk: int, own: Tensor) -> Tensor:
        grouped = query.reshape(len(key), -1, *key.shape[1:])
        found, shares = torch.empty_like(grouped), []
        for start, end in _pieces(trunk, key.shape[1]):
            rows = grouped[:, :, start:end].flatten(1, 2)
            scores = torch.bmm(rows, key[:, :end].transpose(1, 2)).view(len(query), end - start, end)
            hidden = ~own if start == trunk else _later(end - start)
            scores[:, :, end - hidden.shape[1] :].masked_fill_(hidden, float("-inf"))
            share = torch.softmax(scores, -1).view(len(key), -1, end)
            found[:, :, start:end] = torch.bmm(share, value[:, :end]).view_as(grouped[:, :, start:end])
            shares.append(share)
        ctx.trunk = trunk
        ctx.save_for_backward(query, key, value, *shares)
        return found.view_as(query)

    @staticmethod
    def backward(ctx: Any, *given: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        query, key, value, *shares = ctx.saved_tensors
        grouped, arrived = (each.reshape(len(key), -1, *key.shape[1:]) for each in (query, given[0]))
        to_query = torch.empty_like(grouped)
        to_key, to_value = (torch.zeros(key.shape) for _ in range(2))  # sums over the pieces: in fp32
        for (start, end), share in zip(_pieces(ctx.trunk, key.shape[1]), shares, strict=True):
            rows, came = (each[:, :, start:end].flatten(1, 2) for each in (grouped, arrived))
            to_value[:, :end] += torch.bmm(share.transpose(1, 2), came)
            to_share = torch.bmm(came, value[:, :end].transpose(1, 2))
            to_scores = torch._softmax_backward_data(to_share, share, -1, share.dtype)
            to_query[:, :, start:end] = torch.bmm(to_scores, key[:, :end]).view_as(grouped[:, :, start:end])
            to_key[:, :end] += torch.bmm(to_scores.transpose(1, 2), rows)
        return to_query.view_as(query), to_key.to(key.dtype), to_value.to(value.dtype), None, None


def _pieces(trunk: int, whole: int) -> Iterator[tuple[int, int]]:
    yield from ((start, min(start + ROWS, trunk)) for start in range(0, trunk, ROWS))
    if trunk < whole:
        yield trunk, whole


def _later(places: int) -> Tensor:
    return torch.ones(places, places, dtype=torch.bool).triu(1)
