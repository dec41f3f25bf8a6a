"""General instructions that are answered as before: what a training must not forget.

The model's own replies are taken before it learns, with what it thought likely at each word; the divergence from that
is a loss of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from assistant.language.wording import Wording
from retrieval import Progress
from retrieval.whole import write_whole
from tuning.training.loss import hidden
from tuning.training.trees import Tree

LIKELIEST = 64  # tokens of each place whose probability is kept; the others are one
TOKENS = 32  # of a reply
TAKING = "Taking general replies, to be kept,"


@dataclass(frozen=True)
class Replayed:
    """`likely` and `weights`: at each place of the reply the likeliest tokens, and the log-probability of each."""

    ids: tuple[int, ...]
    first: int  # place of the token that foretells the first one of the reply
    likely: tuple[tuple[int, ...], ...]
    weights: tuple[tuple[float, ...], ...]

    @property
    def examples(self) -> int:
        return 0

    @property
    def tree(self) -> Tree:
        return Tree(self.ids, tuple(range(len(self.ids))), (0,) * len(self.ids), ())


def divergence(model: Any, replayed: Replayed) -> Any:
    """Of what the model thinks now from what it thought before, a token of the reply on the average."""
    places = slice(replayed.first, replayed.first + len(replayed.likely))
    logits = model.get_output_embeddings()(hidden(model, replayed.tree)[places]).float()
    before = torch.tensor(replayed.weights, device=logits.device)
    now = logits.log_softmax(-1).gather(1, torch.tensor(replayed.likely, device=logits.device))
    apart = (before.exp() * (before - now)).sum(1)
    rest_before, rest_now = (_rest(each) for each in (before, now))
    return (apart + rest_before.exp() * (rest_before - rest_now)).mean()


def replayed(model: Any, wording: Wording, prompts: Sequence[str], kept: Path, progress: Progress) -> list[Replayed]:
    """The model's replies as it is now; found again where they were taken before."""
    if not kept.is_file():
        write_whole(kept, "".join(json.dumps(each) + "\n" for each in _taken(model, wording, prompts, progress)))
    return [_read(json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines()]


def _taken(model: Any, wording: Wording, prompts: Sequence[str], progress: Progress) -> Iterator[dict[str, Any]]:
    for done, prompt in enumerate(prompts):
        progress(TAKING, done, len(prompts))
        yield asdict(_reply(model, wording, prompt))
    progress(TAKING, len(prompts), len(prompts))


def _read(row: dict[str, Any]) -> Replayed:
    likely, weights = (tuple(tuple(each) for each in row[name]) for name in ("likely", "weights"))
    return Replayed(tuple(row["ids"]), row["first"], likely, weights)


def _reply(model: Any, wording: Wording, prompt: str) -> Replayed:
    ids = wording.tokens(wording.text([{"role": "user", "content": prompt}]))
    said, likely, weights = list[int](), list[tuple[int, ...]](), list[tuple[float, ...]]()
    for scores in _said(model, ids, wording.last):
        best = scores.log_softmax(-1).topk(LIKELIEST)
        likely.append(tuple(best.indices.tolist()))
        weights.append(tuple(round(each, 6) for each in best.values.tolist()))
        said.append(likely[-1][0])
    return Replayed((*ids, *said[:-1]), len(ids) - 1, tuple(likely), tuple(weights))


def _said(model: Any, ids: Sequence[int], last: int) -> Iterator[Any]:
    """What follows, token by token: the logits of each, of which the likeliest is said."""
    given, past = torch.tensor([ids], device=model.device), None
    with torch.inference_mode():
        for _ in range(TOKENS):
            output = model(input_ids=given, past_key_values=past, use_cache=True, logits_to_keep=1)
            scores, past = output.logits[0, -1].float(), output.past_key_values
            yield scores
            given = scores.argmax().view(1, 1)
            if int(given) == last:
                return


def _rest(weights: Any) -> Any:
    """Log-probability of all that was not kept."""
    return torch.log1p(-weights.exp().sum(1).clamp(max=1 - 1e-6))
