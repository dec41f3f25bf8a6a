"""groundsmith chat HOME: a conversation, question after question, each kept with its answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from assistant import Assistant, Ended
from retrieval import GroundsmithError, Principal
from tuning.opening import open_whole
from ui.terminal import principal, printable, show

LEAVE = {"/quit", "/exit", "quit", "exit"}


def run(options: argparse.Namespace) -> int:
    assistant = open_whole(options.home)
    asker = principal(options)
    conversation = assistant.memory.begin(asker)
    print(printable(assistant.spec.assistant.greeting))
    print("A question may go on from the one before. Leave with /quit.\n")
    for question in _questions():
        _reply(assistant, question, asker, conversation)
    return 0


def _questions() -> Iterator[str]:
    prompt = "> " if sys.stdin.isatty() else ""
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            return
        if line.lower() in LEAVE:
            return
        if line:
            yield line


def _reply(assistant: Assistant, question: str, asker: Principal, conversation: str) -> None:
    """One bad question ends with its error, not the conversation."""
    try:
        for event in assistant.stream(question, asker, conversation=conversation):
            show(event)
            if isinstance(event, Ended) and (condensed := event.answer.trace.get("condensed")):
                print(f"asked as: {printable(condensed['question'])}")
    except GroundsmithError as error:
        print(error, file=sys.stderr)
    print()
