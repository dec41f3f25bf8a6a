"""python -m tuning.pointing.worth HELD ADAPTER POINTER: what each reader's word counts when the two are heard together.

Fitted on rows that neither learned from. Printed as JSON, with how well each tells alone and both together.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from assistant import Claim, Finding, Spec
from assistant.adapters import read_adapter
from assistant.opening import model_reader
from assistant.reading import Reader
from assistant.reading.paired import Worth, added
from assistant.reading.pointing import Near, PointingReader
from retrieval import Encoder, Hit, bring, open_encoder, score
from retrieval.models import ENCODER
from retrieval.pointing.opening import CARD, open_pointer, read_pointer_card
from retrieval.whole import write_whole
from tuning.exam.normal import f1
from tuning.examples.rows import read_examples
from tuning.nouns import Example
from tuning.training.held import Held, Told, held

SCALES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
OFFSETS = tuple(offset / 4 for offset in range(-12, 13))
Weights = tuple[float, ...]


@dataclass(frozen=True)
class Heard:
    """A row, and the log-probabilities of each reader: its sources, then none."""

    example: Example
    first: Weights
    second: Weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("held", type=Path)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("pointer", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--words", type=int, default=100, help="answers of which both readers' words are compared")
    parser.add_argument("--write", action="store_true", help="into the pointer's card")
    options = parser.parse_args()
    examples = _some([one for one in read_examples([options.held])[0] if one.sources])[: options.limit]
    encoder = open_encoder(ENCODER.name)
    first = model_reader(Spec(), read_adapter(options.adapter))
    card = read_pointer_card(options.pointer)
    second = PointingReader(open_pointer(options.pointer), Near(**card["near"]))
    told_of = [(one, _hits(one, encoder)) for one in examples]
    heard = [_heard(*one, first, second, number, len(examples)) for number, one in enumerate(told_of)]
    worth = fitted(heard)
    ways = {"first": Worth(1, 0), "second": Worth(0, 1), "both": worth}
    told = {name: asdict(_told(heard, way)) for name, way in ways.items()}
    answered = [one for one in told_of if one[0].gold][: options.words]
    words = {name: _words(reader, answered) for name, reader in (("first", first), ("second", second))}
    print(json.dumps({"worth": asdict(worth), "told": told, "words": words}, indent=1))
    if options.write:
        card |= {"worth": asdict(worth), "heard": {"rows": len(heard), **told}}
        write_whole(options.pointer / CARD, json.dumps(card, ensure_ascii=False, indent=1) + "\n")


def _some(examples: Sequence[Example]) -> list[Example]:
    """In any order, but always the same, twins with theirs."""
    return sorted(examples, key=lambda one: hashlib.sha256((one.twin_of or one.id).encode()).hexdigest())


def _heard(example: Example, hits: Sequence[Hit], first: Reader, second: Reader, number: int, many: int) -> Heard:
    if number % 25 == 0:
        print(f"{number}/{many}", file=sys.stderr, flush=True)
    return Heard(example, *(reader.decide(example.question, hits).weights for reader in (first, second)))


def _hits(example: Example, encoder: Encoder) -> list[Hit]:
    """As serving scores what a question brings along: nearness counts."""
    return score(example.question, [bring(one.id, one.title, one.text) for one in example.sources], encoder)


def fitted(heard: Sequence[Heard]) -> Worth:
    """The likeliest worths of a grid, and the threshold at which both errors are as frequent."""
    best = min(
        (Worth(one, two, none) for one, two, none in product(SCALES, SCALES, OFFSETS) if one + two),
        key=lambda worth: sum(_surprise(one, worth) for one in heard),
    )
    return Worth(best.first, best.second, best.none, _told(heard, best).threshold)


def _surprise(one: Heard, worth: Worth) -> float:
    shares = added(worth, one.first, one.second)
    right = one.example.gold or (len(shares) - 1,)
    return -math.log(sum(math.exp(shares[place]) for place in right if place < len(shares)) + 1e-12)


def _told(heard: Sequence[Heard], worth: Worth) -> Held:
    return held([Told(one.example, added(worth, one.first, one.second), one.example.gold) for one in heard])


def _words(reader: Reader, examples: Sequence[tuple[Example, Sequence[Hit]]]) -> float:
    """F1 of what it says of the right source."""
    scores = []
    for example, hits in examples:
        said = [_text(one, hits[example.gold[0]]) for one in reader.say(example.question, hits, example.gold[0])]
        scores.append(f1(" ".join(said), [example.answer]))
    return sum(scores) / len(scores) if scores else float("nan")


def _text(found: Finding | Claim, hit: Hit) -> str:
    assert isinstance(found, Finding)
    return found.polarity or hit.passage.text[found.start : found.end]


if __name__ == "__main__":
    main()
