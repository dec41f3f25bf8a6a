"""What a server offers beyond plain chat: it is asked for the most, and never again for what it refused or ignored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.prose import Frame

# Ways of holding a model to a form: vLLM's, its older one, llama.cpp's, and OpenAI's, which Ollama understands too.
Structure = Literal["structured_outputs", "guided", "grammar", "json_schema", "none"]
STRUCTURES: tuple[Structure, ...] = ("structured_outputs", "guided", "grammar", "json_schema", "none")
TOPS = (20, 5, 0)  # how many likely tokens it lists; 5 is what some hosts allow
LABEL = "cited"  # what a label is called in JSON
_WORDS = {
    "tops": ("logprob",),
    "structure": ("structured", "guided", "grammar", "response_format", "schema", "regex"),
    "continues": ("continue_final", "generation_prompt", "prefill", "assistant", "last message", "role"),
    "warm": ("temperature",),
    "length": ("max_tokens",),
}


@dataclass(frozen=True)
class Offers:
    continues: bool = True  # an answer that was begun
    tops: int = TOPS[0]
    structure: Structure = STRUCTURES[0]
    cold: bool = True  # takes a temperature
    length: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"

    def without(self, said: str, used: Sequence[str]) -> Offers | None:
        """What is left to ask for, after a request that used these was refused; None where nothing is."""
        told = said.lower()
        named = [part for part, words in _WORDS.items() if part in used and any(word in told for word in words)]
        for part in (*named, *used):
            left = self.less(part)
            if left != self:
                return left
        return None

    def less(self, part: str) -> Offers:
        if part == "tops":
            return replace(self, tops=_next(TOPS, self.tops))
        if part == "structure":
            return replace(self, structure=_next(STRUCTURES, self.structure))
        if part == "continues":
            return replace(self, continues=False)
        if part == "warm":
            return replace(self, cold=False)
        return replace(self, length="max_completion_tokens")


def choosing(offers: Offers, options: Sequence[str]) -> dict[str, Any]:
    """Fields of a request that may be answered with one of the options only."""
    structure = offers.structure
    if structure == "structured_outputs":
        return {"structured_outputs": {"choice": list(options)}}
    if structure == "guided":
        return {"guided_choice": list(options)}
    if structure == "grammar":
        return {"grammar": "root ::= " + " | ".join(f'"{option}"' for option in options)}
    if structure == "json_schema":
        fields = {LABEL: {"type": "string", "enum": list(options)}}
        schema = {"type": "object", "properties": fields, "required": [LABEL], "additionalProperties": False}
        return {"response_format": {"type": "json_schema", "json_schema": _named(schema)}}
    return {}


def framing(offers: Offers, frame: Frame, answer: str) -> dict[str, Any]:
    """Fields of a request that must be answered in the frame of prose; JSON has no way to say it."""
    structure, begun = offers.structure, "" if offers.continues else answer
    if structure == "structured_outputs":
        return {"structured_outputs": {"regex": frame.pattern(begun)}}
    if structure == "guided":
        return {"guided_regex": frame.pattern(begun)}
    return {"grammar": frame.grammar(begun)} if structure == "grammar" else {}


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": "decision", "strict": True, "schema": schema}


def _next(ladder: Sequence[Any], now: Any) -> Any:
    return ladder[min(ladder.index(now) + 1, len(ladder) - 1)]
