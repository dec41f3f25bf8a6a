"""What a loaded model makes of texts that are given: how likely each continuation is, what it says by itself, and how
far its adapter moves it.

A batch holds prompts of one length in tokens, and options are padded at their end, where causal attention does not see
it: no mask, no shifted positions, so each text is read as it would be alone. What prompts of a batch begin with is
computed once, and so is a prompt for all its options. In bf16 another batch would move a log-probability by some
hundredths, so batches are cut from the whole list of what is asked, and a batch gives the same numbers each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from assistant.language import LanguageModel
from assistant.language.fingerprint import of_adapter, of_model
from assistant.language.forward import common
from assistant.language.local import LocalModel
from assistant.language.vocabulary import Vocabulary
from retrieval import ModelError, UsageError

Side = Literal["base", "tuned"]
Identity = tuple[str, ...]
MOST = 1 << 26  # logits in one pass: 134 MB of them in bf16


@dataclass(frozen=True)
class Asked:
    """A prompt as the tokenizer reads it, and what might follow it, each to the letter."""

    prompt: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Divergence:
    """KL(base‖tuned) in nats, added up over the tokens of one text."""

    nats: float
    tokens: int


@dataclass(frozen=True)
class _Cut:
    """Tokens of a prompt but for its last one, and of each option with that one before it."""

    place: int
    head: list[int]
    tails: list[list[int]]

    @property
    def longest(self) -> int:
        return max(map(len, self.tails))


class LoadedModel:
    """A model and its tokenizer. With an adapter it has two sides, of the same weights in memory.

    An identity names all that the numbers of a side depend on.
    """

    def __init__(self, name: str, model: Any, tokenizer: Any, identities: Mapping[Side, Identity]) -> None:
        self.name = name
        self.identities = identities
        # No weight is trained here. But torch multiplies the last places of a batch by frozen weights, which an adapter
        # leaves behind, row by row with a copy of them each: five times as slow as by weights that might be trained.
        self._model = model.requires_grad_(True)
        self._tokenizer = tokenizer

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self._tokenizer)

    def chat(self, said: str) -> str:
        """The prompt that a chat begins with, up to where the assistant speaks."""
        messages = [{"role": "user", "content": self._vocabulary.defuse(said)}]
        text: str = self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return text

    def batches(self, asked: Sequence[Asked]) -> list[list[int]]:
        """Places of what is asked, as they are best taken together; the longest first."""
        cuts = sorted(self._cuts(asked), key=lambda cut: (-len(cut.head), -cut.longest, cut.place))
        found: list[list[int]] = []
        for _, alike in groupby(cuts, key=lambda cut: len(cut.head)):
            found += _filled(list(alike), self._room)
        return found

    def likelihoods(self, asked: Sequence[Asked], side: Side) -> list[list[float]]:
        """Log-probability of each option as a whole, for one of `batches`."""
        cuts = self._cuts(asked)
        with self._computing(side):
            totals = iter(self._totals(cuts))
        return [[next(totals) for _ in cut.tails] for cut in cuts]

    def replies(self, prompts: Sequence[str], most: int, side: Side) -> list[str]:
        """What it says by itself, always the likeliest token, at most so many."""
        import torch
        from transformers import GenerationConfig

        ids = [self._tokens(prompt) for prompt in prompts]
        longest, device = max(map(len, ids)), self._model.device
        padded = torch.tensor([[0] * (longest - len(one)) + one for one in ids], device=device)
        mask = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in ids], device=device)
        ending = self._model.generation_config.eos_token_id
        last = ending[0] if isinstance(ending, list) else ending
        greedy = GenerationConfig(max_new_tokens=most, do_sample=False, eos_token_id=ending, pad_token_id=last)
        with self._computing(side):
            whole = self._model.generate(input_ids=padded, attention_mask=mask, generation_config=greedy)
        said: list[str] = self._tokenizer.batch_decode(whole[:, longest:], skip_special_tokens=True)
        return said

    def divergence(self, prompt: str, text: str) -> Divergence:
        """How far the adapter moves the next token, over a text that follows the prompt."""
        (cut,) = self._cuts([Asked(prompt, (text,))])
        base, tuned = (self._distributions(cut, side) for side in ("base", "tuned"))
        nats = float((base.exp() * (base - tuned)).sum())
        return Divergence(nats, len(cut.tails[0]) - 1)

    def _distributions(self, cut: _Cut, side: Side) -> Any:
        """Log-probabilities of every token at each place of the one option."""
        with self._computing(side):
            return self._logits([cut])[0, :-1].float().log_softmax(-1)

    @property
    def _room(self) -> int:
        """Tokens whose logits are computed in one pass."""
        return max(1, MOST // int(self._model.config.vocab_size))

    def _cuts(self, asked: Sequence[Asked]) -> list[_Cut]:
        cuts = [self._cut(place, one) for place, one in enumerate(asked)]
        limit = getattr(self._model.config, "max_position_embeddings", None)
        longest = max((len(cut.head) + cut.longest for cut in cuts), default=0)
        if limit and longest > limit:
            raise UsageError(f"A text has {longest} tokens, {self.name} reads {limit}.", "Shorten or leave it out.")
        return cuts

    def _cut(self, place: int, asked: Asked) -> _Cut:
        """Prompt and option are read as one text: where they join, a token may be of both."""
        prompt = self._tokens(asked.prompt)
        wholes = [self._tokens(asked.prompt + self._vocabulary.defuse(option)) for option in asked.options]
        same = max(1, min(common(prompt, whole) for whole in wholes))
        return _Cut(place, prompt[: same - 1], [whole[same - 1 :] for whole in wholes])

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids

    def _totals(self, cuts: Sequence[_Cut]) -> list[float]:
        """Log-probabilities of the options, in order. The first token of each is only what it follows."""
        import torch

        tails = [tail for cut in cuts for tail in cut.tails]
        totals = []
        for logits, tail in zip(self._logits(cuts), tails, strict=True):
            said = torch.tensor(tail[1:], dtype=torch.long, device=logits.device)
            rows = logits[: len(said)].float()
            totals.append(float((rows.gather(-1, said[:, None])[:, 0] - rows.logsumexp(-1)).sum()))
        if any(total != total for total in totals):
            raise ModelError(f"{self.name} computes no numbers.", "Roll the adapter back, or choose another model.")
        return totals

    def _logits(self, cuts: Sequence[_Cut]) -> Any:
        """After every token of every option, a row an option."""
        heads = [cut.head for cut in cuts]
        shared = min(common(heads[0], head) for head in heads) if len(heads) > 1 else 0
        cache = self._read(None, [heads[0][:shared]], [0] * len(heads))
        rows = [row for row, cut in enumerate(cuts) for _ in cut.tails]
        cache = self._read(cache, [head[shared:] for head in heads], rows)
        tails = [tail for cut in cuts for tail in cut.tails]
        longest = max(map(len, tails))
        return self._pass(cache, [tail + [tail[-1]] * (longest - len(tail)) for tail in tails], 0).logits

    def _read(self, cache: Any, texts: Sequence[Sequence[int]], rows: Sequence[int]) -> Any:
        """Keys and values of these texts after what was read, then taken once for each of `rows`."""
        import torch

        if texts[0]:
            cache = self._pass(cache, texts, 1).past_key_values
        if cache is not None:
            cache.batch_select_indices(torch.tensor(rows, device=self._model.device))
        return cache

    def _pass(self, cache: Any, texts: Sequence[Sequence[int]], last: int) -> Any:
        import torch

        ids = torch.tensor(texts, device=self._model.device)
        return self._model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=last)

    @contextmanager
    def _computing(self, side: Side) -> Iterator[None]:
        import torch

        try:
            with torch.inference_mode(), self._as(side):
                yield
        except RuntimeError as error:  # no memory left on the device, for one
            raise ModelError(f"{self.name} cannot compute: {error}.", "Use a smaller model.") from error

    def _as(self, side: Side) -> AbstractContextManager[object]:
        """peft lets an adapter be set aside for a while: the base is not loaded twice."""
        if side not in self.identities:
            raise UsageError(f"{self.name} has no adapter here, so it has no side {side!r}.", "Name an adapter.")
        aside: AbstractContextManager[object] = nullcontext()
        if side == "base" and "tuned" in self.identities:
            aside = self._model.disable_adapter()
        return aside


def opened(language: LanguageModel) -> LoadedModel:
    """What a local model has loaded, with the adapter that it was given."""
    if not isinstance(language, LocalModel):
        raise UsageError(f"{language.name} does not run here.", "Only a local model shows how likely a text is.")
    model = language._model
    base = (language.name, of_model(language.folder), str(model.dtype), str(model.device.type))
    identities: dict[Side, Identity] = {"base": base}
    if language.adapter is not None:
        identities["tuned"] = (*base, of_adapter(language.adapter))
    return LoadedModel(language.name, model, language._tokenizer, identities)


def _filled(cuts: Sequence[_Cut], room: int) -> list[list[int]]:
    """Prompts of one length in batches of no more than `room` tokens behind them, unless a single one has more."""
    batches: list[list[int]] = []
    options = longest = 0
    for cut in cuts:
        options, longest = options + len(cut.tails), max(longest, cut.longest)
        if not batches or options * longest > room:
            batches.append([])
            options, longest = len(cut.tails), cut.longest
        batches[-1].append(cut.place)
    return batches
