"""Speed of answers against plain `transformers.generate`: `python -m benchmarks.answer_speed [--out FILE]`.

The same embedded model, the same prompts, the same precision; both sides in turn, question by question, and whether
both say the same comes first. The questions and sources are the exam's own.

- A second question on the same sources, up to its first token; and where every question has other sources, what it
  brings to keep what was read.
- Answers of several sentences, copied from their source, which ours drafts from it.
- What a constraint costs a token, where it lets the model say what it would have said.
- Eight askers at once against the same questions one after the other; and what a request is told alone and beside
  seven others, in fp32.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.at_once import alone_and_beside, answering, askers
from benchmarks.copying import copied, copies, costs
from benchmarks.rounds import Round, figures, in_turn, together
from benchmarks.sides import Sides, exam, fresh, sides
from retrieval import precision
from tuning.nouns import Question

AIMS = {"second_question": 4.0, "copied_answers": 1.8, "askers": 1.5, "constraint_costs": 0.05}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=8, help="of each kind; three times as many for the askers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = measured(options.questions, options.rounds)
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measured(many: int, rounds: int) -> dict[str, Any]:
    rows, exact = exam(), sides("fp32")
    found: dict[str, Any] = {"processors": os.cpu_count(), "aims": AIMS}
    found["alone_and_beside"] = alone_and_beside(exact, rows)
    for which in dict.fromkeys((precision("prompt"), "fp32")):
        both = exact if which == "fp32" else sides(which)
        found[which] = against_plain(both, rows, many, rounds)
    with tempfile.TemporaryDirectory() as folder:
        asked = list(dict.fromkeys(row.question for row in rows if row.answerable))[: 3 * many]
        found["askers"] = askers(answering(rows, Path(folder)), asked, rounds)
    return found


def against_plain(sides: Sides, rows: Sequence[Question], many: int, rounds: int) -> dict[str, Any]:
    written = copies(sides, rows, many)
    return {
        "second_question": second_question(sides, rows, many, rounds),
        "in_a_row": in_a_row(sides, rows, many, rounds),
        "copied_answers": copied(sides, written, rounds),
        "constraint_costs": costs(sides, written, rounds),
    }


def second_question(sides: Sides, rows: Sequence[Question], many: int, rounds: int) -> dict[str, Any]:
    """Of rows that bring the same sources; the first was asked just before."""
    pairs = [group[:2] for group in _by_sources(rows) if len(group) > 1][:many]

    def asked(number: int, first: Question, second: Question) -> Round:
        language = fresh(sides.language)
        sides.decided(language, first)
        return in_turn(number, partial(sides.decided, language, second), partial(sides.peer_decided, second))

    taken = [together([asked(number, *pair) for pair in pairs]) for number in range(rounds)]
    return {"questions": len(pairs), **figures(taken)}


def in_a_row(sides: Sides, rows: Sequence[Question], many: int, rounds: int) -> dict[str, Any]:
    """Other sources each time: against the peer, and against ours if it kept nothing."""
    questions = [group[0] for group in _by_sources(rows)][:many]
    keeping = fresh(sides.language)

    def against_peer(number: int, question: Question) -> Round:
        return in_turn(number, partial(sides.decided, keeping, question), partial(sides.peer_decided, question))

    def against_forgetting(number: int, question: Question) -> Round:
        forgetting = partial(sides.decided, fresh(sides.language), question)
        return in_turn(number, partial(sides.decided, keeping, question), forgetting)

    found = {}
    for name, one in {"against_peer": against_peer, "against_forgetting": against_forgetting}.items():
        found[name] = figures([together([one(number, row) for row in questions]) for number in range(rounds)])
    return {"questions": len(questions), **found}


def _by_sources(rows: Sequence[Question]) -> list[list[Question]]:
    found: dict[tuple[str, ...], list[Question]] = {}
    for row in rows:
        found.setdefault(tuple(source.id for source in row.passages or ()), []).append(row)
    return list(found.values())


if __name__ == "__main__":
    main()
