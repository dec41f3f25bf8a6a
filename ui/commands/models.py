"""groundsmith models [get]: the embedded models, where they are and what they may be used for."""

from __future__ import annotations

import argparse

from assistant.language.embedded import READER
from retrieval.models import ENCODER, available, get

KNOWN = (ENCODER, READER)


def run(options: argparse.Namespace) -> int:
    if options.action == "get":
        get(KNOWN, lambda line: print(line, flush=True))
    for state in available(KNOWN):
        there = str(state.folder) if state.present else "not there yet: groundsmith models get"
        size = f"{state.size_bytes / 2**20:.0f} MB"
        print(f"{state.name}: {state.purpose}\n  {size}, {state.licence}, {state.origin}\n  {there}")
    return 0
