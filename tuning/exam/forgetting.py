"""What an adapter cost: general ability, the way of speaking, and habits of citing where nothing is to be cited.

A probe is asked through the chat template, as a person would, and its options are weighed as the beginning of the
reply: what a chat would lose is looked for where it would be lost. Published figures are of plain text, and differ.

Options of free length are compared by log-likelihood per byte, as PIQA and OpenBookQA are usually scored, with the raw
one beside it; Yes and No by the raw one. Only multiple choice is pooled: a yes/no set is won by a habit of one word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.language.likelihood import Asked, Divergence, Identity, Side
from retrieval import Progress
from tuning.exam import statistics
from tuning.exam.kept import Kept
from tuning.exam.leaks import PROMPTS, REPLY_TOKENS, Leaks, leaks
from tuning.exam.probes import Probe
from tuning.exam.retention import Compared, FileReport, Weighed, Worst, by_file, pooled, worst
from tuning.nouns import Metric

FRAMING = 1  # of prompts and choices: a change makes what was kept another's


class Examined(Protocol):
    """A loaded model: a base, and with an adapter its tuned side."""

    @property
    def name(self) -> str: ...

    @property
    def identities(self) -> Mapping[Side, Identity]: ...

    def chat(self, said: str) -> str: ...

    def batches(self, asked: Sequence[Asked]) -> list[list[int]]: ...

    def likelihoods(self, asked: Sequence[Asked], side: Side) -> list[list[float]]: ...

    def replies(self, prompts: Sequence[str], most: int, side: Side) -> list[str]: ...

    def divergence(self, prompt: str, text: str) -> Divergence: ...


@dataclass(frozen=True)
class Forgetting:
    files: dict[str, FileReport]
    pooled: Compared | None  # multiple choice alone
    worst_group: Worst | None
    kl_per_token: Metric | None  # KL(base‖tuned) in nats, over what the base replies to the plain prompts
    leaks: Leaks
    rows: list[dict[str, Any]]
    model: str
    framing: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """What can't be told is absent."""
        found: dict[str, Any] = _told(asdict(self))
        return found


def examine_forgetting(
    model: Examined,
    probes: Sequence[Probe],
    refusals: Sequence[str],
    folder: Path,
    progress: Progress,
    seed: int = 0,
    chats: Sequence[str] = PROMPTS,
) -> Forgetting:
    """What was computed before for this very model, adapter and batch is taken from `folder`."""
    prompts = [model.chat(chat) for chat in chats]
    kept = {side: Kept(folder, [FRAMING, *identity]) for side, identity in model.identities.items()}
    weighed = {side: _weighed(model, probes, kept[side], side, progress) for side in kept}
    rows = [Weighed(probe, {side: weighed[side][place] for side in kept}) for place, probe in enumerate(probes)]
    replies = {side: _replies(model, prompts, kept[side], side, progress) for side in kept}
    moved = _moved(model, prompts, kept["tuned"], replies["base"], progress) if "tuned" in kept else []
    return Forgetting(
        files=by_file(rows, seed),
        pooled=pooled(rows, seed),
        worst_group=worst(rows, seed),
        kl_per_token=_per_token(moved, seed),
        leaks=leaks(chats, replies, refusals),
        rows=[_row(row) for row in rows],
        model=model.name,
        framing=FRAMING,
        seed=seed,
    )


# ------------------------------------------------------------------------------------- what the model is asked


def framed(model: Examined, probe: Probe) -> Asked:
    """As a person asks in a chat, and as an assistant begins to answer."""
    question = probe.question[0].upper() + probe.question[1:]
    if not probe.yes_no:
        return Asked(model.chat(question), probe.choices)
    mark = "" if question.endswith("?") else "?"
    return Asked(model.chat(f"{question}{mark} Answer yes or no."), ("Yes", "No"))


def _weighed(model: Examined, probes: Sequence[Probe], kept: Kept, side: Side, progress: Progress) -> list[list[float]]:
    """How likely each row's choices are. A batch is on disk before the next is computed."""
    asked = [framed(model, probe) for probe in probes]
    found: list[list[float]] = [[] for _ in asked]
    done = 0
    for places in model.batches(asked):
        progress(f"Weighing choices, {side}", done, len(asked))
        batch = [asked[place] for place in places]
        values = kept.once([asdict(one) for one in batch], partial(model.likelihoods, batch, side))
        for place, value in zip(places, values, strict=True):
            found[place] = value
        done += len(places)
    progress(f"Weighing choices, {side}", done, len(asked))
    return found


def _replies(model: Examined, prompts: Sequence[str], kept: Kept, side: Side, progress: Progress) -> list[str]:
    progress(f"Chatting, {side}", 0, len(prompts))
    found: list[str] = kept.once([list(prompts), REPLY_TOKENS], partial(model.replies, prompts, REPLY_TOKENS, side))
    progress(f"Chatting, {side}", len(prompts), len(prompts))
    return found


def _moved(
    model: Examined, prompts: Sequence[str], kept: Kept, replies: Sequence[str], progress: Progress
) -> list[Divergence]:
    """How far the adapter moves each next token of what the base would say."""
    found = []
    for number, (prompt, reply) in enumerate(zip(prompts, replies, strict=True)):
        progress("Comparing next tokens", number, len(prompts))
        found.append(Divergence(**kept.once([prompt, reply], partial(_divergence, model, prompt, reply))))
    progress("Comparing next tokens", len(prompts), len(prompts))
    return found


def _divergence(model: Examined, prompt: str, reply: str) -> dict[str, float]:
    return asdict(model.divergence(prompt, reply))


# ------------------------------------------------------------------------------------- what it comes to


def _per_token(moved: Sequence[Divergence], seed: int) -> Metric | None:
    """Tokens of one reply are drawn together: they are not independent."""
    nats, tokens = (
        np.array(list(values), dtype=np.float64)
        for values in ((one.nats for one in moved), (one.tokens for one in moved))
    )
    weights = statistics.resamples([str(number) for number in range(len(moved))], seed)
    return statistics.bootstrap(statistics.ratio(nats, tokens), weights, int(tokens.sum()))


def _row(row: Weighed) -> dict[str, Any]:
    picks: dict[str, Any] = {side: row.pick(side, row.scored_by) for side in row.likelihoods}
    return {"file": row.probe.file, "id": row.probe.id, "answer": row.probe.gold} | picks


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _told(one) for key, one in value.items() if one is not None}
    return [_told(one) for one in value] if isinstance(value, list | tuple) else value
