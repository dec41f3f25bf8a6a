"""How much nearness to the question counts beside a pointer's words: fitted on questions that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.reading.pointing import FAR, Near, PointingReader, meaning
from retrieval import Encoder, bring, score
from retrieval.pointing import Pointer
from tuning.nouns import Example
from tuning.training.held import Held, Told, held

RIDGE = 1e-3  # keeps what few questions say from being taken for certain
STEPS = 60


@dataclass(frozen=True)
class Seen:
    """A question, what the words of its sources say (log-probabilities, last of none), and how near each lies."""

    example: Example
    words: NDArray[np.float64]
    near: NDArray[np.float64]


def fitted(pointer: Pointer, examples: Sequence[Example], encoder: Encoder) -> tuple[Near, Held]:
    """The likeliest counts, and what the decisions are worth with them."""
    reader = PointingReader(pointer, FAR)
    seen = [_seen(reader, one, encoder) for one in examples if one.sources]
    near = _likeliest(seen)
    return near, held([Told(one.example, _told(one, near).tolist(), one.example.gold) for one in seen])


def _seen(reader: PointingReader, example: Example, encoder: Encoder) -> Seen:
    """As serving scores what a question brings along."""
    hits = score(example.question, [bring(one.id, one.title, one.text) for one in example.sources], encoder)
    words = reader.decide(example.question, hits).weights
    return Seen(example, np.array(words), np.array([meaning(hit) for hit in hits]))


def _likeliest(seen: Sequence[Seen]) -> Near:
    counts = torch.tensor([1.0, 0.0, 0.0], dtype=torch.double, requires_grad=True)
    optimiser = torch.optim.LBFGS([counts], max_iter=STEPS)

    def surprise() -> torch.Tensor:
        optimiser.zero_grad()
        rows = [_weighed(one, counts)[_right(one)].logsumexp(0) for one in seen]
        loss = RIDGE * counts.pow(2).sum() - torch.stack(rows).mean()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(surprise)  # type: ignore[no-untyped-call]
    return Near(*(round(float(count), 4) for count in counts.detach()))


def _told(one: Seen, near: Near) -> torch.Tensor:
    return _weighed(one, torch.tensor([near.words, near.meaning, near.none], dtype=torch.double))


def _weighed(one: Seen, counts: torch.Tensor) -> torch.Tensor:
    """Log-probabilities again, as PointingReader has them."""
    words, near = torch.from_numpy(one.words), torch.from_numpy(one.near)
    sources = counts[0] * words[:-1] + counts[1] * near
    return torch.cat([sources, (counts[0] * words[-1] + counts[2]).view(1)]).log_softmax(0)


def _right(one: Seen) -> list[int]:
    return list(one.example.gold) or [len(one.words) - 1]
