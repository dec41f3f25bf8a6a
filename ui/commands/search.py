"""groundsmith search HOME "question" [--k N] [--how WAY] [--json] [--folder …] [--as USER --groups A,B]"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from assistant import read_spec
from assistant.assistant import asked
from retrieval import Hit, UsageError, open_home, open_library
from ui.terminal import BOLD, principal, printable, styled, where

SHOWN = 300  # characters of a passage


def run(options: argparse.Namespace) -> int:
    question, meant, asker = asked(options.question), where(options), principal(options)
    home = open_home(options.home)
    spec = read_spec(home.spec)
    library = open_library(home, spec.retrieval, spec.access)
    how = options.how or library.searcher.ways[-1]
    k = spec.retrieval.passages if options.k is None else _at_least_one(options.k)
    hits = library.searcher.search(question, k, asker, where=meant, how=how)
    if options.json:
        told = {"question": question, "how": how, "hits": [_told(hit) for hit in hits]}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif hits:
        print("\n\n".join(_shown(number, hit) for number, hit in enumerate(hits, 1)))
    else:
        fits = not meant.conditions or library.catalogue.matching(meant, asker)
        print("Nothing was found." if fits else "No document fits the filter.")
    return 0


def _at_least_one(k: int) -> int:
    if k < 1:
        raise UsageError(f"--k is {k}, the least is 1.", "Ask for at least one passage.")
    return k


def _told(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "document": passage.document,
        "passage": passage.id,
        "title": passage.title,
        "heading": passage.heading,
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "place": passage.place,
        "date": passage.date,
        "score": hit.score,
        "found_by": dict(hit.found_by),
        "text": passage.text,
    }


def _shown(number: int, hit: Hit) -> str:
    passage = hit.passage
    dated = f", {passage.date}" if passage.date else ""
    sides = ", ".join(f"{side} {score:.3f}" for side, score in hit.found_by.items())
    head = styled(printable(f"{number}. {passage.place}{dated} ({passage.document})"), BOLD, sys.stdout)
    return f"{head}\n   {hit.score:.3f} ({sides})\n   {printable(_opening(passage.text))}"


def _opening(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN].rsplit(' ', 1)[0]} …"
