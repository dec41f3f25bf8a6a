"""Finds the baseline's prompt, on training rows alone: `python -m benchmarks.best_prompt --out FILE`.

`tuning/exam/best_prompt.json` is what it wrote. Each wording is tried with each set of worked examples on a few rows,
the best third of them on twice as many, and so on: by how many pairs are decided rightly at the threshold that suits
best. That threshold is the prompt's own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from assistant import Spec
from assistant.format import TASK
from assistant.language import LanguageModel
from assistant.opening import language_of
from assistant.voice.instructions import introduced
from benchmarks.training_rows import training_pairs
from retrieval import Hit, bring, open_encoder
from tuning.exam.prompted import Prompt, PromptedReader, Worked, write_prompt
from tuning.nouns import Question

SETS = ("squad2", "contractnli", "cuad_clauses")
FIRST, WHOLE = 8, 32  # pairs of each set
WORDINGS = {
    "format": TASK,
    "short": "Answer from the sources only. Write `Cited:` and the number of the source that answers, then `Answer:`"
    " and words copied from it. If no source answers, write `Cited:none`.",
    "steps": "Read every source. Ask yourself whether one of them states exactly what the question asks for. If one"
    " does, write `Cited:` with its number and then `Answer:` with its own words. If none does, even when one comes"
    " close, write `Cited:none` and nothing else.",
    "strict": "You are careful: a wrong answer is worse than none. Only when a source states the answer in so many"
    " words, write `Cited:` and its number, then `Answer:` and those words. Otherwise write `Cited:none`.",
}
HOURS = ("Town library", "The library is open from 9 to 18 on weekdays and from 10 to 14 on Saturdays.")
CARDS = ("Reading cards", "A reading card is free for children. Adults pay 12 euros a year.")
DOGS = ("Camp rules", "Dogs must be kept on a lead. They may not enter the swimming area.")
TENTS = ("Camp prices", "A place for a tent costs 8 euros a night. Showers are included.")
LEASE = ("Lease", "Either party may end this lease by three months' written notice to the end of a quarter.")
LAW = ("Lease", "The tenant pays for electricity and water according to use.")
ANSWERED = (
    Worked((HOURS, CARDS), "What do adults pay for a reading card?", 1, "12 euros a year"),
    Worked((DOGS, TENTS), "May dogs enter the swimming area?", 0, "No"),
    Worked((LAW, LEASE), 'What does the agreement say about "Notice Period"?', 1, "three months' written notice"),
)
REFUSED = (
    Worked((CARDS, HOURS), "When is the library open on Sundays?", None),
    Worked((TENTS, DOGS), "Does a place for a caravan have electricity?", None),
    Worked((LEASE, LAW), 'What does the agreement say about "Insurance"?', None),
)
SHOWN: dict[str, tuple[Worked, ...]] = {
    "none": (),
    "two": (ANSWERED[0], REFUSED[0]),
    "four": (ANSWERED[0], REFUSED[0], REFUSED[1], ANSWERED[1]),
    "six": (ANSWERED[0], REFUSED[0], REFUSED[1], ANSWERED[1], ANSWERED[2], REFUSED[2]),
}


@dataclass(frozen=True)
class Tried:
    name: str
    prompt: Prompt
    pairs: float  # share decided rightly
    threshold: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    spec, encoder = Spec(), open_encoder(Spec().retrieval.encoder)
    language = language_of(spec)
    names = list(product(WORDINGS, SHOWN))
    left = {f"{wording}, {shown}": _prompt(wording, shown, spec.model.base) for wording, shown in names}
    many, best = FIRST, []
    while True:
        rows = [row for name in SETS for row in training_pairs(name, encoder, many)]
        best = sorted((_try(name, left[name], rows, language, spec) for name in left), key=lambda one: -one.pairs)
        print("\n".join(f"{many} pairs a set: {one.name}: {one.pairs:.3f} at {one.threshold:.3f}" for one in best))
        sys.stdout.flush()
        if many >= WHOLE:
            break
        left = {one.name: one.prompt for one in best[: max(2, len(best) // 3)]}
        many *= 2
    found = best[0]
    how = (
        f"{len(names)} prompts ({len(WORDINGS)} wordings, {len(SHOWN)} sets of examples of our own), halved on growing"
        f" samples of the training rows of {', '.join(SETS)}: {found.name} decides {found.pairs:.3f} of"
        f" {WHOLE * len(SETS)} pairs rightly there"
    )
    write_prompt(options.out, replace(found.prompt, threshold=found.threshold, how=how))


def _prompt(wording: str, shown: str, model: str) -> Prompt:
    return Prompt(WORDINGS[wording], SHOWN[shown], 0.5, model, "")


def _try(name: str, prompt: Prompt, rows: Sequence[Question], language: LanguageModel, spec: Spec) -> Tried:
    reader = PromptedReader(language, introduced(spec), spec.model.context_tokens, prompt)
    decided = {row.id: _decide(reader, row) for row in sorted(rows, key=lambda row: repr(row.passages))}
    thresholds = sorted({confidence for confidence, _ in decided.values()} | {1.0})
    pairs = {threshold: _switched(rows, decided, threshold) for threshold in thresholds}
    best = max(thresholds, key=pairs.__getitem__)
    return Tried(name, prompt, pairs[best], best)


def _decide(reader: PromptedReader, row: Question) -> tuple[float, bool]:
    """How sure it is that something answers, and whether that is the gold passage."""
    brought = [bring(source.id, source.title, source.text) for source in row.passages or ()]
    decision = reader.decide(row.question, [Hit(passage, 0.0, {}) for passage in brought])
    cited = None if decision.cited is None else brought[decision.cited].id
    assert decision.confidence is not None, "a local model tells its probabilities"
    return decision.confidence, cited in row.gold_ids


def _switched(rows: Sequence[Question], decided: dict[str, tuple[float, bool]], threshold: float) -> float:
    twins = [row for row in rows if row.twin_of]
    good = [_answers(decided[row.twin_of or ""], threshold) and decided[row.id][0] < threshold for row in twins]
    return sum(good) / len(good)


def _answers(decided: tuple[float, bool], threshold: float) -> bool:
    confidence, gold = decided
    return gold and confidence >= threshold


if __name__ == "__main__":
    main()
