"""python -m tuning.pointing.worth HELD ADAPTER POINTER: what each reader's word counts when the two are heard together.

Fitted on rows that neither learned from. Printed as JSON, with how well each tells alone and both together.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from assistant import Claim, Finding, Spec
from assistant.adapters import read_adapter
from assistant.opening import model_reader
from assistant.reading import Reader
from assistant.reading.paired import Worth
from assistant.reading.pointing import Near, PointingReader
from retrieval import Hit, open_encoder
from retrieval.models import ENCODER
from retrieval.pointing.opening import CARD, open_pointer, read_pointer_card
from retrieval.whole import write_whole
from tuning.exam.normal import f1
from tuning.examples.rows import read_examples
from tuning.nouns import Example
from tuning.pointing.hearing import fitted, hear, hits_of, mixed, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("held", type=Path)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("pointer", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--words", type=int, default=100, help="answers of which both readers' words are compared")
    parser.add_argument("--write", action="store_true", help="into the pointer's card")
    options = parser.parse_args()
    examples = mixed([one for one in read_examples([options.held])[0] if one.sources])[: options.limit]
    encoder = open_encoder(ENCODER.name)
    first = model_reader(Spec(), read_adapter(options.adapter))
    card = read_pointer_card(options.pointer)
    second = PointingReader(open_pointer(options.pointer), Near(**card["near"]))
    heard = hear(examples, first, second, encoder, _progress)
    worth = fitted(heard)
    ways = {"first": Worth(1, 0), "second": Worth(0, 1), "both": worth}
    found = {name: asdict(told(heard, way)) for name, way in ways.items()}
    answered = [(one, hits_of(one, encoder)) for one in examples if one.gold][: options.words]
    words = {name: _words(reader, answered) for name, reader in (("first", first), ("second", second))}
    print(json.dumps({"worth": asdict(worth), "told": found, "words": words}, indent=1))
    if options.write:
        card |= {"worth": asdict(worth), "heard": {"rows": len(heard), **found}}
        write_whole(options.pointer / CARD, json.dumps(card, ensure_ascii=False, indent=1) + "\n")


def _progress(what: str, done: int, many: int) -> None:
    if done % 25 == 0:
        print(f"{what} {done}/{many}", file=sys.stderr, flush=True)


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
